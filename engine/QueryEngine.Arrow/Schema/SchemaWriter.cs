using QueryEngine.Arrow.FlatBuffers;
using QueryEngine.Arrow.Ipc;
using QueryEngine.Spi;
using Slots = QueryEngine.Arrow.FlatBuffers.ArrowFormat;

namespace QueryEngine.Arrow.Schema;

/// <summary>Writes a schema into a message or a file's footer. What Arrow's types do not say is in the field's metadata.</summary>
internal static class SchemaWriter
{
    /// <summary>
    /// Writes the schema table. <paramref name="dictionaries"/> says which columns are dictionary-encoded; the id is the column's number.
    /// </summary>
    public static int Write(FlatBuilder builder, ArrowSchema schema, ReadOnlySpan<bool> dictionaries)
    {
        int[] fields = new int[schema.Fields.Count];
        for (int column = 0; column < fields.Length; column++)
        {
            ArrowField field = schema.Fields[column];
            long? dictionary = !dictionaries.IsEmpty && dictionaries[column] ? column : null;
            fields[column] = WriteField(builder, field.Name, field.Type, field.IsNullable, dictionary, isColumn: true);
        }

        int vector = builder.CreateVector(fields);
        int metadata = WriteMetadata(builder, [.. schema.Metadata]);
        builder.StartTable(Slots.Schema.Slots);
        builder.AddOffset(Slots.Schema.Fields, vector);
        builder.AddOffset(Slots.Schema.Metadata, metadata);
        return builder.EndTable();
    }

    private static int WriteField(FlatBuilder builder, string name, SqlType type, bool isNullable, long? dictionary, bool isColumn)
    {
        int children = builder.CreateVector(WriteChildren(builder, type));
        List<KeyValuePair<string, string>> metadata = [];
        if (type.Kind == TypeKind.Uuid)
            metadata = [new(Slots.ExtensionName, "arrow.uuid"), new(Slots.ExtensionMetadata, "")];
        else if (type.Kind == TypeKind.Json)
            metadata = [new(Slots.ExtensionName, "arrow.json"), new(Slots.ExtensionMetadata, "")];
        else if (type.Kind == TypeKind.TimeWithTimeZone)
            metadata = [new(Slots.ExtensionName, Slots.TimeExtension), new(Slots.ExtensionMetadata, "")];
        else if (type.Kind == TypeKind.Number)
            metadata = [new(Slots.ExtensionName, Slots.NumericExtension), new(Slots.ExtensionMetadata, "")];
        if (isColumn && type != Decoded(type))
            metadata.Add(new(Slots.SqlTypeKey, type.ToString()));

        int metadataVector = WriteMetadata(builder, metadata);
        int nameOffset = builder.CreateString(name);
        (ArrowKind kind, int typeTable) = WriteType(builder, type);
        int encoding = dictionary is { } id ? WriteDictionary(builder, id) : 0;
        builder.StartTable(Slots.Field.Slots);
        builder.AddOffset(Slots.Field.Name, nameOffset);
        builder.Add(Slots.Field.Nullable, isNullable);
        builder.Add(Slots.Field.TypeType, (byte)kind);
        builder.AddOffset(Slots.Field.Type, typeTable);
        builder.AddOffset(Slots.Field.Dictionary, encoding);
        builder.AddOffset(Slots.Field.Children, children);
        builder.AddOffset(Slots.Field.Metadata, metadataVector);
        return builder.EndTable();
    }

    private static int[] WriteChildren(FlatBuilder builder, SqlType type)
    {
        switch (type)
        {
            case ArrayType array:
                return [WriteField(builder, "item", array.Element, isNullable: true, dictionary: null, isColumn: false)];
            case RowType row:
                return [.. row.Fields.Select(field => WriteField(builder, field.Name ?? "", field.Type, isNullable: true, dictionary: null, isColumn: false))];
            case MapType map:
                int key = WriteField(builder, "key", map.Key, isNullable: false, dictionary: null, isColumn: false);
                int value = WriteField(builder, "value", map.Value, isNullable: true, dictionary: null, isColumn: false);
                int entries = builder.CreateVector([key, value]);
                int name = builder.CreateString("entries");
                builder.StartTable(0);
                int structType = builder.EndTable();
                builder.StartTable(Slots.Field.Slots);
                builder.AddOffset(Slots.Field.Name, name);
                builder.Add(Slots.Field.TypeType, (byte)ArrowKind.Struct);
                builder.AddOffset(Slots.Field.Type, structType);
                builder.AddOffset(Slots.Field.Children, entries);
                return [builder.EndTable()];
            default:
                return [];
        }
    }

