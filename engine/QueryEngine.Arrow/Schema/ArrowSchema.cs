using QueryEngine.Spi;

namespace QueryEngine.Arrow;

/// <summary>A column of a stream of batches.</summary>
public sealed record ArrowField(string Name, SqlType Type, bool IsNullable = true);

/// <summary>The columns of a stream of batches, in order, with the stream's own metadata.</summary>
public sealed record ArrowSchema(ValueList<ArrowField> Fields)
{
    /// <summary>Keys and values of the schema's metadata.</summary>
    public ValueList<KeyValuePair<string, string>> Metadata { get; init; }
}
