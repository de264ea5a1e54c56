using Microsoft.AspNetCore.Http.Extensions;

namespace Smp.Host.Web;

/// <summary>Addresses of pages with what they ask for.</summary>
internal static class Links
{
    /// <summary>A path with those parameters that have a value.</summary>
    public static string To(string path, params ReadOnlySpan<(string Name, string? Value)> query)
    {
        var builder = new QueryBuilder();
        foreach (var (name, value) in query)
        {
            if (!string.IsNullOrEmpty(value)) builder.Add(name, value);
        }

        return path + builder.ToQueryString();
    }
}