    private static (ArrowKind Kind, int Table) WriteType(FlatBuilder builder, SqlType type)
    {
        int zone = type.Kind == TypeKind.TimestampWithTimeZone ? builder.CreateString("UTC") : 0;
        builder.StartTable(3);
        ArrowKind kind;
        switch (type)
        {
            case UnknownType:
                kind = ArrowKind.Null;
                break;
            case BooleanType:
                kind = ArrowKind.Bool;
                break;
            case IntegerType or TimeWithTimeZoneType:
                kind = ArrowKind.Int;
                builder.Add(0, BitsOf(type.Physical));
                builder.Add(1, true);
                break;
            case FloatType:
                kind = ArrowKind.FloatingPoint;
                builder.Add<short>(0, (short)(type.Kind == TypeKind.Real ? 1 : 2));
                break;
            case DecimalType number:
                kind = ArrowKind.Decimal;
                builder.Add(0, number.Precision);
                builder.Add(1, number.Scale);
                builder.Add(2, 128, absent: 128);
                break;
            case VarcharType or CharType or JsonType or GeometryType or TextSearchType or NumberType or BitType:
                kind = ArrowKind.Utf8;
                break;
            case VarbinaryType or AddressType or SketchType:
                kind = ArrowKind.Binary;
                break;
            case UuidType:
                kind = ArrowKind.FixedSizeBinary;
                builder.Add(0, 16);
                break;
            case DateType:
                kind = ArrowKind.Date;
                builder.Add<short>(0, 0, absent: 1);
                break;
            case TimeType time:
                kind = ArrowKind.Time;
                builder.Add(0, UnitOf(time.Precision), absent: (short)1);
                builder.Add(1, 64, absent: 32);
                break;
            case TimestampType timestamp:
                kind = ArrowKind.Timestamp;
                builder.Add(0, UnitOf(timestamp.Precision));
                break;
            case TimestampWithTimeZoneType instant:
                kind = ArrowKind.Timestamp;
                builder.Add(0, UnitOf(instant.Precision));
                builder.AddOffset(1, zone);
                break;
            case IntervalType { Kind: TypeKind.IntervalYearToMonth }:
                kind = ArrowKind.Interval;
                break;
            case IntervalType { Kind: TypeKind.Interval }:
                kind = ArrowKind.Interval;
                builder.Add<short>(0, MonthDayNano.Unit);
                break;
            case IntervalType:
                kind = ArrowKind.Duration;
                builder.Add(0, (short)ArrowTimeUnit.Microsecond, absent: (short)1);
                break;
            case ArrayType:
                kind = ArrowKind.List;
                break;
            case MapType:
                kind = ArrowKind.Map;
                break;
            case RowType:
                kind = ArrowKind.Struct;
                break;
            default:
                throw new System.Diagnostics.UnreachableException(type.ToString());
        }

        return (kind, builder.EndTable());
    }

    private static int WriteDictionary(FlatBuilder builder, long id)
    {
        builder.StartTable(2);
        builder.Add(0, 32);
        builder.Add(1, true);
        int index = builder.EndTable();
        builder.StartTable(Slots.Dictionary.Slots);
        builder.Add(Slots.Dictionary.Id, id, absent: -1);
        builder.AddOffset(Slots.Dictionary.IndexType, index);
        return builder.EndTable();
    }

    private static int WriteMetadata(FlatBuilder builder, List<KeyValuePair<string, string>> entries)
    {
        if (entries.Count == 0)
            return 0;

        int[] tables = new int[entries.Count];
        for (int index = 0; index < tables.Length; index++)
        {
            int key = builder.CreateString(entries[index].Key);
            int value = builder.CreateString(entries[index].Value);
            builder.StartTable(Slots.KeyValue.Slots);
            builder.AddOffset(Slots.KeyValue.Key, key);
            builder.AddOffset(Slots.KeyValue.Value, value);
            tables[index] = builder.EndTable();
        }

        return builder.CreateVector(tables);
    }

    /// <summary>The type that a reader gets from the Arrow type alone.</summary>
    private static SqlType Decoded(SqlType type) => type switch
    {
        VarcharType or CharType or GeometryType or TextSearchType or BitType => SqlType.Varchar,
        AddressType or SketchType => SqlType.Varbinary,
        NumberType => SqlType.Number,
        TimeWithTimeZoneType => SqlType.TimeWithTimeZone,
        TimeType time => SqlType.TimeOf(time.Precision > 6 ? 9 : 6),
        TimestampType timestamp => SqlType.TimestampOf(timestamp.Precision > 6 ? 9 : 6),
        TimestampWithTimeZoneType instant => SqlType.TimestampWithTimeZoneOf(instant.Precision > 6 ? 9 : 6),
        ArrayType array => SqlType.Array(Decoded(array.Element)),
        MapType map => SqlType.Map(Decoded(map.Key), Decoded(map.Value)),
        RowType row => SqlType.Row([.. row.Fields.Select(field => new RowField(field.Name ?? "", Decoded(field.Type)))]),
        _ => type,
    };

    private static short UnitOf(int precision) => (short)(precision > 6 ? ArrowTimeUnit.Nanosecond : ArrowTimeUnit.Microsecond);

    private static int BitsOf(PhysicalType physical) => physical switch
    {
        PhysicalType.Int8 => 8,
        PhysicalType.Int16 => 16,
        PhysicalType.Int32 => 32,
        _ => 64,
    };
}
