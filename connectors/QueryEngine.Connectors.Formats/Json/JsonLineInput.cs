using QueryEngine.Connectors.Formats.Csv;
using QueryEngine.Spi;

namespace QueryEngine.Connectors.Formats.Json;

/// <summary>The lines that begin in a stretch of a file.</summary>
internal sealed class JsonLineInput : IDisposable
{
    private const int FirstBuffer = 1 << 18;
    private const int LongestLine = 256 << 20;

    private readonly ByteSource _source;
    private readonly CsvInput _input;
    private readonly long _end;
    private byte[] _buffer = new byte[FirstBuffer];
    private int _start;
    private int _filled;
    private long _offset;

    /// <summary>Opens bytes <paramref name="start"/> to <paramref name="end"/>; a line belongs to the stretch that it begins in.</summary>
    public JsonLineInput(ByteSource source, long start, long end)
    {
        (_source, _end) = (source, end);
        _offset = Math.Max(0, start - 1);
        _input = CsvInput.Open(source, _offset, long.MaxValue);
        if (start > 0)
            TryRead(long.MaxValue, out _);
    }

    /// <summary>Bytes taken from the file so far.</summary>
    public long BytesRead => _input.BytesRead;

    /// <summary>The byte that the next line begins with.</summary>
    public long Offset => _offset;

    /// <summary>The next line that is not blank, valid until the next call; false at the end.</summary>
    public bool TryRead(out ReadOnlyMemory<byte> line)
    {
        while (TryRead(_end, out line))
        {
            if (!line.Span.Trim(" \t\r"u8).IsEmpty)
                return true;
        }
        return false;
    }

    /// <inheritdoc/>
    public void Dispose() => _input.Dispose();

    private bool TryRead(long end, out ReadOnlyMemory<byte> line)
    {
        line = default;
        if (_offset >= end)
            return false;
        int searched = _start;
        while (true)
        {
            int newline = _buffer.AsSpan(searched, _filled - searched).IndexOf((byte)'\n');
            if (newline >= 0)
            {
                Take(searched + newline, searched + newline + 1, out line);
                return true;
            }
            searched = _filled - _start;
            if (!Fill())
            {
                bool isAny = _filled > _start;
                Take(_filled, _filled, out line);
                return isAny;
            }
            searched += _start;
        }
    }

    private void Take(int lineEnd, int next, out ReadOnlyMemory<byte> line)
    {
        line = _buffer.AsMemory(_start, lineEnd - _start);
        _offset += next - _start;
        _start = next;
    }

    private bool Fill()
    {
        if (_start > 0)
        {
            _buffer.AsSpan(_start, _filled - _start).CopyTo(_buffer);
            _filled -= _start;
            _start = 0;
        }
        if (_filled == _buffer.Length)
        {
            if (_buffer.Length >= LongestLine)
                throw new QueryException(ErrorCode.InvalidData, $"file '{_source.Name}' has a line of more than {LongestLine} bytes");
            Array.Resize(ref _buffer, _buffer.Length * 2);
        }
        int read = _input.Read(_buffer.AsSpan(_filled));
        _filled += read;
        return read > 0;
    }
}
