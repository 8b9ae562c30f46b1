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
        bool isKnown = type is { Kind: TypeKind.Boolean or TypeKind.Real or TypeKind.Double or TypeKind.Decimal or TypeKind.Number or TypeKind.Varchar or TypeKind.Char }
            or { Kind: TypeKind.Json or TypeKind.Uuid or TypeKind.Date } or { IsInteger: true }
            or TimestampType { Precision: <= 6 } or TimestampWithTimeZoneType { Precision: <= 6 };
        if (!isKnown)
            throw QueryException.NotSupported($"type {type} in a text file");
    }

    /// <summary>Adds the rows of a batch. The caller keeps its ownership.</summary>
    public void Write(RecordBatch batch)
    {
        FieldSource[] columns = [.. _types.Select((type, column) => new FieldSource(batch[column], type))];
        for (int row = 0; row < batch.RowCount; row++)
        {
            for (int column = 0; column < columns.Length; column++)
            {
                if (column > 0)
                    Append((byte)',');
                int place = columns[column].PlaceOf(row);
                if (place >= 0)
                    WriteValue(columns[column], place);
            }
            Append((byte)'\n');
            if (_length >= FlushBytes)
                Flush();
        }
    }

    /// <summary>Writes what is left.</summary>
    public void Finish() => Flush();

    private void WriteValue(FieldSource column, int place)
    {
        Ensure(FieldText.Room);
        Span<byte> target = _buffer.AsSpan(_length);
        int written = 0;
        switch (column.Kind)
        {
            case FieldKind.Text:
                WriteText(((BytesVector)column.Vector)[place]);
                return;
            case FieldKind.BigInt:
                written = FieldText.Write(column.Read<long>(place), target);
                break;
            case FieldKind.Integer:
                written = FieldText.Write(column.Read<int>(place), target);
                break;
            case FieldKind.SmallInt:
                written = FieldText.Write(column.Read<short>(place), target);
                break;
            case FieldKind.Decimal:
                written = FieldText.WriteDecimal(column.Read<long>(place), column.Digits, target);
                break;
            case FieldKind.Date:
                written = FieldText.WriteDate(column.Read<int>(place), target);
                break;
            case FieldKind.Timestamp:
                written = FieldText.WriteTimestamp(column.Read<long>(place), column.Digits, target);
                break;
            case FieldKind.Other:
                break;
            default:
                throw new System.Diagnostics.UnreachableException();
        }

        if (written == 0)
            WritePlain(SqlValueText.Format(column.Type, column.Vector.GetValue(place)!));
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
