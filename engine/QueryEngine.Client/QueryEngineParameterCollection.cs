using System.Collections;
using System.Data.Common;

namespace QueryEngine.Client;

/// <summary>The parameters of a command. Names match without regard to case and to their mark.</summary>
public sealed class QueryEngineParameterCollection : DbParameterCollection, IEnumerable<QueryEngineParameter>
{
    private readonly List<QueryEngineParameter> _items = [];

    /// <inheritdoc/>
    public override int Count => _items.Count;

    /// <inheritdoc/>
    public override object SyncRoot => ((ICollection)_items).SyncRoot;

    /// <summary>A parameter by place.</summary>
    public new QueryEngineParameter this[int index] => _items[index];

    /// <summary>Adds a parameter.</summary>
    public QueryEngineParameter Add(QueryEngineParameter parameter)
    {
        ArgumentNullException.ThrowIfNull(parameter);
        _items.Add(parameter);
        return parameter;
    }

    /// <summary>Adds a named value.</summary>
    public QueryEngineParameter AddWithValue(string name, object? value) => Add(new QueryEngineParameter(name, value));

    /// <inheritdoc/>
    public override int Add(object value)
    {
        Add(Cast(value));
        return _items.Count - 1;
    }

    /// <inheritdoc/>
    public override void AddRange(Array values)
    {
        foreach (object value in values)
            Add(value);
    }

    /// <inheritdoc/>
    public override void Clear() => _items.Clear();

    /// <inheritdoc/>
    public override bool Contains(object value) => value is QueryEngineParameter parameter && _items.Contains(parameter);

    /// <inheritdoc/>
    public override bool Contains(string value) => IndexOf(value) >= 0;

    /// <inheritdoc/>
    public override void CopyTo(Array array, int index) => ((ICollection)_items).CopyTo(array, index);

    /// <inheritdoc/>
    public override IEnumerator GetEnumerator() => _items.GetEnumerator();

    /// <inheritdoc/>
    IEnumerator<QueryEngineParameter> IEnumerable<QueryEngineParameter>.GetEnumerator() => _items.GetEnumerator();

    /// <inheritdoc/>
    public override int IndexOf(object value) => value is QueryEngineParameter parameter ? _items.IndexOf(parameter) : -1;

    /// <inheritdoc/>
    public override int IndexOf(string parameterName)
    {
        string bare = (parameterName ?? string.Empty).TrimStart('@', ':', '$');
        return _items.FindIndex(item => string.Equals(item.BareName, bare, StringComparison.OrdinalIgnoreCase));
    }

    /// <inheritdoc/>
    public override void Insert(int index, object value) => _items.Insert(index, Cast(value));

    /// <inheritdoc/>
    public override void Remove(object value) => _items.Remove(Cast(value));

    /// <inheritdoc/>
    public override void RemoveAt(int index) => _items.RemoveAt(index);

    /// <inheritdoc/>
    public override void RemoveAt(string parameterName) => _items.RemoveAt(Find(parameterName));

    /// <inheritdoc/>
    protected override DbParameter GetParameter(int index) => _items[index];

    /// <inheritdoc/>
    protected override DbParameter GetParameter(string parameterName) => _items[Find(parameterName)];

    /// <inheritdoc/>
    protected override void SetParameter(int index, DbParameter value) => _items[index] = Cast(value);

    /// <inheritdoc/>
    protected override void SetParameter(string parameterName, DbParameter value) => _items[Find(parameterName)] = Cast(value);

    private static QueryEngineParameter Cast(object? value) => value as QueryEngineParameter
        ?? throw new InvalidCastException($"a {value?.GetType().Name ?? "null"} is not a {nameof(QueryEngineParameter)}");

    private int Find(string parameterName)
    {
        int index = IndexOf(parameterName);
        return index >= 0 ? index : throw new IndexOutOfRangeException($"there is no parameter named '{parameterName}'");
    }
}
