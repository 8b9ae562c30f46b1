using QueryEngine.Arrow.FlatBuffers;
using QueryEngine.Arrow.Ipc;
using QueryEngine.Spi;
using Slots = QueryEngine.Arrow.FlatBuffers.ArrowFormat;

namespace QueryEngine.Arrow.Schema;

/// <summary>Reads a schema out of a message or a file's footer.</summary>
internal static class SchemaReader
{
    /// <summary>The fields of a schema.</summary>
    public static ArrowColumn[] ReadColumns(FlatTable schema)
    {
        if (schema.Get<short>(Slots.Schema.Endianness) != 0)
            throw QueryException.NotSupported("big-endian Arrow data");

        var columns = new ArrowColumn[schema.GetCount(Slots.Schema.Fields)];
        for (int column = 0; column < columns.Length; column++)
            columns[column] = ReadField(schema.GetItem(Slots.Schema.Fields, column), depth: 0);
        return columns;
    }

    /// <summary>The schema as users of the reader see it.</summary>
    public static ArrowSchema ReadSchema(FlatTable schema, IEnumerable<ArrowColumn> columns) =>
        new(columns.Select(column => new ArrowField(column.Name, column.Type, column.IsNullable)).ToValueList())
        {
            Metadata = ReadMetadata(schema, Slots.Schema.Metadata).ToValueList(),
        };

    private static ArrowColumn ReadField(FlatTable field, int depth)
    {
        if (depth > Slots.MaxDepth)
            throw new QueryException(ErrorCode.InvalidData, $"the Arrow schema nests types deeper than {Slots.MaxDepth} levels");

        var children = new ArrowColumn[field.GetCount(Slots.Field.Children)];
        for (int child = 0; child < children.Length; child++)
            children[child] = ReadField(field.GetItem(Slots.Field.Children, child), depth + 1);

        List<KeyValuePair<string, string>> metadata = ReadMetadata(field, Slots.Field.Metadata);
        ArrowColumn column = ReadType(field, children, Find(metadata, Slots.ExtensionName));
        DictionaryReference? dictionary = ReadDictionary(field.GetTable(Slots.Field.Dictionary));
        SqlType type = column.DecodedType;
        if (Find(metadata, Slots.SqlTypeKey) is { } name && SqlTypeParser.TryParse(name) is { } named && HaveSameLayout(named, type))
            type = named;
        return column with { Dictionary = dictionary, Type = type };
    }

    private static DictionaryReference? ReadDictionary(FlatTable encoding)
    {
        if (!encoding.Exists)
            return null;

        FlatTable index = encoding.GetTable(Slots.Dictionary.IndexType);
        return index.Exists
            ? new DictionaryReference(encoding.Get<long>(Slots.Dictionary.Id), index.Get<int>(0), index.Get<byte>(1) != 0)
            : new DictionaryReference(encoding.Get<long>(Slots.Dictionary.Id), 32, IsSigned: true);
    }

