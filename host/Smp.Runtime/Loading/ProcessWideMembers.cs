using System.Reflection.Metadata;

namespace Smp.Runtime.Loading;

/// <summary>What a plugin must not call because it changes the process for every module.</summary>
internal static class ProcessWideMembers
{
    private const string Reading = "changes how every module's rows are read";
    private const string Behaviour = "changes how the framework behaves for every module";
    private const string Process = "ends the host";
    private const string Errors = "changes what becomes of every module's errors";
    private const string Language = "changes the language of every module";
    private const string Loading = "changes how every module's assemblies are found";
    private const string Surroundings = "changes the surroundings of every module";

    // Type, member (* for any), what it does.
    private static readonly (string Type, string Member, string Effect)[] Table =
    [
        ("Dapper.SqlMapper", "AddTypeHandler", Reading),
        ("Dapper.SqlMapper", "AddTypeHandlerImpl", Reading),
        ("Dapper.SqlMapper", "AddTypeMap", Reading),
        ("Dapper.SqlMapper", "RemoveTypeMap", Reading),
        ("Dapper.SqlMapper", "SetTypeMap", Reading),
        ("Dapper.SqlMapper", "TypeMapProvider", Reading),
        ("Dapper.SqlMapper", "ResetTypeHandlers", Reading),
        ("Dapper.SqlMapper", "PurgeQueryCache", Reading),
        ("Dapper.SqlMapper+Settings", "*", Reading),
        ("Dapper.SqlMapper+TypeHandlerCache`1", "*", Reading),
        ("Dapper.DefaultTypeMap", "set_MatchNamesWithUnderscores", Reading),
        ("System.AppContext", "SetSwitch", Behaviour),
        ("System.AppContext", "SetData", Behaviour),
        ("System.Environment", "Exit", Process),
        ("System.Environment", "FailFast", Process),
        ("System.Environment", "SetEnvironmentVariable", Surroundings),
        ("System.Environment", "set_CurrentDirectory", Surroundings),
        ("System.IO.Directory", "SetCurrentDirectory", Surroundings),
        ("System.Runtime.ExceptionServices.ExceptionHandling", "*", Errors),
        ("System.Globalization.CultureInfo", "set_DefaultThreadCurrentCulture", Language),
        ("System.Globalization.CultureInfo", "set_DefaultThreadCurrentUICulture", Language),
        ("System.Runtime.Loader.AssemblyLoadContext", "add_Resolving", Loading),
        ("System.Runtime.Loader.AssemblyLoadContext", "add_ResolvingUnmanagedDll", Loading),
        ("System.AppDomain", "add_AssemblyResolve", Loading),
    ];

    private static readonly ILookup<string, (string Member, string Effect)> ByType = Table.ToLookup(row => row.Type, row => (row.Member, row.Effect));

    /// <summary>What an assembly refers to of the table, as reasons.</summary>
    /// <param name="file">The assembly's file name.</param>
    /// <param name="reader">Its metadata.</param>
    /// <param name="own">
    /// Whether it is the plugin's own code. A library of others is held to Dapper's rows alone: many name <c>Environment.FailFast</c> in
    /// places that are never reached.
    /// </param>
    public static IEnumerable<string> Reasons(string file, MetadataReader reader, bool own)
    {
        foreach (var handle in reader.AssemblyReferences)
        {
            var driver = reader.GetString(reader.GetAssemblyReference(handle).Name);
            if (!SharedAssemblies.IsDatabaseDriver(driver)) continue;
            yield return $"{file} uses {driver}, the database's driver, which goes past the store and its audit. Use IStore<T> of the SDK.";
        }

        var said = new HashSet<string>(StringComparer.Ordinal);
        foreach (var (type, name, _) in MemberReferences.Members(reader))
        {
            if (!own && type.Assembly != "Dapper") continue;
            foreach (var (member, effect) in ByType[type.FullName])
            {
                if ((member == "*" || member == name) && said.Add($"{type.FullName}.{name}"))
                    yield return $"{file} uses {type.Written}.{Plain(name)}, which {effect}. A plugin must not.";
            }
        }
    }

    private static string Plain(string name) =>
        name.Split('_', 2) is ["get" or "set" or "add" or "remove", var rest] ? rest : name;
}
