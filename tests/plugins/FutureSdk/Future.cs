using System.Data.Common;
using Microsoft.Extensions.DependencyInjection;

namespace Smp.Sdk;

public interface IPlugin
{
    void ConfigureServices(IServiceCollection services);
}

public interface IUnitOfWork
{
    DbConnection Connection { get; }
}

public sealed record TimelineEntry(long PatientId, string Text);

public interface ITimeline
{
    // Today's has no channel.
    Task WriteAsync(IUnitOfWork unit, TimelineEntry entry, string? channel, CancellationToken token = default);
}

public interface IStore<TPlugin> where TPlugin : IPlugin
{
    Task<T> ReadAsync<T>(Func<DbConnection, Task<T>> read, CancellationToken token = default);

    Task<int> CountAsync<T>(Func<T, bool> which, DateOnly? until);

    int Depth { get; set; }
}

public static class Photos
{
    public static readonly int Limit = 3;

    public static class Formats
    {
        public static string Best() => "";
    }
}

public static class Refuse
{
    // Today's takes a FormattableString.
    public static Exception Because(string sentence) => new InvalidOperationException(sentence);
}
