using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Text;
using System.Text.Unicode;
using QueryEngine.Connectors.Formats.Parquet.Encodings;
using QueryEngine.Spi;

namespace QueryEngine.Connectors.Formats.Csv;

/// <summary>A value that is not of its column's type.</summary>
internal sealed class CsvValueException(int row, string text) : Exception
{
    /// <summary>The row of the batch.</summary>
    public int Row { get; } = row;

    /// <summary>The value, shortened.</summary>
    public string Text { get; } = text;
}

/// <summary>
/// Turns one column of scanned rows into a vector. An empty value without quotes is NULL; an empty quoted one is an empty text, and NULL
/// in a column of another type.
/// </summary>
internal static unsafe class CsvColumns
{
    private const int OutputPadding = 64;
    private const int ShortCopy = 32;

    /// <summary>Reads a column; <paramref name="column"/> is its place in the rows.</summary>
    public static ColumnVector Read(CsvRows rows, int column, CsvDialect dialect, SqlType type, MemoryContext memory)
    {
        var fields = new Fields(rows, column, dialect);
        return type switch
        {
            { Kind: TypeKind.BigInt } => Read<long, LongField>(fields, type, memory),
            { Kind: TypeKind.TinyInt } => Read<sbyte, NarrowField<sbyte>>(fields, type, memory),
            { Kind: TypeKind.SmallInt } => Read<short, NarrowField<short>>(fields, type, memory),
            { Kind: TypeKind.Integer } => Read<int, NarrowField<int>>(fields, type, memory),
            { Kind: TypeKind.Real } => Read<float, RealField>(fields, type, memory),
            { Kind: TypeKind.Uuid } => Read<UInt128, UuidField>(fields, type, memory),
            { Kind: TypeKind.Double } => Read<double, DoubleField>(fields, type, memory),
            { Kind: TypeKind.Date } => Read<int, DateField>(fields, type, memory),
            { Kind: TypeKind.Timestamp } => Read<long, TimestampField>(fields, type, memory),
            { Kind: TypeKind.TimestampWithTimeZone } => Read<long, InstantField>(fields, type, memory),
            { Kind: TypeKind.Boolean } => Read<bool, BooleanField>(fields, type, memory),
            DecimalType { IsShort: true } => Read<long, DecimalField>(fields, type, memory),
            DecimalType => Read<Int128, WideDecimalField>(fields, type, memory),
            { Kind: TypeKind.Number } => ReadNumbers(fields, type, memory),
            { Kind: TypeKind.Varchar or TypeKind.Char or TypeKind.Json } => ReadText(fields, type, memory),
            _ => throw QueryException.NotSupported($"type {type} in a text file"),
        };
    }

    private static FixedWidthVector<T> Read<T, TParser>(Fields fields, SqlType type, MemoryContext memory)
        where T : unmanaged
        where TParser : struct, IFieldParser<T>
    {
        int count = fields.Count;
        int scale = type is DecimalType number ? number.Scale : 0;
        NativeBuffer output = memory.Allocate((long)count * sizeof(T) + OutputPadding);
        NativeBuffer? validity = null;
        T* target = (T*)output.Pointer;
        try
        {
            for (int row = 0; row < count; row++)
            {
                byte* text = fields.Get(row, out int length, out _);
                if (length == 0)
                {
                    target[row] = default;
                    validity = AddNull(validity, row, count, memory);
                }
                else if (!TParser.TryParse(text, length, scale, out target[row]))
                {
                    throw fields.Error(row);
                }
            }
        }
        catch
        {
            output.Dispose();
            validity?.Dispose();
            throw;
        }
        return new FixedWidthVector<T>(type, count, output, validity);
    }

    private static ColumnVector ReadNumbers(Fields fields, SqlType type, MemoryContext memory)
    {
        using var builder = new BytesBuilder(type, memory, Math.Max(1, fields.Count));
        for (int row = 0; row < fields.Count; row++)
        {
            byte* text = fields.Get(row, out int length, out _);
            if (length == 0)
                builder.AppendNull();
            else if (BigNumberText.TryParse(System.Text.Encoding.UTF8.GetString(text, length), out BigNumber value, out _))
                builder.AppendBoxed(value);
            else
                throw fields.Error(row);
        }

        return builder.Build();
    }

    private static BytesVector ReadText(Fields fields, SqlType type, MemoryContext memory)
    {
        int count = fields.Count;
        NativeBuffer? offsets = null;
        NativeBuffer? data = null;
        NativeBuffer? validity = null;
        try
        {
            offsets = memory.Allocate(((long)count + 1) * sizeof(int) + OutputPadding);
            data = memory.Allocate((long)count * 24 + OutputPadding);
            CopyText(fields, (int*)offsets.Pointer, ref data, ref validity, memory);
            return new BytesVector(type, count, offsets, data, validity);
        }
        catch
        {
            offsets?.Dispose();
            data?.Dispose();
            validity?.Dispose();
            throw;
        }
    }

