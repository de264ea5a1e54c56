using System.Runtime.InteropServices;
using Microsoft.Extensions.DependencyInjection;
using Smp.Sdk;

namespace Native;

/// <summary>Calls a native library that lies under <c>runtimes/</c> in its folder.</summary>
public sealed partial class NativePlugin : IPlugin
{
    public void ConfigureServices(IServiceCollection services)
    {
    }

    public override string ToString() => $"{Path.GetFileName(typeof(NativePlugin).Assembly.Location)} calls {Version() / 1_000_000}";

    [LibraryImport("e_sqlite3", EntryPoint = "sqlite3_libversion_number")]
    private static partial int Version();
}
