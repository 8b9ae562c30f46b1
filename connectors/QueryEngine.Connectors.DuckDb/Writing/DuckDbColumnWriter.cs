using System.Runtime.InteropServices;
using QueryEngine.Connectors.DuckDb.Native;
using QueryEngine.Connectors.DuckDb.Reading;
using QueryEngine.Spi;

namespace QueryEngine.Connectors.DuckDb.Writing;

/// <summary>Writes rows of our vectors, of any encoding, into vectors of DuckDB.</summary>
internal abstract unsafe class DuckDbColumnWriter
{
    private const long MicrosecondsPerDay = 86_400_000_000;
    private const int MaxOffset = (16 * 60 * 60) - 1;
    private const int OffsetBits = 24;

    /// <summary>A writer of a type.</summary>
    public static DuckDbColumnWriter Create(SqlType type) => type switch
    {
        BooleanType or UnknownType => new CopyWriter<bool>(),
        IntegerType or DateType => type.Physical switch
        {
            PhysicalType.Int8 => new CopyWriter<sbyte>(),
            PhysicalType.Int16 => new CopyWriter<short>(),
            PhysicalType.Int32 => new CopyWriter<int>(),
            _ => new CopyWriter<long>(),
        },
        FloatType => type.Kind == TypeKind.Real ? new CopyWriter<float>() : new CopyWriter<double>(),
        DecimalType { Precision: <= 4 } => new ConvertWriter<long, short>(value => (short)value),
        DecimalType { Precision: <= 9 } => new ConvertWriter<long, int>(value => (int)value),
        DecimalType number => number.IsShort ? new CopyWriter<long>() : new CopyWriter<Int128>(),
        TimeWithTimeZoneType => new ConvertWriter<long, ulong>(TimeWithZone),
        TimeType or TimestampType or TimestampWithTimeZoneType => new CopyWriter<long>(),
        IntervalType { Kind: TypeKind.IntervalYearToMonth } => new ConvertWriter<int, DuckDbInterval>(months => new DuckDbInterval(months, 0, 0)),
        IntervalType { Kind: TypeKind.IntervalDayToSecond } => new ConvertWriter<long, DuckDbInterval>(
            micros => new DuckDbInterval(0, (int)(micros / MicrosecondsPerDay), micros % MicrosecondsPerDay)),
        IntervalType => new ConvertWriter<Int128, DuckDbInterval>(Interval),
        UuidType => new ConvertWriter<UInt128, UInt128>(value => value ^ (UInt128.One << 127)),
        ArrayType array => new ListWriter(Create(array.Element)),
        MapType map => new MapWriter(Create(map.Key), Create(map.Value)),
        RowType row => new StructWriter([.. row.Fields.Select(member => Create(member.Type))]),
        _ => new BytesWriter(),
    };

    /// <summary>The type of DuckDB as which values of a type are written, as <see cref="DuckDbTypes.Declare"/> names it; the caller destroys it.</summary>
    public static nint TypeOf(SqlType type)
    {
        switch (type)
        {
            case DecimalType number: return DuckDbApi.CreateDecimalType((byte)number.Precision, (byte)number.Scale);
            case ArrayType array: return Build([array.Element], parts => DuckDbApi.CreateListType(parts[0]));
            case MapType map: return Build([map.Key, map.Value], parts => DuckDbApi.CreateMapType(parts[0], parts[1]));
            case RowType row: return Build([.. row.Fields.Select(member => member.Type)], parts => CreateStruct(row, parts));
            default: return DuckDbApi.CreateType(KindOf(type));
        }
    }

    /// <summary>Writes rows of a vector from a row of the target on.</summary>
    public void Write(ColumnVector source, int start, int count, nint target, int at)
    {
        switch (source)
        {
            case ConstantVector constant:
                for (int row = 0; row < count; row++)
                    WriteFlat(constant.Value, 0, 1, target, at + row);
                break;
            case DictionaryVector dictionary:
                ReadOnlySpan<int> places = dictionary.Indices;
                for (int row = 0; row < count; row++)
                {
                    if (dictionary.IsNull(start + row))
                        SetNull(target, at + row);
                    else
                        WriteFlat(dictionary.Dictionary, places[start + row], 1, target, at + row);
                }
                break;
            default:
                WriteFlat(source, start, count, target, at);
                break;
        }
    }

