using System.Numerics;
using QueryEngine.Spi;

namespace QueryEngine.Connectors.Formats.Csv;

/// <summary>
/// The rows of one batch: the bytes, and the place of the delimiter or line feed that ends each value. Reads ahead as needed
/// and keeps what is left for the next batch.
/// </summary>
internal sealed unsafe class CsvRows(CsvDialect dialect, CsvInput input, MemoryContext memory) : IDisposable
{
    private const int ReadSize = 256 << 10;
    private const int LongestRow = 256 << 20;
    private const int LongestBatch = 64 << 20;

    private readonly NativeScratch _bytes = new(memory);
    private readonly NativeScratch _ends = new(memory);
    private readonly int _fields = dialect.FieldsPerRow;
    private CsvScanner _scanner = new(dialect.Delimiter, dialect.Quote);
    private int _length;
    private int _scanned;
    private int _consumed;
    private long _bytesBefore;
    private bool _isAtEnd;

    /// <summary>Rows of the batch.</summary>
    public int RowCount { get; private set; }

    /// <summary>Fields of a row.</summary>
    public int FieldsPerRow => _fields;

    /// <summary>The bytes that <see cref="Ends"/> counts in.</summary>
    public byte* Bytes => _bytes.Pointer;

    /// <summary>Where each field ends; the element before the first is -1, so that a field begins after the one before it ended.</summary>
    public int* Ends => (int*)_ends.Pointer + 1;

    /// <summary>Bytes that the rows of the batch take.</summary>
    public int ByteCount => _consumed;

    /// <summary>The offset in the input of a byte of the batch.</summary>
    public long OffsetOf(int place) => _bytesBefore + place;

    /// <summary>Goes to the next batch of up to <paramref name="most"/> rows.</summary>
    /// <returns>False at the end.</returns>
    public bool MoveNext(int most)
    {
        Discard();
        RowCount = 0;
        int* ends = (int*)_ends.Ensure(((long)most * _fields + 256) * sizeof(int)) + 1;
        ends[-1] = -1;
        int fields = 0;
        int rowStart = 0;
        while (true)
        {
            if (_scanned == _length)
            {
                if (_isAtEnd || !ReadMore())
                {
                    EndLastRow(ref fields, ref rowStart);
                    return RowCount > 0;
                }
            }

            int length = Math.Min(64, _length - _scanned);
            byte* block = Bytes + _scanned;
            _scanner.Classify(block, length, out ulong found, out ulong lineEnds);
            EnsureRoom(fields);
            ends = Ends;
            CsvScanner.WritePlaces(found, _scanned, ends + fields);
            int before = fields;
            fields += BitOperations.PopCount(found);
            for (ulong lines = lineEnds; lines != 0; lines &= lines - 1)
            {
                int bit = BitOperations.TrailingZeroCount(lines);
                int through = before + BitOperations.PopCount(found & ((2UL << bit) - 1));
                if (through - rowStart != _fields)
                {
                    int removed = TakeIrregularRow(rowStart, through, fields);
                    before -= removed;
                    fields -= removed;
                    through -= removed;
                    if (removed > 0)
                        continue;
                }

                rowStart = through;
                if (++RowCount < most && _scanned < LongestBatch)
                    continue;
                _consumed = _scanned + bit + 1;
                _scanned = _consumed;
                _scanner.Restart();
                return true;
            }
            _scanned += length;
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _bytes.Dispose();
        _ends.Dispose();
    }

    private void EnsureRoom(int fields)
    {
        long needed = ((long)fields + 256) * sizeof(int);
        if (needed > _ends.Capacity)
            _ends.Grow(needed, ((long)fields + 1) * sizeof(int));
    }

    /// <summary>A row of another number of fields: a blank line is left out, anything else is an error.</summary>
    /// <returns>How many ends were taken out.</returns>
    private int TakeIrregularRow(int rowStart, int through, int fields)
    {
        int* ends = Ends;
        byte* start = Bytes + ends[rowStart - 1] + 1;
        byte* end = Bytes + ends[through - 1];
        while (start < end && *start is (byte)'\n' or (byte)'\r')
            start++;
        if (through - rowStart == 1 && CsvScanner.IsBlank(start, end))
        {
            // The next row then begins with this line feed, which the first column passes over.
            int rest = fields - through;
            Buffer.MemoryCopy(ends + through, ends + rowStart, (long)rest * sizeof(int), (long)rest * sizeof(int));
            return through - rowStart;
        }
        throw new CsvRowException((int)(start - Bytes), through - rowStart);
    }

    /// <summary>The file may end without a line feed.</summary>
    private void EndLastRow(ref int fields, ref int rowStart)
    {
        if (_scanner.IsInQuotes)
            throw new CsvRowException(Ends[rowStart - 1] + 1, -1);
        int start = Ends[rowStart - 1] + 1;
        while (start < _length && Bytes[start] is (byte)'\n' or (byte)'\r')
            start++;
        _consumed = _length;
        if (start >= _length)
            return;

        Ends[fields++] = _length;
        if (fields - rowStart != _fields)
            throw new CsvRowException(start, fields - rowStart);
        rowStart = fields;
        RowCount++;
    }

    private bool ReadMore()
    {
        if (_length > LongestRow && RowCount == 0)
            throw new CsvRowException(0, -1);
        byte* bytes = _bytes.Grow((long)_length + ReadSize, _length);
        int read = input.Read(new Span<byte>(bytes + _length, ReadSize));
        if (read == 0)
        {
            _isAtEnd = true;
            return false;
        }
        _length += read;
        return true;
    }

    private void Discard()
    {
        int left = _length - _consumed;
        if (_consumed > 0 && left > 0)
            Buffer.MemoryCopy(Bytes + _consumed, Bytes, left, left);
        _bytesBefore += _consumed;
        _length = left;
        _scanned -= _consumed;
        _consumed = 0;
    }
}

/// <summary>A row that does not have the number of values that it should; <paramref name="fields"/> -1: a quote that nothing closes.</summary>
internal sealed class CsvRowException(int place, int fields) : Exception
{
    /// <summary>Where the row begins.</summary>
    public int Place { get; } = place;

    /// <summary>How many values it has.</summary>
    public int Fields { get; } = fields;
}
