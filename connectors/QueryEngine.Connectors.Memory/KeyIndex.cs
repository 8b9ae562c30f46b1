using QueryEngine.Spi;

namespace QueryEngine.Connectors.Memory;

/// <summary>The values of some columns of a row; equal when SQL says so. A blank-padded text is without its blanks.</summary>
internal sealed class RowKey : IEquatable<RowKey>
{
    private readonly object[] _values;
    private readonly int _hash;

    private RowKey(object[] values)
    {
        _values = values;
        var hash = new HashCode();
        foreach (object value in values)
            hash.Add(value);
        _hash = hash.ToHashCode();
    }

    /// <summary>The key of a row; null when one of its values is NULL.</summary>
    public static RowKey? Of(RecordBatch batch, int row, ReadOnlySpan<int> columns)
    {
        var values = new object[columns.Length];
        for (int column = 0; column < columns.Length; column++)
        {
            ColumnVector vector = batch[columns[column]];
            if (vector.GetValue(row) is not { } value)
                return null;
            values[column] = vector.Type is CharType && value is string text ? text.TrimEnd(' ') : value;
        }

        return new RowKey(values);
    }

    /// <inheritdoc/>
    public bool Equals(RowKey? other) => other is not null && _hash == other._hash && _values.AsSpan().SequenceEqual(other._values);

    /// <inheritdoc/>
    public override bool Equals(object? obj) => Equals(obj as RowKey);

    /// <inheritdoc/>
    public override int GetHashCode() => _hash;

    /// <summary>As messages show it: (1, abc).</summary>
    public override string ToString() => $"({string.Join(", ", _values)})";
}

/// <summary>The keys of the rows of a table, without those with a NULL. Guarded by the lock of the store.</summary>
internal sealed class KeyIndex
{
    private readonly HashSet<RowKey> _keys = [];

    /// <summary>A key that two rows had when the index was made; null when there is none.</summary>
    public RowKey? Duplicate { get; private set; }

    /// <summary>The keys of all rows.</summary>
    public static KeyIndex Of(ReadOnlySpan<RecordBatch> batches, int[] columns)
    {
        var index = new KeyIndex();
        foreach (RecordBatch batch in batches)
        {
            for (int row = 0; row < batch.RowCount; row++)
                if (RowKey.Of(batch, row, columns) is { } key && !index._keys.Add(key))
                    index.Duplicate ??= key;
        }

        return index;
    }

    /// <summary>Whether a row has the key.</summary>
    public bool Contains(RowKey key) => _keys.Contains(key);

    /// <summary>Takes keys away and adds others; when one is there already, nothing is changed and it is returned.</summary>
    public RowKey? Change(IReadOnlyList<RowKey> gone, IReadOnlyList<RowKey> added)
    {
        _keys.ExceptWith(gone);
        for (int at = 0; at < added.Count; at++)
        {
            if (_keys.Add(added[at]))
                continue;
            for (int undo = 0; undo < at; undo++)
                _keys.Remove(added[undo]);
            _keys.UnionWith(gone);
            return added[at];
        }

        return null;
    }

    /// <summary>Undoes a <see cref="Change"/> that returned null.</summary>
    public void Undo(IReadOnlyList<RowKey> gone, IReadOnlyList<RowKey> added)
    {
        _keys.ExceptWith(added);
        _keys.UnionWith(gone);
    }
}
