using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Text;
using QueryEngine.Connectors.DuckDb.Native;
using QueryEngine.Spi;

namespace QueryEngine.Connectors.DuckDb.Reading;

/// <summary>Appends rows of vectors of DuckDB to a builder.</summary>
internal abstract unsafe class DuckDbColumn
{
    /// <summary>A reader of a type into a builder; <paramref name="where"/> says in errors whose values they are.</summary>
    public static DuckDbColumn Create(DuckDbTypeHandle type, VectorBuilder builder, string where, DuckDbOptions options)
    {
        switch (type.Kind)
        {
            case DuckDbType.Boolean: return new CopiedColumn<bool>((FixedWidthBuilder<bool>)builder);
            case DuckDbType.TinyInt: return new CopiedColumn<sbyte>((FixedWidthBuilder<sbyte>)builder);
            case DuckDbType.SmallInt: return new CopiedColumn<short>((FixedWidthBuilder<short>)builder);
            case DuckDbType.Integer: return new CopiedColumn<int>((FixedWidthBuilder<int>)builder);
            case DuckDbType.BigInt or DuckDbType.Time: return new CopiedColumn<long>((FixedWidthBuilder<long>)builder);
            case DuckDbType.Float: return new CopiedColumn<float>((FixedWidthBuilder<float>)builder);
            case DuckDbType.Double: return new CopiedColumn<double>((FixedWidthBuilder<double>)builder);
            case DuckDbType.Varchar or DuckDbType.Blob: return new TextColumn((BytesBuilder)builder);
            case DuckDbType.Enum: return new EnumColumn((BytesBuilder)builder, type);
            case DuckDbType.UnsignedTinyInt: return new ConvertedColumn<byte, short>((FixedWidthBuilder<short>)builder, where, options, Values.Widen);
            case DuckDbType.UnsignedSmallInt: return new ConvertedColumn<ushort, int>((FixedWidthBuilder<int>)builder, where, options, Values.Widen);
            case DuckDbType.UnsignedInteger: return new ConvertedColumn<uint, long>((FixedWidthBuilder<long>)builder, where, options, Values.Widen);
            case DuckDbType.UnsignedBigInt: return new ConvertedColumn<ulong, Int128>((FixedWidthBuilder<Int128>)builder, where, options, Values.Widen);
            case DuckDbType.HugeInt: return new ConvertedColumn<Int128, Int128>((FixedWidthBuilder<Int128>)builder, where, options, Values.Huge);
            case DuckDbType.UnsignedHugeInt: return new ConvertedColumn<UInt128, Int128>((FixedWidthBuilder<Int128>)builder, where, options, Values.Huge);
            case DuckDbType.Date: return new ConvertedColumn<int, int>((FixedWidthBuilder<int>)builder, where, options, Values.Date);
            case DuckDbType.Timestamp or DuckDbType.TimestampWithZone or DuckDbType.TimestampNanoseconds:
                return new ConvertedColumn<long, long>((FixedWidthBuilder<long>)builder, where, options, Values.Instant);
            case DuckDbType.TimestampSeconds: return new ConvertedColumn<long, long>((FixedWidthBuilder<long>)builder, where, options, Values.Seconds);
            case DuckDbType.TimestampMilliseconds: return new ConvertedColumn<long, long>((FixedWidthBuilder<long>)builder, where, options, Values.Milliseconds);
            case DuckDbType.TimeWithZone: return new ConvertedColumn<ulong, long>((FixedWidthBuilder<long>)builder, where, options, Values.TimeWithZone);
            case DuckDbType.Interval: return new ConvertedColumn<DuckDbInterval, Int128>((FixedWidthBuilder<Int128>)builder, where, options, Values.Interval);
            case DuckDbType.Uuid: return new ConvertedColumn<UInt128, UInt128>((FixedWidthBuilder<UInt128>)builder, where, options, Values.Uuid);
            case DuckDbType.Decimal: return Decimal(type, builder, where, options);
            case DuckDbType.Null: return new NullColumn(builder);
            case DuckDbType.List:
                using (var element = new DuckDbTypeHandle(DuckDbApi.ListElement(type.Pointer)))
                    return new ListColumn((ArrayBuilder)builder, Create(element, ((ArrayBuilder)builder).Elements, where, options));
            case DuckDbType.Array:
                using (var element = new DuckDbTypeHandle(DuckDbApi.ArrayElement(type.Pointer)))
                    return new FixedListColumn((ArrayBuilder)builder, Create(element, ((ArrayBuilder)builder).Elements, where, options), (int)DuckDbApi.ArrayLength(type.Pointer));
            case DuckDbType.Map:
                using (var key = new DuckDbTypeHandle(DuckDbApi.MapKey(type.Pointer)))
                using (var value = new DuckDbTypeHandle(DuckDbApi.MapValue(type.Pointer)))
                    return new MapColumn((MapBuilder)builder, Create(key, ((MapBuilder)builder).Keys, where, options), Create(value, ((MapBuilder)builder).Values, where, options));
            case DuckDbType.Struct:
                return new StructColumn((RowBuilder)builder, type, where, options);
            default:
                throw QueryException.NotSupported($"reading {type.Kind} from DuckDB");
        }
    }

