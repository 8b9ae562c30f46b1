using QueryEngine.Spi;

namespace QueryEngine.Metadata;

/// <summary>What a sequence is.</summary>
public sealed record SequenceDefinition(string Catalog, SchemaTableName Name)
{
    /// <summary>smallint, integer or bigint.</summary>
    public SqlType Type { get; init; } = SqlType.BigInt;

    /// <summary>What is added each time; not 0.</summary>
    public long Increment { get; init; } = 1;

    /// <summary>The least value.</summary>
    public long Minimum { get; init; } = 1;

    /// <summary>The greatest value.</summary>
    public long Maximum { get; init; } = long.MaxValue;

    /// <summary>The first value.</summary>
    public long Start { get; init; } = 1;

    /// <summary>Whether it begins anew after its last value.</summary>
    public bool IsCycle { get; init; }

    /// <summary>The table whose end is the sequence's too; null for none.</summary>
    public SchemaTableName? Table { get; init; }

    /// <summary>The column of <see cref="Table"/> that it numbers.</summary>
    public string? Column { get; init; }

    /// <summary>The whole name as SQL.</summary>
    public string QuotedName => string.Join('.', new[] { Catalog, Name.Schema, Name.Table }.Select(part => $"\"{part.Replace("\"", "\"\"", StringComparison.Ordinal)}\""));
}

/// <summary>A sequence and the value that it has come to. Thread-safe.</summary>
public sealed class Sequence
{
    private readonly Lock _gate = new();
    private long _value;
    private bool _isCalled;

    /// <summary>The value that it has come to, and whether that was given: the next one then follows it.</summary>
    public (long Value, bool IsCalled) State
    {
        get
        {
            lock (_gate)
                return (_value, _isCalled);
        }
    }

    internal Sequence(SequenceDefinition definition) => (Definition, _value) = (definition, definition.Start);

    /// <summary>What it is.</summary>
    public SequenceDefinition Definition { get; private set; }

    /// <summary>The next value.</summary>
    /// <exception cref="QueryException">SEQUENCE_LIMIT.</exception>
    public long Next()
    {
        lock (_gate)
        {
            if (!_isCalled)
            {
                _isCalled = true;
                return _value;
            }

            SequenceDefinition definition = Definition;
            Int128 next = (Int128)_value + definition.Increment;
            bool isOver = next > definition.Maximum || next < definition.Minimum;
            if (isOver && !definition.IsCycle)
                throw new QueryException(
                    ErrorCode.SequenceLimit,
                    $"sequence '{definition.Name.Table}' has reached its {(definition.Increment > 0 ? "maximum" : "minimum")} value ({(definition.Increment > 0 ? definition.Maximum : definition.Minimum)})");
            return _value = !isOver ? (long)next : definition.Increment > 0 ? definition.Minimum : definition.Maximum;
        }
    }

    /// <summary>Goes to a value; the next one is that itself, or what follows when <paramref name="isCalled"/>.</summary>
    /// <exception cref="QueryException">NUMERIC_VALUE_OUT_OF_RANGE.</exception>
    public void Set(long value, bool isCalled)
    {
        lock (_gate)
        {
            if (value < Definition.Minimum || value > Definition.Maximum)
                throw new QueryException(
                    ErrorCode.NumericValueOutOfRange, $"{value} is out of the bounds of sequence '{Definition.Name.Table}' ({Definition.Minimum}..{Definition.Maximum})");
            (_value, _isCalled) = (value, isCalled);
        }
    }

    /// <summary>ALTER SEQUENCE; <paramref name="restart"/> is the next value where there is one.</summary>
    public void Alter(SequenceDefinition definition, long? restart)
    {
        lock (_gate)
        {
            if (restart is null && (_value < definition.Minimum || _value > definition.Maximum))
                throw new QueryException(
                    ErrorCode.InvalidParameterValue, $"the value {_value} of sequence '{definition.Name.Table}' is out of the new bounds ({definition.Minimum}..{definition.Maximum})", "Add RESTART WITH.");
            Definition = definition;
            if (restart is { } value)
                (_value, _isCalled) = (value, false);
        }
    }
}

/// <summary>The sequences of all catalogs; they live as long as the engine. Thread-safe.</summary>
public sealed class SequenceStore
{
    private readonly Lock _gate = new();
    private readonly List<Sequence> _sequences = [];

    /// <summary>All of them.</summary>
    public IReadOnlyList<Sequence> All
    {
        get
        {
            lock (_gate)
                return [.. _sequences];
        }
    }

    /// <summary>The sequence that is meant, or null.</summary>
    public Sequence? Find(TargetName name) => All.FirstOrDefault(
        one => one.Definition.Catalog == name.Catalog.Name && name.Schema.Matches(one.Definition.Name.Schema) && name.Name.Matches(one.Definition.Name.Table));

    /// <summary>CREATE SEQUENCE.</summary>
    /// <exception cref="QueryException">DUPLICATE_TABLE.</exception>
    public Sequence Create(SequenceDefinition definition)
    {
        lock (_gate)
        {
            if (_sequences.Exists(one => one.Definition.Catalog == definition.Catalog && one.Definition.Name == definition.Name))
                throw new QueryException(ErrorCode.DuplicateTable, $"sequence '{definition.Name.Table}' already exists");
            var made = new Sequence(definition);
            _sequences.Add(made);
            return made;
        }
    }

    /// <summary>DROP SEQUENCE.</summary>
    public void Drop(Sequence sequence)
    {
        lock (_gate)
            _sequences.Remove(sequence);
    }

    /// <summary>The sequences that number columns of a table.</summary>
    public IReadOnlyList<Sequence> Of(string catalog, SchemaTableName table) => [.. All.Where(one => one.Definition.Catalog == catalog && one.Definition.Table == table)];

    /// <summary>Drops several.</summary>
    public void Drop(IEnumerable<Sequence> sequences)
    {
        foreach (Sequence sequence in sequences)
            Drop(sequence);
    }
}