    /// <summary>Writes rows of a flat vector.</summary>
    protected abstract void WriteFlat(ColumnVector source, int start, int count, nint target, int at);

    /// <summary>Makes a row NULL.</summary>
    protected virtual void SetNull(nint target, int row)
    {
        DuckDbApi.EnsureValidity(target);
        DuckDbApi.VectorValidity(target)[row >> 6] &= ~(1UL << (row & 63));
    }

    private static DuckDbType KindOf(SqlType type) => type.Kind switch
    {
        TypeKind.Boolean or TypeKind.Unknown => DuckDbType.Boolean,
        TypeKind.TinyInt => DuckDbType.TinyInt,
        TypeKind.SmallInt => DuckDbType.SmallInt,
        TypeKind.Integer => DuckDbType.Integer,
        TypeKind.BigInt => DuckDbType.BigInt,
        TypeKind.Real => DuckDbType.Float,
        TypeKind.Double => DuckDbType.Double,
        TypeKind.Varbinary => DuckDbType.Blob,
        TypeKind.Date => DuckDbType.Date,
        TypeKind.Time => DuckDbType.Time,
        TypeKind.TimeWithTimeZone => DuckDbType.TimeWithZone,
        TypeKind.Timestamp => type is TimestampType { Precision: > 6 } ? DuckDbType.TimestampNanoseconds : DuckDbType.Timestamp,
        TypeKind.TimestampWithTimeZone => DuckDbType.TimestampWithZone,
        TypeKind.Interval or TypeKind.IntervalDayToSecond or TypeKind.IntervalYearToMonth => DuckDbType.Interval,
        TypeKind.Uuid => DuckDbType.Uuid,
        _ => DuckDbType.Varchar,
    };

    private static nint Build(SqlType[] types, Func<nint[], nint> make)
    {
        var parts = new nint[types.Length];
        try
        {
            for (int part = 0; part < parts.Length; part++)
                parts[part] = TypeOf(types[part]);
            return make(parts);
        }
        finally
        {
            for (int part = 0; part < parts.Length; part++)
                DuckDbApi.DestroyType(ref parts[part]);
        }
    }

    private static nint CreateStruct(RowType row, nint[] types)
    {
        byte[][] names = [.. row.Fields.Select((member, place) => DuckDbConnection.Utf8(DuckDbTypes.NameOf(member, place)))];
        GCHandle[] pinned =
            [.. names.Select(name => GCHandle.Alloc(name, GCHandleType.Pinned))];
        nint[] addresses = [.. pinned.Select(handle => handle.AddrOfPinnedObject())];
        fixed (nint* all = types)
        fixed (nint* texts = addresses)
        {
            nint type = DuckDbApi.CreateStructType(all, texts, (ulong)types.Length);
            foreach (GCHandle handle in pinned)
                handle.Free();
            return type;
        }
    }

    private static ulong TimeWithZone(long bits)
    {
        var time = new TimeWithTimeZone(bits);
        return ((ulong)time.LocalMicros << OffsetBits) | (uint)(MaxOffset - time.OffsetSeconds);
    }

    private static DuckDbInterval Interval(Int128 bits)
    {
        var interval = new Interval(bits);
        return new DuckDbInterval(interval.Months, interval.Days, interval.Micros);
    }

    /// <summary>Values that are the same in both.</summary>
    private sealed class CopyWriter<T> : DuckDbColumnWriter
        where T : unmanaged
    {
        protected override void WriteFlat(ColumnVector source, int start, int count, nint target, int at)
        {
            ((FixedWidthVector<T>)source).Values.Slice(start, count).CopyTo(new Span<T>((T*)DuckDbApi.VectorData(target) + at, count));
            if (!source.MayHaveNulls)
                return;
            for (int row = 0; row < count; row++)
                if (source.IsNull(start + row))
                    SetNull(target, at + row);
        }
    }