    /// <summary>Appends rows of a vector.</summary>
    public abstract void Append(nint vector, int start, int count);

    /// <summary>Whether a row has a value.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    protected static bool IsValid(ulong* validity, int row) => validity == null || (validity[row >> 6] & (1UL << (row & 63))) != 0;

    // Up to 4, 9, 18 and 38 digits.
    private static DuckDbColumn Decimal(DuckDbTypeHandle type, VectorBuilder builder, string where, DuckDbOptions options) => DuckDbApi.DecimalWidth(type.Pointer) switch
    {
        <= 4 => new ConvertedColumn<short, long>((FixedWidthBuilder<long>)builder, where, options, Values.Widen),
        <= 9 => new ConvertedColumn<int, long>((FixedWidthBuilder<long>)builder, where, options, Values.Widen),
        <= 18 => new CopiedColumn<long>((FixedWidthBuilder<long>)builder),
        _ => new CopiedColumn<Int128>((FixedWidthBuilder<Int128>)builder),
    };

    /// <summary>Values that are the same in both.</summary>
    private sealed class CopiedColumn<T>(FixedWidthBuilder<T> builder) : DuckDbColumn
        where T : unmanaged
    {
        public override void Append(nint vector, int start, int count)
        {
            if (count == 0)
                return;
            var data = new ReadOnlySpan<T>((T*)DuckDbApi.VectorData(vector) + start, count); // a vector has all the rows of its chunk
            ulong* validity = DuckDbApi.VectorValidity(vector);
            if (validity == null)
            {
                builder.Append(data);
                return;
            }

            for (int row = 0; row < count; row++)
            {
                if (IsValid(validity, start + row))
                    builder.Append(data[row]);
                else
                    builder.AppendNull();
            }
        }
    }

    /// <summary>Values that are computed one by one; null is NULL.</summary>
    private sealed class ConvertedColumn<TFrom, TTo>(
        FixedWidthBuilder<TTo> builder, string where, DuckDbOptions options, Func<TFrom, Place, TTo?> convert) : DuckDbColumn
        where TFrom : unmanaged
        where TTo : unmanaged
    {
        private readonly Place _place = new(where, options);

        public override void Append(nint vector, int start, int count)
        {
            var data = new ReadOnlySpan<TFrom>((TFrom*)DuckDbApi.VectorData(vector) + start, count); // a vector has all the rows of its chunk
            ulong* validity = DuckDbApi.VectorValidity(vector);
            for (int row = 0; row < count; row++)
            {
                if (IsValid(validity, start + row) && convert(data[row], _place) is { } value)
                    builder.Append(value);
                else
                    builder.AppendNull();
            }
        }
    }

    /// <summary>Text and blobs: up to 12 bytes beside their length, or a pointer.</summary>
    private sealed class TextColumn(BytesBuilder builder) : DuckDbColumn
    {
        private const int Inlined = 12;

        public override void Append(nint vector, int start, int count)
        {
            byte* texts = DuckDbApi.VectorData(vector);
            ulong* validity = DuckDbApi.VectorValidity(vector);
            for (int row = start; row < start + count; row++)
            {
                if (!IsValid(validity, row))
                {
                    builder.AppendNull();
                    continue;
                }

                byte* text = texts + (16L * row);
                int length = *(int*)text;
                builder.Append(new ReadOnlySpan<byte>(length <= Inlined ? text + 4 : *(byte**)(text + 8), length));
            }
        }
    }

    /// <summary>Codes of the texts of an enum.</summary>
    private sealed class EnumColumn : DuckDbColumn
    {
        private readonly BytesBuilder _builder;
        private readonly byte[][] _texts;
        private readonly DuckDbType _codes;

