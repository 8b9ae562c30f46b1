using System.Runtime.CompilerServices;
using QueryEngine.Connectors.Formats.Parquet.Metadata;
using QueryEngine.Spi;

namespace QueryEngine.Connectors.Formats.Parquet.Writing;

/// <summary>
/// Makes the flat schema of a file from SQL types. Every column may be null; lists and maps have the three levels that the format's
/// LogicalTypes document asks for.
/// </summary>
internal sealed class SchemaWriter
{
    private readonly List<SchemaElement> _elements = [];
    private readonly List<string[]> _paths = [];
    private readonly Stack<string> _path = new();

    private SchemaWriter()
    {
    }

    /// <summary>The elements in depth-first order, and the path of each leaf.</summary>
    public static (SchemaElement[] Elements, string[][] Paths) Build(IReadOnlyList<FormatColumn> columns)
    {
        var writer = new SchemaWriter();
        writer._elements.Add(new SchemaElement { Name = "schema", ChildCount = columns.Count });
        foreach (FormatColumn column in columns)
            writer.AddField(column.Name, column.Type, Repetition.Optional);
        return ([.. writer._elements], [.. writer._paths]);
    }

    private void AddField(string name, SqlType type, Repetition repetition)
    {
        RuntimeHelpers.EnsureSufficientExecutionStack();
        _path.Push(name);
        switch (type)
        {
            case ArrayType array:
                AddGroup(name, repetition, 1, ConvertedType.List, LogicalKind.List);
                AddGroup("list", Repetition.Repeated, 1);
                _path.Push("list");
                AddField("element", array.Element, Repetition.Optional);
                _path.Pop();
                break;
            case MapType map:
                AddGroup(name, repetition, 1, ConvertedType.Map, LogicalKind.Map);
                AddGroup("key_value", Repetition.Repeated, 2);
                _path.Push("key_value");
                AddField("key", map.Key, Repetition.Required);
                AddField("value", map.Value, Repetition.Optional);
                _path.Pop();
                break;
            case RowType row:
                AddRow(name, row, repetition);
                break;
            default:
                _elements.Add(LeafOf(type) with { Name = name, Repetition = repetition });
                _paths.Add([.. _path.Reverse()]);
                break;
        }
        _path.Pop();
    }

    private void AddRow(string name, RowType row, Repetition repetition)
    {
        if (row.Fields.Count == 0)
            throw QueryException.NotSupported($"a row without fields in a parquet file (column '{name}')");
        AddGroup(name, repetition, row.Fields.Count);
        for (int place = 0; place < row.Fields.Count; place++)
            AddField(row.Fields[place].Name ?? $"field{place}", row.Fields[place].Type, Repetition.Optional);
    }

    private void AddGroup(
        string name, Repetition repetition, int children, ConvertedType converted = ConvertedType.None, LogicalKind logical = LogicalKind.None) =>
        _elements.Add(new SchemaElement
        {
            Name = name,
            Repetition = repetition,
            ChildCount = children,
            ConvertedType = converted,
            LogicalType = new LogicalType(logical),
        });

    private static SchemaElement LeafOf(SqlType type)
    {
        var leaf = new SchemaElement { Name = "" };
        return type switch
        {
            UnknownType => leaf with { Type = ParquetType.Int32, LogicalType = new LogicalType(LogicalKind.Null) },
            BooleanType => leaf with { Type = ParquetType.Boolean },
            IntegerType integer => IntegerLeaf(leaf, integer),
            FloatType real => leaf with { Type = real.Kind == TypeKind.Real ? ParquetType.Float : ParquetType.Double },
            DecimalType number => DecimalLeaf(leaf, number),
            VarcharType or CharType => leaf with
            {
                Type = ParquetType.ByteArray,
                ConvertedType = ConvertedType.Utf8,
                LogicalType = new LogicalType(LogicalKind.String),
            },
            VarbinaryType => leaf with { Type = ParquetType.ByteArray },
            JsonType => leaf with
            {
                Type = ParquetType.ByteArray,
                ConvertedType = ConvertedType.Json,
                LogicalType = new LogicalType(LogicalKind.Json),
            },
            DateType => leaf with { Type = ParquetType.Int32, ConvertedType = ConvertedType.Date, LogicalType = new LogicalType(LogicalKind.Date) },
            TimeType time => TimeLeaf(leaf, time.Precision),
            TimestampType timestamp => TimestampLeaf(leaf, timestamp.Precision, isUtc: false),
            TimestampWithTimeZoneType instant => TimestampLeaf(leaf, instant.Precision, isUtc: true),
            UuidType => leaf with { Type = ParquetType.FixedLenByteArray, TypeLength = 16, LogicalType = new LogicalType(LogicalKind.Uuid) },
            IntervalType { IntervalKind: TypeKind.IntervalDayToSecond } => leaf with
            {
                Type = ParquetType.FixedLenByteArray,
                TypeLength = 12,
                ConvertedType = ConvertedType.Interval,
            },
            _ => throw QueryException.NotSupported($"{type} in a parquet file"),
        };
    }

    private static SchemaElement IntegerLeaf(SchemaElement leaf, IntegerType type) => type.Kind switch
    {
        TypeKind.TinyInt => leaf with
        {
            Type = ParquetType.Int32,
            ConvertedType = ConvertedType.Int8,
            LogicalType = new LogicalType(LogicalKind.Integer, BitWidth: 8),
        },
        TypeKind.SmallInt => leaf with
        {
            Type = ParquetType.Int32,
            ConvertedType = ConvertedType.Int16,
            LogicalType = new LogicalType(LogicalKind.Integer, BitWidth: 16),
        },
        TypeKind.Integer => leaf with { Type = ParquetType.Int32 },
        _ => leaf with { Type = ParquetType.Int64 },
    };

    private static SchemaElement DecimalLeaf(SchemaElement leaf, DecimalType type) => leaf with
    {
        Type = type.Precision <= 9 ? ParquetType.Int32 : type.IsShort ? ParquetType.Int64 : ParquetType.FixedLenByteArray,
        TypeLength = type.IsShort ? 0 : 16,
        ConvertedType = ConvertedType.Decimal,
        Precision = type.Precision,
        Scale = type.Scale,
        LogicalType = new LogicalType(LogicalKind.Decimal, type.Scale, type.Precision),
    };

    // Time of day is local: it belongs to no zone.
    private static SchemaElement TimeLeaf(SchemaElement leaf, int precision) => leaf with
    {
        Type = precision <= 3 ? ParquetType.Int32 : ParquetType.Int64,
        LogicalType = new LogicalType(LogicalKind.Time, Unit: UnitOf(precision)),
    };

    private static SchemaElement TimestampLeaf(SchemaElement leaf, int precision, bool isUtc) => leaf with
    {
        Type = ParquetType.Int64,
        LogicalType = new LogicalType(LogicalKind.Timestamp, Unit: UnitOf(precision), IsUtc: isUtc),
    };

    private static TimeUnit UnitOf(int precision) => precision switch
    {
        <= 3 => TimeUnit.Millis,
        <= 6 => TimeUnit.Micros,
        _ => TimeUnit.Nanos,
    };
}