    private static void CopyText(Fields fields, int* ends, ref NativeBuffer data, ref NativeBuffer? validity, MemoryContext memory)
    {
        int count = fields.Count;
        ends[0] = 0;
        byte* target = data.Pointer;
        byte* targetEnd = target + (data.Capacity - OutputPadding);
        for (int row = 0; row < count; row++)
        {
            byte* text = fields.Get(row, out int length, out bool isQuoted);
            if (length == 0 && !isQuoted)
                validity = AddNull(validity, row, count, memory);
            if (length > targetEnd - target)
            {
                long used = target - data.Pointer;
                NativeBuffer larger = memory.Allocate(Math.Max(used * 2, used + length) + OutputPadding);
                Buffer.MemoryCopy(data.Pointer, larger.Pointer, larger.Capacity, used);
                data.Dispose();
                data = larger;
                target = data.Pointer + used;
                targetEnd = data.Pointer + (data.Capacity - OutputPadding);
            }

            if (isQuoted && fields.HasQuotes(text, length))
            {
                target = fields.CopyUnescaped(text, length, target);
            }
            else
            {
                if (length <= ShortCopy)
                    Vector256.Load(text).Store(target);
                else
                    Buffer.MemoryCopy(text, target, length, length);
                target += length;
            }
            ends[row + 1] = (int)(target - data.Pointer);
        }

        if (!Ascii.IsValid(new ReadOnlySpan<byte>(data.Pointer, ends[count])))
            CheckText(data.Pointer, ends, count, fields);
    }

    private static void CheckText(byte* data, int* ends, int count, Fields fields)
    {
        for (int row = 0; row < count; row++)
        {
            if (!Utf8.IsValid(new ReadOnlySpan<byte>(data + ends[row], ends[row + 1] - ends[row])))
                throw fields.Error(row);
        }
    }

    private static NativeBuffer AddNull(NativeBuffer? validity, int row, int count, MemoryContext memory)
    {
        if (validity is null)
        {
            validity = memory.Allocate(Validity.BytesFor(count));
            Bits.Fill(validity.Pointer, 0, count, true);
        }
        Bits.Set(validity.Pointer, row, false);
        return validity;
    }

    /// <summary>The values of one column in the scanned rows.</summary>
    private readonly struct Fields(CsvRows rows, int column, CsvDialect dialect)
    {
        private readonly byte* _bytes = rows.Bytes;
        private readonly int* _ends = rows.Ends + column;
        private readonly int _stride = rows.FieldsPerRow;
        private readonly byte _quote = dialect.Quote;
        private readonly bool _isFirst = column == 0;
        private readonly bool _isLast = column == rows.FieldsPerRow - 1;

        public int Count { get; } = rows.RowCount;

        /// <summary>The bytes of a value, its quotes taken off.</summary>
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public byte* Get(int row, out int length, out bool isQuoted)
        {
            int* end = _ends + (long)row * _stride;
            byte* text = _bytes + end[-1] + 1;
            byte* textEnd = _bytes + end[0];
            if (_isFirst)
            {
                // Line ends of blank lines that were left out.
                while (text < textEnd && *text is (byte)'\n' or (byte)'\r' && _stride > 1)
                    text++;
            }
            if (_isLast && textEnd > text && textEnd[-1] == '\r')
                textEnd--;
            length = (int)(textEnd - text);
            isQuoted = length >= 2 && *text == _quote && _quote != 0 && textEnd[-1] == _quote;
            if (!isQuoted)
                return text;
            length -= 2;
            return text + 1;
        }

        public bool HasQuotes(byte* text, int length) => new ReadOnlySpan<byte>(text, length).Contains(_quote);

        /// <summary>Copies a quoted value with its doubled quotes made single.</summary>
        public byte* CopyUnescaped(byte* text, int length, byte* target)
        {
            byte* end = text + length;
            while (text < end)
            {
                byte next = *text++;
                *target++ = next;
                if (next == _quote && text < end && *text == _quote)
                    text++;
            }
            return target;
        }

        public CsvValueException Error(int row)
        {
            byte* text = Get(row, out int length, out _);
            string shown = System.Text.Encoding.UTF8.GetString(text, Math.Min(length, 60));
            return new CsvValueException(row, length > 60 ? shown + "..." : shown);
        }
    }
}
