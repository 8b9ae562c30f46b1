using QueryEngine.Spi;

namespace QueryEngine.Connectors.Formats.Parquet.Writing;

/// <summary>Bytes that grow at their end, in native memory that is used again after <see cref="Clear"/>.</summary>
internal sealed unsafe class NativeOutput(MemoryContext memory) : IDisposable
{
    private readonly NativeScratch _bytes = new(memory);

    /// <summary>Bytes written.</summary>
    public int Length { get; private set; }

    /// <summary>The first byte; changes when more is reserved. Followed by the padding of <see cref="NativeScratch"/>.</summary>
    public byte* Pointer => _bytes.Pointer;

    /// <summary>What was written.</summary>
    public ReadOnlySpan<byte> Written => new(_bytes.Pointer, Length);

    /// <summary>Room for more bytes at the end, to be filled before <see cref="Advance"/>.</summary>
    public Span<byte> Reserve(int bytes)
    {
        long end = (long)Length + bytes;
        if (end > int.MaxValue - NativeScratch.Padding)
            throw new QueryException(ErrorCode.StatementTooComplex, "a column of a row group of a parquet file has more than 2 GiB");
        _bytes.Grow(end, Length);
        return new Span<byte>(_bytes.Pointer + Length, bytes); // inside: grown above
    }

    /// <summary>Keeps bytes that were written into the room of <see cref="Reserve"/>.</summary>
    public void Advance(int bytes) => Length += bytes;

    public void Append(ReadOnlySpan<byte> bytes)
    {
        bytes.CopyTo(Reserve(bytes.Length));
        Length += bytes.Length;
    }

    public void Append(byte value)
    {
        Reserve(1)[0] = value;
        Length++;
    }

    /// <summary>Overwrites bytes that were written before.</summary>
    public Span<byte> At(int offset, int length) => new Span<byte>(_bytes.Pointer, Length).Slice(offset, length);

    /// <summary>Forgets what was written and keeps the memory.</summary>
    public void Clear() => Length = 0;

    /// <inheritdoc/>
    public void Dispose() => _bytes.Dispose();
}