    /// <summary>Values that are computed one by one.</summary>
    private sealed class ConvertWriter<TFrom, TTo>(Func<TFrom, TTo> convert) : DuckDbColumnWriter
        where TFrom : unmanaged
        where TTo : unmanaged
    {
        protected override void WriteFlat(ColumnVector source, int start, int count, nint target, int at)
        {
            ReadOnlySpan<TFrom> values = ((FixedWidthVector<TFrom>)source).Values;
            var targets = (TTo*)DuckDbApi.VectorData(target);
            for (int row = 0; row < count; row++)
            {
                if (source.IsNull(start + row))
                    SetNull(target, at + row);
                else
                    targets[at + row] = convert(values[start + row]);
            }
        }
    }

    /// <summary>Text, json and binary.</summary>
    private sealed class BytesWriter : DuckDbColumnWriter
    {
        protected override void WriteFlat(ColumnVector source, int start, int count, nint target, int at)
        {
            var texts = (BytesVector)source;
            for (int row = 0; row < count; row++)
            {
                if (source.IsNull(start + row))
                {
                    SetNull(target, at + row);
                    continue;
                }

                ReadOnlySpan<byte> text = texts[start + row];
                fixed (byte* bytes = text)
                {
                    byte none = 0;
                    DuckDbApi.AssignBytes(target, (ulong)(at + row), bytes == null ? &none : bytes, (ulong)text.Length);
                }
            }
        }
    }

    private sealed class ListWriter(DuckDbColumnWriter element) : DuckDbColumnWriter
    {
        protected override void WriteFlat(ColumnVector source, int start, int count, nint target, int at)
        {
            var array = (ArrayVector)source;
            for (int row = 0; row < count; row++)
            {
                if (source.IsNull(start + row))
                {
                    SetNull(target, at + row);
                    continue;
                }

                (int first, int length) = (array.Offsets[start + row], array.Offsets[start + row + 1] - array.Offsets[start + row]);
                int end = Extend(target, at + row, length);
                if (length > 0)
                    element.Write(array.Elements, first, length, DuckDbApi.ListChild(target), end);
            }
        }
    }

    private sealed class MapWriter(DuckDbColumnWriter key, DuckDbColumnWriter value) : DuckDbColumnWriter
    {
        protected override void WriteFlat(ColumnVector source, int start, int count, nint target, int at)
        {
            var map = (MapVector)source;
            for (int row = 0; row < count; row++)
            {
                if (source.IsNull(start + row))
                {
                    SetNull(target, at + row);
                    continue;
                }

                (int first, int length) = (map.Offsets[start + row], map.Offsets[start + row + 1] - map.Offsets[start + row]);
                int end = Extend(target, at + row, length);
                if (length == 0)
                    continue;
                nint pairs = DuckDbApi.ListChild(target);
                key.Write(map.Keys, first, length, DuckDbApi.StructChild(pairs, 0), end);
                value.Write(map.Values, first, length, DuckDbApi.StructChild(pairs, 1), end);
            }
        }
    }

    private sealed class StructWriter(DuckDbColumnWriter[] members) : DuckDbColumnWriter
    {
        protected override void WriteFlat(ColumnVector source, int start, int count, nint target, int at)
        {
            ReadOnlySpan<ColumnVector> sources = ((RowVector)source).Fields;
            for (int member = 0; member < members.Length; member++)
                members[member].Write(sources[member], start, count, DuckDbApi.StructChild(target, (ulong)member), at);
            for (int row = 0; row < count; row++)
                if (source.IsNull(start + row))
                    SetNull(target, at + row);
        }

        // The members of a NULL are NULL too.
        protected override void SetNull(nint target, int row)
        {
            base.SetNull(target, row);
            for (int member = 0; member < members.Length; member++)
                members[member].SetNull(DuckDbApi.StructChild(target, (ulong)member), row);
        }
    }

    // Gives a row of a list so many new elements; where they begin.
    private static int Extend(nint target, int row, int length)
    {
        ulong end = DuckDbApi.ListSize(target);
        _ = DuckDbApi.ReserveList(target, end + (ulong)length);
        _ = DuckDbApi.SetListSize(target, end + (ulong)length);
        var ranges = (ulong*)DuckDbApi.VectorData(target);
        (ranges[2 * row], ranges[(2 * row) + 1]) = (end, (ulong)length);
        return (int)end;
    }
}
