using QueryEngine.Arrow.FlatBuffers;
using QueryEngine.Spi;

namespace QueryEngine.Arrow.Schema;

/// <summary>
/// One field of an incoming schema: how its vectors lie on the wire, and the SQL type that they become. What Arrow has and SQL has not is
/// widened (uint32 to bigint) or refused by name.
/// </summary>
internal sealed record ArrowColumn(string Name, bool IsNullable, ArrowKind Kind, ValueList<ArrowColumn> Children)
{
    /// <summary>Bits of a number, bytes of a fixed-size binary, items of a fixed-size list.</summary>
    public int Width { get; init; }

    /// <summary>Whether a whole number has a sign.</summary>
    public bool IsSigned { get; init; } = true;

    /// <summary>The unit of a time, timestamp or duration; of dates and intervals their own unit's number.</summary>
    public short Unit { get; init; }

    /// <summary>Digits of a decimal after the point.</summary>
    public int Scale { get; init; }

    /// <summary>The dictionary that the vectors point into, or null.</summary>
    public DictionaryReference? Dictionary { get; init; }

    /// <summary>The SQL type that the wire's layout gives by itself.</summary>
    public required SqlType DecodedType { get; init; }

    /// <summary>The SQL type that the column has: the decoded one, or one of the same layout that the metadata names.</summary>
    public required SqlType Type { get; init; }
}

/// <summary>Which dictionary, and how its row numbers are written.</summary>
internal sealed record DictionaryReference(long Id, int IndexBits, bool IsSigned);
