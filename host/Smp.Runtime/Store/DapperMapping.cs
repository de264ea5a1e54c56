using System.Data;
using System.Globalization;
using System.Reflection;
using Dapper;

namespace Smp.Runtime.Store;

/// <summary>
/// How values go in and out of the store, once for the process: days as <c>YYYY-MM-DD</c>, moments as UTC ISO-8601 with milliseconds,
/// GUIDs as text, enums read from their names, and records by their constructors.
/// </summary>
internal static class DapperMapping
{
    private static readonly Lock Once = new();
    private static bool registered;

    public static void Register()
    {
        lock (Once)
        {
            if (registered) return;
            registered = true;
            Add(new Days());
            Add(new MomentsOfTime());
            Add(new Guids());
            SqlMapper.TypeMapProvider = static type => new ByName(type);
        }
    }

    private static void Add<T>(SqlMapper.TypeHandler<T> handler) where T : struct
    {
        SqlMapper.RemoveTypeMap(typeof(T));
        SqlMapper.RemoveTypeMap(typeof(T?));
        SqlMapper.AddTypeHandler(handler);
    }

    private sealed class Days : SqlMapper.TypeHandler<DateOnly>
    {
        public override void SetValue(IDbDataParameter parameter, DateOnly value) =>
            Text(parameter, value.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture));

        public override DateOnly Parse(object value) =>
            DateOnly.ParseExact((string)value, "yyyy-MM-dd", CultureInfo.InvariantCulture);
    }

    private sealed class MomentsOfTime : SqlMapper.TypeHandler<DateTimeOffset>
    {
        public override void SetValue(IDbDataParameter parameter, DateTimeOffset value) =>
            Text(parameter, Moments.Text(value));

        public override DateTimeOffset Parse(object value) => DateTimeOffset.ParseExact(
            (string)value, Moments.Format, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal);
    }

    private sealed class Guids : SqlMapper.TypeHandler<Guid>
    {
        public override void SetValue(IDbDataParameter parameter, Guid value) => Text(parameter, value.ToString("D"));

        public override Guid Parse(object value) => Guid.ParseExact((string)value, "D");
    }

    private static void Text(IDbDataParameter parameter, string value)
    {
        parameter.DbType = DbType.String;
        parameter.Value = value;
    }

    /// <summary>
    /// Finds the constructor whose parameters are the columns, by name. Dapper's own map also wants the database's types to be the same,
    /// which they never are for a day, a moment or an enum kept as text.
    /// </summary>
    private sealed class ByName(Type type) : SqlMapper.ITypeMap
    {
        private readonly DefaultTypeMap standard = new(type);

        public ConstructorInfo? FindConstructor(string[] names, Type[] types) =>
            standard.FindConstructor(names, types) ?? type.GetConstructors().FirstOrDefault(c =>
                c.GetParameters() is { Length: > 0 } parameters
                && parameters.Length == names.Length
                && parameters.All(p => names.Any(n => Same(n, p.Name!))));

        public ConstructorInfo? FindExplicitConstructor() => standard.FindExplicitConstructor();

        public SqlMapper.IMemberMap? GetConstructorParameter(ConstructorInfo constructor, string columnName) =>
            constructor.GetParameters().FirstOrDefault(p => Same(columnName, p.Name!)) is { } parameter
                ? new Parameter(columnName, parameter)
                : null;

        public SqlMapper.IMemberMap? GetMember(string columnName) =>
            standard.GetMember(columnName) ?? standard.GetMember(columnName.Replace("_", "", StringComparison.Ordinal));

        // "used_at" fills UsedAt: columns are named as SQL names them, records as C# does.
        private static bool Same(string column, string parameter) =>
            column.Replace("_", "", StringComparison.Ordinal).Equals(parameter, StringComparison.OrdinalIgnoreCase);
    }

    private sealed class Parameter(string column, ParameterInfo parameter) : SqlMapper.IMemberMap
    {
        public string ColumnName => column;

        public Type MemberType => parameter.ParameterType;

        public PropertyInfo? Property => null;

        public FieldInfo? Field => null;

        ParameterInfo? SqlMapper.IMemberMap.Parameter => parameter;
    }
}
