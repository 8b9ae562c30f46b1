using System.Buffers;
using System.Text;
using QueryEngine.Spi;

namespace QueryEngine.Connectors.ClickHouse.Reading;

/// <summary>The bytes of an answer, read ahead.</summary>
internal sealed class NativeInput(Stream stream) : IDisposable
{
    private const int BufferSize = 128 * 1024;
    private const int LongestText = 1 << 16;

    private byte[] _buffer = ArrayPool<byte>.Shared.Rent(BufferSize);
    private int _start;
    private int _end;

    /// <summary>Bytes that have come.</summary>
    public long BytesRead { get; private set; }

    /// <summary>What has come and was not taken.</summary>
    public ReadOnlySpan<byte> Available => _buffer.AsSpan(_start, _end - _start);

    /// <summary>Takes bytes.</summary>
    public void Advance(int count) => _start += count;

    /// <summary>Waits for more bytes; false at the end.</summary>
    public async ValueTask<bool> FillAsync(CancellationToken cancellationToken)
    {
        if (_start == _end)
            (_start, _end) = (0, 0);
        if (_end == _buffer.Length && _start > 0)
        {
            Available.CopyTo(_buffer);
            (_start, _end) = (0, _end - _start);
        }

        if (_end == _buffer.Length)
        {
            byte[] larger = ArrayPool<byte>.Shared.Rent(checked(_buffer.Length * 2));
            Available.CopyTo(larger);
            (_start, _end) = (0, _end - _start);
            ArrayPool<byte>.Shared.Return(_buffer);
            _buffer = larger;
        }

        int read = await stream.ReadAsync(_buffer.AsMemory(_end), cancellationToken);
        _end += read;
        BytesRead += read;
        return read > 0;
    }

    /// <summary>Waits until there are so many bytes.</summary>
    public async ValueTask EnsureAsync(int count, CancellationToken cancellationToken)
    {
        while (_end - _start < count)
            if (!await FillAsync(cancellationToken))
                throw Cut();
    }

    /// <summary>Takes bytes into a buffer, as many as it is long.</summary>
    public async ValueTask CopyToAsync(Memory<byte> target, CancellationToken cancellationToken)
    {
        while (target.Length > 0)
        {
            if (_start == _end && !await FillAsync(cancellationToken))
                throw Cut();
            int count = Math.Min(target.Length, _end - _start);
            _buffer.AsSpan(_start, count).CopyTo(target.Span);
            _start += count;
            target = target[count..];
        }
    }

    /// <summary>Takes bytes into a native buffer.</summary>
    public async ValueTask CopyToAsync(NativeBuffer target, long count, CancellationToken cancellationToken)
    {
        for (long at = 0; at < count;)
        {
            if (_start == _end && !await FillAsync(cancellationToken))
                throw Cut();
            int part = (int)Math.Min(count - at, _end - _start);
            _buffer.AsSpan(_start, part).CopyTo(target.Bytes[(int)at..]);
            _start += part;
            at += part;
        }
    }

    /// <summary>A number of variable length.</summary>
    public async ValueTask<int> ReadNumberAsync(CancellationToken cancellationToken)
    {
        int number;
        while (!TryReadNumber(out number))
            if (!await FillAsync(cancellationToken))
                throw Cut();
        return number;
    }

    /// <summary>A name.</summary>
    public async ValueTask<string> ReadTextAsync(CancellationToken cancellationToken)
    {
        int length = await ReadNumberAsync(cancellationToken);
        if (length > LongestText)
            throw new QueryException(ErrorCode.ProtocolViolation, $"a name of {length} bytes came from ClickHouse");
        await EnsureAsync(length, cancellationToken);
        string text = Encoding.UTF8.GetString(Available[..length]);
        Advance(length);
        return text;
    }

    /// <summary>Takes a number of variable length if all of it is there.</summary>
    public bool TryReadNumber(out int number)
    {
        ulong value = 0;
        ReadOnlySpan<byte> available = Available;
        for (int at = 0; at < available.Length && at < 10; at++)
        {
            value |= (ulong)(available[at] & 0x7F) << (7 * at);
            if ((available[at] & 0x80) != 0)
                continue;
            if (value > int.MaxValue)
                throw new QueryException(ErrorCode.ProtocolViolation, $"a length of {value} came from ClickHouse");
            _start += at + 1;
            number = (int)value;
            return true;
        }

        if (available.Length >= 10)
            throw new QueryException(ErrorCode.ProtocolViolation, "a number of more than 10 bytes came from ClickHouse");
        number = 0;
        return false;
    }

    /// <inheritdoc/>
    public void Dispose() => ArrayPool<byte>.Shared.Return(Interlocked.Exchange(ref _buffer, []));

    private static QueryException Cut() => new(ErrorCode.ProtocolViolation, "ClickHouse ended an answer in the middle of a block");
}
