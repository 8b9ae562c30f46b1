using System.Runtime.CompilerServices;
using QueryEngine.Connectors.Formats.Parquet.Metadata;
using QueryEngine.Spi;

namespace QueryEngine.Connectors.Formats.Parquet.Schema;

/// <summary>
/// Builds the tree of columns from the flat schema of the footer. Lists and maps of all the forms that writers have used are
/// recognised by the rules of the format's LogicalTypes document ("backward-compatibility rules").
/// </summary>
internal sealed class SchemaBuilder
{
    private readonly SchemaElement[] _elements;
    private int _next;
    private int _leaves;

    private SchemaBuilder(SchemaElement[] elements) => _elements = elements;

    /// <summary>The top-level columns.</summary>
    public static ParquetNode[] Build(SchemaElement[] elements)
    {
        var builder = new SchemaBuilder(elements);
        SchemaElement root = builder.Take();
        var columns = new List<ParquetNode>();
        for (int child = 0; child < root.ChildCount; child++)
        {
            if (builder.ReadField(repetition: 0, definition: 0, slotDefinition: 0) is { } column)
                columns.Add(column);
        }
        return [.. columns];
    }

    /// <summary>Reads the next field with all below it. Returns null for a group without fields, which has no values.</summary>
    private ParquetNode? ReadField(int repetition, int definition, int slotDefinition)
    {
        RuntimeHelpers.EnsureSufficientExecutionStack();
        SchemaElement element = Take();
        if (element.Repetition == Repetition.Repeated)
        {
            // A repeated field outside a list annotation: a list that is never null, of elements that are never null.
            ParquetNode? repeated = ReadBody(element, repetition + 1, definition + 1, definition + 1);
            return repeated is null
                ? null
                : new ParquetList(element.Name, SqlType.Array(repeated.Type), repetition, slotDefinition, definition, repeated);
        }

        int present = definition + (element.Repetition == Repetition.Optional ? 1 : 0);
        return ReadBody(element, repetition, present, slotDefinition);
    }

    /// <summary>Reads what the element holds; the element itself was already counted into the levels.</summary>
    private ParquetNode? ReadBody(SchemaElement element, int repetition, int present, int slotDefinition)
    {
        if (element.ChildCount == 0)
        {
            if (element.Type is null)
                return null;
            SqlType type = LeafTypes.TypeOf(element);
            return new ParquetLeaf(element.Name, type, repetition, slotDefinition, present, _leaves++, element);
        }

        if (IsList(element) && element.ChildCount == 1 && _next < _elements.Length && _elements[_next].Repetition == Repetition.Repeated)
            return ReadList(element, repetition, present, slotDefinition);
        if (IsMap(element) && element.ChildCount == 1 && _next < _elements.Length
            && _elements[_next] is { Repetition: Repetition.Repeated, ChildCount: 2 })
            return ReadMap(element, repetition, present, slotDefinition);
        return ReadStruct(element, repetition, present, slotDefinition);
    }

    private ParquetStruct? ReadStruct(SchemaElement element, int repetition, int present, int slotDefinition)
    {
        var fields = new List<ParquetNode>();
        for (int child = 0; child < element.ChildCount; child++)
        {
            if (ReadField(repetition, present, slotDefinition) is { } field)
                fields.Add(field);
        }
        if (fields.Count == 0)
            return null;

        SqlType type = SqlType.Row([.. fields.Select(field => new RowField(field.Name, field.Type))]);
        return new ParquetStruct(element.Name, type, repetition, slotDefinition, present, [.. fields]);
    }

    private ParquetList? ReadList(SchemaElement list, int repetition, int present, int slotDefinition)
    {
        SchemaElement repeated = Take();
        int elementDefinition = present + 1;
        int elementRepetition = repetition + 1;
        bool repeatedIsElement = repeated.ChildCount != 1
            || repeated.Name == "array"
            || repeated.Name == list.Name + "_tuple"
            || (_next < _elements.Length && _elements[_next].Repetition == Repetition.Repeated);
        ParquetNode? element = repeatedIsElement
            ? ReadBody(repeated, elementRepetition, elementDefinition, elementDefinition)
            : ReadField(elementRepetition, elementDefinition, elementDefinition);
        return element is null ? null : new ParquetList(list.Name, SqlType.Array(element.Type), repetition, slotDefinition, present, element);
    }

    private ParquetMap? ReadMap(SchemaElement map, int repetition, int present, int slotDefinition)
    {
        Take();
        int entryDefinition = present + 1;
        ParquetNode? key = ReadField(repetition + 1, entryDefinition, entryDefinition);
        ParquetNode? value = ReadField(repetition + 1, entryDefinition, entryDefinition);
        return key is null || value is null
            ? null
            : new ParquetMap(map.Name, SqlType.Map(key.Type, value.Type), repetition, slotDefinition, present, key, value);
    }

    private SchemaElement Take()
    {
        if (_next >= _elements.Length)
            throw ParquetErrors.Corrupt("the schema ends early");
        SchemaElement element = _elements[_next++];
        return element.ChildCount >= 0 ? element : throw ParquetErrors.Corrupt("the schema has a negative size");
    }

    private static bool IsList(SchemaElement element) =>
        element.LogicalType.Kind == LogicalKind.List || element.ConvertedType == ConvertedType.List;

    private static bool IsMap(SchemaElement element) =>
        element.LogicalType.Kind == LogicalKind.Map || element.ConvertedType is ConvertedType.Map or ConvertedType.MapKeyValue;
}