        public EnumColumn(BytesBuilder builder, DuckDbTypeHandle type)
        {
            (_builder, _codes) = (builder, DuckDbApi.EnumCodes(type.Pointer));
            _texts = new byte[DuckDbApi.EnumSize(type.Pointer)][];
            for (int code = 0; code < _texts.Length; code++)
            {
                nint text = DuckDbApi.EnumValue(type.Pointer, (ulong)code);
                _texts[code] = Encoding.UTF8.GetBytes(Marshal.PtrToStringUTF8(text) ?? "");
                DuckDbApi.Free(text);
            }
        }

        public override void Append(nint vector, int start, int count)
        {
            byte* codes = DuckDbApi.VectorData(vector);
            ulong* validity = DuckDbApi.VectorValidity(vector);
            for (int row = start; row < start + count; row++)
            {
                if (IsValid(validity, row))
                    _builder.Append(_texts[_codes switch
                    {
                        DuckDbType.UnsignedTinyInt => codes[row],
                        DuckDbType.UnsignedSmallInt => ((ushort*)codes)[row],
                        _ => (int)((uint*)codes)[row],
                    }]);
                else
                    _builder.AppendNull();
            }
        }
    }

    private sealed class NullColumn(VectorBuilder builder) : DuckDbColumn
    {
        public override void Append(nint vector, int start, int count)
        {
            for (int row = 0; row < count; row++)
                builder.AppendNull();
        }
    }

    /// <summary>Each row is a range of the child's.</summary>
    private sealed class ListColumn(ArrayBuilder builder, DuckDbColumn element) : DuckDbColumn
    {
        public override void Append(nint vector, int start, int count)
        {
            var ranges = (ulong*)DuckDbApi.VectorData(vector);
            ulong* validity = DuckDbApi.VectorValidity(vector);
            nint child = DuckDbApi.ListChild(vector);
            for (int row = start; row < start + count; row++)
            {
                if (!IsValid(validity, row))
                {
                    builder.AppendNull();
                    continue;
                }

                element.Append(child, (int)ranges[2 * row], (int)ranges[(2 * row) + 1]);
                builder.EndRow();
            }
        }
    }

    /// <summary>Each row is as many rows of the child's.</summary>
    private sealed class FixedListColumn(ArrayBuilder builder, DuckDbColumn element, int length) : DuckDbColumn
    {
        public override void Append(nint vector, int start, int count)
        {
            ulong* validity = DuckDbApi.VectorValidity(vector);
            nint child = DuckDbApi.ArrayChild(vector);
            for (int row = start; row < start + count; row++)
            {
                if (!IsValid(validity, row))
                {
                    builder.AppendNull();
                    continue;
                }

                element.Append(child, row * length, length);
                builder.EndRow();
            }
        }
    }

    /// <summary>A list of pairs.</summary>
    private sealed class MapColumn(MapBuilder builder, DuckDbColumn key, DuckDbColumn value) : DuckDbColumn
    {
        public override void Append(nint vector, int start, int count)
        {
            var ranges = (ulong*)DuckDbApi.VectorData(vector);
            ulong* validity = DuckDbApi.VectorValidity(vector);
            nint pairs = DuckDbApi.ListChild(vector);
            (nint keys, nint values) = (DuckDbApi.StructChild(pairs, 0), DuckDbApi.StructChild(pairs, 1));
            for (int row = start; row < start + count; row++)
            {
                if (!IsValid(validity, row))
                {
                    builder.AppendNull();
                    continue;
                }

                key.Append(keys, (int)ranges[2 * row], (int)ranges[(2 * row) + 1]);
                value.Append(values, (int)ranges[2 * row], (int)ranges[(2 * row) + 1]);
                builder.EndRow();
            }
        }
    }

    /// <summary>One child a member.</summary>
    private sealed class StructColumn : DuckDbColumn
    {
        private readonly RowBuilder _builder;
        private readonly DuckDbColumn[] _members;

        public StructColumn(RowBuilder builder, DuckDbTypeHandle type, string where, DuckDbOptions options)
        {
            _builder = builder;
            _members = new DuckDbColumn[builder.Fields.Count];
            for (int member = 0; member < _members.Length; member++)
            {
                using var inner = new DuckDbTypeHandle(DuckDbApi.StructType(type.Pointer, (ulong)member));
                _members[member] = Create(inner, builder.Fields[member], where, options);
            }
        }

        public override void Append(nint vector, int start, int count)
        {
            ulong* validity = DuckDbApi.VectorValidity(vector);
            for (int row = start; row < start + count; row++)
            {
                if (!IsValid(validity, row))
                {
                    _builder.AppendNull();
                    continue;
                }

                for (int member = 0; member < _members.Length; member++)
                    _members[member].Append(DuckDbApi.StructChild(vector, (ulong)member), row, 1);
                _builder.EndRow();
            }
        }
    }
}