    private static ArrowColumn ReadType(FlatTable field, ArrowColumn[] children, string? extension)
    {
        string name = field.GetString(Slots.Field.Name) ?? "";
        var kind = (ArrowKind)field.Get<byte>(Slots.Field.TypeType);
        FlatTable type = field.GetTable(Slots.Field.Type);
        bool isNullable = field.Get<byte>(Slots.Field.Nullable) != 0;
        int width = 0, scale = 0;
        short unit = 0;
        bool isSigned = true;
        SqlType? decoded = null;
        switch (kind)
        {
            case ArrowKind.Null:
                decoded = SqlType.Unknown;
                break;
            case ArrowKind.Bool:
                decoded = SqlType.Boolean;
                break;
            case ArrowKind.Int:
                (width, isSigned) = (type.Get<int>(0), type.Get<byte>(1) != 0);
                decoded = extension == Slots.TimeExtension && width == 64 && isSigned ? SqlType.TimeWithTimeZone : IntegerOf(width, isSigned);
                break;
            case ArrowKind.FloatingPoint:
                width = 16 << type.Get<short>(0);
                decoded = width switch { 16 or 32 => SqlType.Real, 64 => SqlType.Double, _ => null };
                break;
            case ArrowKind.Decimal:
                (width, scale) = (type.Get(2, 128), type.Get<int>(1));
                decoded = width is 32 or 64 or 128 ? DecimalOf(type.Get<int>(0), scale) : null;
                break;
            case ArrowKind.Utf8 or ArrowKind.LargeUtf8:
                decoded = extension switch { "arrow.json" => SqlType.Json, Slots.NumericExtension => SqlType.Number, _ => SqlType.Varchar };
                break;
            case ArrowKind.Binary or ArrowKind.LargeBinary:
                decoded = SqlType.Varbinary;
                break;
            case ArrowKind.FixedSizeBinary:
                width = type.Get<int>(0);
                decoded = width == 16 && extension == "arrow.uuid" ? SqlType.Uuid : width >= 0 ? SqlType.Varbinary : null;
                break;
            case ArrowKind.Date:
                unit = type.Get<short>(0, 1);
                decoded = SqlType.Date;
                break;
            case ArrowKind.Time:
                (unit, width) = (type.Get<short>(0, 1), type.Get(1, 32));
                decoded = SqlType.TimeOf(PrecisionOf(unit));
                break;
            case ArrowKind.Timestamp:
                unit = type.Get<short>(0);
                decoded = type.GetString(1) is null ? SqlType.TimestampOf(PrecisionOf(unit)) : SqlType.TimestampWithTimeZoneOf(PrecisionOf(unit));
                break;
            case ArrowKind.Duration:
                unit = type.Get<short>(0, 1);
                decoded = SqlType.IntervalDayToSecond;
                break;
            case ArrowKind.Interval:
                unit = type.Get<short>(0);
                decoded = unit switch
                {
                    0 => SqlType.IntervalYearToMonth,
                    1 => SqlType.IntervalDayToSecond,
                    MonthDayNano.Unit => SqlType.Interval,
                    _ => null,
                };
                break;
            case ArrowKind.List or ArrowKind.LargeList or ArrowKind.FixedSizeList when children.Length == 1:
                width = kind == ArrowKind.FixedSizeList ? type.Get<int>(0) : 0;
                decoded = width < 0 ? null : SqlType.Array(children[0].Type);
                break;
            case ArrowKind.Map when children is [{ Kind: ArrowKind.Struct, Children: [var key, var value] }]:
                decoded = SqlType.Map(key.Type, value.Type);
                break;
            case ArrowKind.Struct:
                decoded = SqlType.Row([.. children.Select(child => new RowField(child.Name, child.Type))]);
                break;
        }

        if (decoded is null)
            throw QueryException.NotSupported($"Arrow type {kind} of field '{name}'");
        return new ArrowColumn(name, isNullable, kind, children.ToValueList())
        {
            Width = width,
            IsSigned = isSigned,
            Unit = unit,
            Scale = scale,
            DecodedType = decoded,
            Type = decoded,
        };
    }

    private static SqlType? IntegerOf(int bits, bool isSigned) => (bits, isSigned) switch
    {
        (8, true) => SqlType.TinyInt,
        (16, true) or (8, false) => SqlType.SmallInt,
        (32, true) or (16, false) => SqlType.Integer,
        (64, true) or (32, false) => SqlType.BigInt,
        (64, false) => SqlType.Decimal(20, 0),
        _ => null,
    };

    private static DecimalType? DecimalOf(int precision, int scale) =>
        precision is >= 1 and <= DecimalType.MaxPrecision && scale >= 0 && scale <= precision ? SqlType.Decimal(precision, scale) : null;

    private static int PrecisionOf(short unit) => (ArrowTimeUnit)unit switch
    {
        ArrowTimeUnit.Second => 0,
        ArrowTimeUnit.Millisecond => 3,
        ArrowTimeUnit.Microsecond => 6,
        ArrowTimeUnit.Nanosecond => 9,
        _ => throw new QueryException(ErrorCode.InvalidData, $"the Arrow schema has the unknown time unit {unit}"),
    };

    /// <summary>Whether vectors of one type can be seen as the other.</summary>
    private static bool HaveSameLayout(SqlType left, SqlType right) => (left, right) switch
    {
        (ArrayType l, ArrayType r) => HaveSameLayout(l.Element, r.Element),
        (MapType l, MapType r) => HaveSameLayout(l.Key, r.Key) && HaveSameLayout(l.Value, r.Value),
        (RowType l, RowType r) => l.Fields.Count == r.Fields.Count && l.Fields.Zip(r.Fields).All(pair => HaveSameLayout(pair.First.Type, pair.Second.Type)),
        (TimeType l, TimeType r) => l.Precision > 6 == r.Precision > 6,
        (TimestampType l, TimestampType r) => l.Precision > 6 == r.Precision > 6,
        (TimestampWithTimeZoneType l, TimestampWithTimeZoneType r) => l.Precision > 6 == r.Precision > 6,
        (DecimalType l, DecimalType r) => l == r,
        _ => left.Physical == right.Physical && !left.IsNested && !right.IsNested,
    };

    private static List<KeyValuePair<string, string>> ReadMetadata(FlatTable table, int slot)
    {
        var entries = new List<KeyValuePair<string, string>>();
        for (int index = 0; index < table.GetCount(slot); index++)
        {
            FlatTable entry = table.GetItem(slot, index);
            entries.Add(new(entry.GetString(Slots.KeyValue.Key) ?? "", entry.GetString(Slots.KeyValue.Value) ?? ""));
        }

        return entries;
    }

    private static string? Find(List<KeyValuePair<string, string>> metadata, string key)
    {
        foreach ((string name, string value) in metadata)
        {
            if (name == key)
                return value;
        }

        return null;
    }
}
