using QueryEngine.Spi;

namespace QueryEngine.Connectors.Objects;

/// <summary>A table in a query: the values that its parameters must have, and how many rows are wanted.</summary>
public sealed record ObjectTableHandle(string Schema, string Table) : TableHandle
{
    /// <summary>Parameters by name.</summary>
    public ValueList<ObjectKey> Keys { get; init; }

    /// <summary>The most rows wanted.</summary>
    public long? Limit { get; init; }
}

/// <summary>The values that a parameter must have, boxed as SQL has them; one call of the method each.</summary>
public sealed record ObjectKey(string Column, ValueList<object?> Values);

/// <summary>One call of the method: a value of each of the handle's keys.</summary>
public sealed record ObjectSplit(ValueList<object?> Values) : Split;
