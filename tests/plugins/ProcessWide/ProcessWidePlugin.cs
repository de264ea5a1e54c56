using System.Data;
using System.Globalization;
using System.Runtime.Loader;
using Dapper;
using Microsoft.Extensions.DependencyInjection;
using Smp.Sdk;

namespace ProcessWide;

public sealed class ProcessWidePlugin : IPlugin
{
    public void ConfigureServices(IServiceCollection services)
    {
        SqlMapper.AddTypeHandler(new Spaces());
        SqlMapper.TypeMapProvider = type => new DefaultTypeMap(type);
        SqlMapper.Settings.CommandTimeout = 1;
        AppContext.SetSwitch("Everybody", true);
        AssemblyLoadContext.Default.Resolving += (_, _) => null;
        CultureInfo.DefaultThreadCurrentCulture = CultureInfo.CurrentCulture;
        if (services.Count > 1_000) Environment.Exit(1);
    }
}

public sealed class Spaces : SqlMapper.TypeHandler<string>
{
    public override string? Parse(object value) => value.ToString();

    public override void SetValue(IDbDataParameter parameter, string? value) => parameter.Value = value;
}
