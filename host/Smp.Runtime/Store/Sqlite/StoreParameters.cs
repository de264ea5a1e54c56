using System.Collections;
using System.Data.Common;
using Microsoft.Data.Sqlite;

namespace Smp.Runtime.Store.Sqlite;

/// <summary>The parameters of one execution, kept apart from the prepared statement that they are bound to.</summary>
internal sealed class StoreParameters : DbParameterCollection
{
    private readonly List<SqliteParameter> items = [];

    public List<SqliteParameter> Items => items;

    public override int Count => items.Count;

    public override object SyncRoot => items;

    public override int Add(object value)
    {
        items.Add((SqliteParameter)value);
        return items.Count - 1;
    }

    public override void AddRange(Array values)
    {
        foreach (SqliteParameter value in values) items.Add(value);
    }

    public override void Clear() => items.Clear();

    public override bool Contains(object value) => items.Contains((SqliteParameter)value);

    public override bool Contains(string value) => IndexOf(value) >= 0;

    public override void CopyTo(Array array, int index) => ((ICollection)items).CopyTo(array, index);

    public override IEnumerator GetEnumerator() => items.GetEnumerator();

    public override int IndexOf(object value) => items.IndexOf((SqliteParameter)value);

    public override int IndexOf(string parameterName) => items.FindIndex(p => p.ParameterName == parameterName);

    public override void Insert(int index, object value) => items.Insert(index, (SqliteParameter)value);

    public override void Remove(object value) => items.Remove((SqliteParameter)value);

    public override void RemoveAt(int index) => items.RemoveAt(index);

    public override void RemoveAt(string parameterName) => items.RemoveAt(Find(parameterName));

    protected override DbParameter GetParameter(int index) => items[index];

    protected override DbParameter GetParameter(string parameterName) => items[Find(parameterName)];

    protected override void SetParameter(int index, DbParameter value) => items[index] = (SqliteParameter)value;

    protected override void SetParameter(string parameterName, DbParameter value) => items[Find(parameterName)] = (SqliteParameter)value;

    private int Find(string name) =>
        IndexOf(name) is >= 0 and var index ? index : throw new ArgumentException($"There is no parameter {name}.", nameof(name));
}
