using System.Diagnostics;
using System.Reflection;
using Microsoft.AspNetCore.Http;
using Smp.Runtime.Hosting;
using Smp.Sdk;

namespace Smp.Runtime.Health;

/// <summary>Whose an exception is.</summary>
internal static class Blame
{
    private const string Key = "smp.plugin";

    /// <summary>Whether it says that somebody's code is wrong: not a refusal, a request that couldn't be read, an end that was asked for, or a disk that is full.</summary>
    public static bool IsFault(Exception error) =>
        error is not (RefusedException or BadHttpRequestException or OperationCanceledException) && StoreFault.Of(error) is null;

    /// <summary>Lays an exception to a plugin. False when it is laid to one already: it only passes through.</summary>
    public static bool Lay(Exception error, string plugin)
    {
        if (error.Data.Contains(Key)) return false;
        if (!error.Data.IsReadOnly) error.Data[Key] = plugin;
        return true;
    }

    /// <summary>The plugin whose code threw: the innermost that has a frame in the stack, of the innermost exception that has any. Null when none has.</summary>
    public static string? Of(Exception error, Func<Assembly, string?> ownerOf)
    {
        IEnumerable<Exception> inner = error is AggregateException several ? several.InnerExceptions : error.InnerException is { } one ? [one] : [];
        foreach (var each in inner)
        {
            if (Of(each, ownerOf) is { } theirs) return theirs;
        }

        foreach (var frame in new StackTrace(error, fNeedFileInfo: false).GetFrames())
        {
            if (frame.GetMethod()?.DeclaringType?.Assembly is { } assembly && ownerOf(assembly) is { } plugin) return plugin;
        }

        return null;
    }
}
