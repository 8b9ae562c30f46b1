using System.Buffers.Text;
using System.Text;
using QueryEngine.Spi;

namespace QueryEngine.Connectors.Formats.Csv;

/// <summary>
/// Writes batches as comma-separated text in UTF-8 (RFC 4180), a header first. A NULL is nothing at all, an empty text is <c>""</c>, so that
/// <see cref="CsvReader"/> tells them apart. Not thread-safe; the stream stays open.
/// </summary>
public sealed class CsvWriter
{
    private const int FlushBytes = 1 << 18;

    private readonly Stream _output;
    private readonly SqlType[] _types;
    private byte[] _buffer = new byte[FlushBytes + 4096];
    private int _length;

    /// <summary>Writes the header.</summary>
    /// <exception cref="QueryException">NOT_SUPPORTED for a type that text files do not hold.</exception>
    public CsvWriter(Stream output, IReadOnlyList<FormatColumn> columns)
    {
        foreach (FormatColumn column in columns)
            Check(column.Type);
        _output = output;
        _types = [.. columns.Select(column => column.Type)];
        byte[] header = HeaderOf(columns);
        output.Write(header);
        BytesWritten = header.Length;
    }

    /// <summary>Bytes so far.</summary>
    public long BytesWritten { get; private set; }

    /// <summary>The first line of a file with these columns.</summary>
    public static byte[] HeaderOf(IReadOnlyList<FormatColumn> columns) => Encoding.UTF8.GetBytes(
        string.Join(',', columns.Select(column => $"\"{column.Name.Replace("\"", "\"\"", StringComparison.Ordinal)}\"")) + "\n");

    /// <summary>How the files are written, for <see cref="CsvReader"/>.</summary>
    public static CsvDialect DialectOf(IReadOnlyList<FormatColumn> columns) =>
        new((byte)',', (byte)'"', HasHeader: true, columns.Count, HasTrailingDelimiter: false, HeaderOf(columns).Length);

    /// <summary>Whether a column of the type can be written and read back.</summary>
    /// <exception cref="QueryException">NOT_SUPPORTED.</exception>
    public static void Check(SqlType type)
    {
        bool isKnown = type is { Kind: TypeKind.Boolean or TypeKind.Real or TypeKind.Double or TypeKind.Decimal or TypeKind.Varchar or TypeKind.Char }
            or { Kind: TypeKind.Json or TypeKind.Uuid or TypeKind.Date } or { IsInteger: true }
            or TimestampType { Precision: <= 6 } or TimestampWithTimeZoneType { Precision: <= 6 };
        if (!isKnown)
            throw QueryException.NotSupported($"type {type} in a text file");
    }

    /// <summary>Adds the rows of a batch. The caller keeps its ownership.</summary>
    public void Write(RecordBatch batch)
    {
        for (int row = 0; row < batch.RowCount; row++)
        {
            for (int column = 0; column < _types.Length; column++)
            {
                if (column > 0)
                    Append((byte)',');
                if (!batch[column].IsNull(row))
                    WriteValue(batch[column], row, _types[column]);
            }
            Append((byte)'\n');
            if (_length >= FlushBytes)
                Flush();
        }
    }

    /// <summary>Writes what is left.</summary>
    public void Finish() => Flush();

    private void WriteValue(ColumnVector vector, int row, SqlType type)
    {
        (ColumnVector flat, int place) = vector switch
        {
            ConstantVector constant => (constant.Value, 0),
            DictionaryVector dictionary => (dictionary.Dictionary, dictionary.Indices[row]),
            _ => (vector, row),
        };
        switch (flat)
        {
            case BytesVector text:
                WriteText(text[place]);
                break;
            case FixedWidthVector<long> numbers when type.Kind == TypeKind.BigInt:
                WriteNumber(numbers.Values[place]);
                break;
            case FixedWidthVector<int> numbers when type.Kind == TypeKind.Integer:
                WriteNumber(numbers.Values[place]);
                break;
            default:
                WritePlain(SqlValueText.Format(type, flat.GetValue(place)!));
                break;
        }
    }

    private void WriteNumber(long value)
    {
        Ensure(20);
        bool fits = Utf8Formatter.TryFormat(value, _buffer.AsSpan(_length), out int written);
        System.Diagnostics.Debug.Assert(fits, "twenty bytes hold every bigint");
        _length += written;
    }

    private void WritePlain(string text)
    {
        Ensure(text.Length);
        _length += Encoding.ASCII.GetBytes(text, _buffer.AsSpan(_length));
    }

    private void WriteText(ReadOnlySpan<byte> text)
    {
        // Blanks at the ends are quoted for the sake of readers that would trim them.
        bool isPlain = !text.IsEmpty && text.IndexOfAny(",\"\n\r"u8) < 0 && text[0] != ' ' && text[^1] != ' ';
        Ensure((text.Length * 2) + 2);
        if (isPlain)
        {
            text.CopyTo(_buffer.AsSpan(_length));
            _length += text.Length;
            return;
        }
        Append((byte)'"');
        foreach (byte next in text)
        {
            if (next == '"')
                Append((byte)'"');
            Append(next);
        }
        Append((byte)'"');
    }

    private void Append(byte value)
    {
        Ensure(1);
        _buffer[_length++] = value;
    }

    private void Ensure(int bytes)
    {
        if (_length + bytes <= _buffer.Length)
            return;
        Flush();
        if (bytes > _buffer.Length)
            _buffer = new byte[bytes];
    }

    private void Flush()
    {
        _output.Write(_buffer.AsSpan(0, _length));
        BytesWritten += _length;
        _length = 0;
    }
}
