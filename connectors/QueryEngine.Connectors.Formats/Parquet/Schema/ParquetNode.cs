using QueryEngine.Connectors.Formats.Parquet.Metadata;
using QueryEngine.Spi;

namespace QueryEngine.Connectors.Formats.Parquet.Schema;

/// <summary>
/// A column or a part of one, with the levels that say which entries of its leaves belong to it. An entry of a leaf is a slot
/// of a node when its repetition level is at most <see cref="SlotRepetition"/> and its definition level at least
/// <see cref="SlotDefinition"/>; the slot is not null when the definition level is at least <see cref="PresentDefinition"/>.
/// </summary>
internal abstract record ParquetNode(string Name, SqlType Type, int SlotRepetition, int SlotDefinition, int PresentDefinition)
{
    /// <summary>The first leaf below, whose levels tell about this node.</summary>
    public abstract ParquetLeaf FirstLeaf { get; }

    /// <summary>All leaves below, in file order.</summary>
    public abstract IEnumerable<ParquetLeaf> Leaves { get; }
}

/// <summary>A column of the file: values of one physical type.</summary>
internal sealed record ParquetLeaf(
    string Name, SqlType Type, int SlotRepetition, int SlotDefinition, int PresentDefinition, int ColumnIndex, SchemaElement Element)
    : ParquetNode(Name, Type, SlotRepetition, SlotDefinition, PresentDefinition)
{
    /// <summary>The largest repetition level.</summary>
    public int MaxRepetition => SlotRepetition;

    /// <summary>The definition level of a value.</summary>
    public int MaxDefinition => PresentDefinition;

    /// <inheritdoc/>
    public override ParquetLeaf FirstLeaf => this;

    /// <inheritdoc/>
    public override IEnumerable<ParquetLeaf> Leaves => [this];
}

/// <summary>A group of fields.</summary>
internal sealed record ParquetStruct(
    string Name, SqlType Type, int SlotRepetition, int SlotDefinition, int PresentDefinition, ParquetNode[] Fields)
    : ParquetNode(Name, Type, SlotRepetition, SlotDefinition, PresentDefinition)
{
    /// <inheritdoc/>
    public override ParquetLeaf FirstLeaf => Fields[0].FirstLeaf;

    /// <inheritdoc/>
    public override IEnumerable<ParquetLeaf> Leaves => Fields.SelectMany(child => child.Leaves);
}

/// <summary>A list; its elements are slots one repetition level deeper.</summary>
internal sealed record ParquetList(
    string Name, SqlType Type, int SlotRepetition, int SlotDefinition, int PresentDefinition, ParquetNode Element)
    : ParquetNode(Name, Type, SlotRepetition, SlotDefinition, PresentDefinition)
{
    /// <inheritdoc/>
    public override ParquetLeaf FirstLeaf => Element.FirstLeaf;

    /// <inheritdoc/>
    public override IEnumerable<ParquetLeaf> Leaves => Element.Leaves;
}

/// <summary>A map: a list of keys and values.</summary>
internal sealed record ParquetMap(
    string Name, SqlType Type, int SlotRepetition, int SlotDefinition, int PresentDefinition, ParquetNode Key, ParquetNode Value)
    : ParquetNode(Name, Type, SlotRepetition, SlotDefinition, PresentDefinition)
{
    /// <inheritdoc/>
    public override ParquetLeaf FirstLeaf => Key.FirstLeaf;

    /// <inheritdoc/>
    public override IEnumerable<ParquetLeaf> Leaves => Key.Leaves.Concat(Value.Leaves);
}
