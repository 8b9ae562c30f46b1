using System.Buffers;
using System.Text;

namespace QueryEngine.Cli.Output;

/// <summary>Text written as UTF-8 to a stream through one buffer. Not thread-safe.</summary>
internal sealed class Utf8Output(Stream stream) : IBufferWriter<byte>
{
    private byte[] _buffer = new byte[1 << 16];
    private int _used;

    /// <summary>Adds bytes that are UTF-8 already.</summary>
    public void Write(ReadOnlySpan<byte> utf8)
    {
        utf8.CopyTo(GetSpan(utf8.Length));
        _used += utf8.Length;
    }

    /// <summary>Adds text.</summary>
    public void Write(ReadOnlySpan<char> text)
    {
        Span<byte> room = GetSpan(Encoding.UTF8.GetMaxByteCount(text.Length));
        _used += Encoding.UTF8.GetBytes(text, room);
    }

    /// <summary>Adds an ASCII character.</summary>
    public void Write(char ascii)
    {
        GetSpan(1)[0] = (byte)ascii;
        _used++;
    }

    /// <summary>Adds an ASCII character many times.</summary>
    public void Fill(char ascii, int count)
    {
        if (count <= 0)
            return;
        GetSpan(count)[..count].Fill((byte)ascii);
        _used += count;
    }

    /// <summary>Ends a line.</summary>
    public void EndLine() => Write('\n');

    /// <summary>Hands everything to the stream.</summary>
    public void Flush()
    {
        int used = _used;
        _used = 0;
        stream.Write(_buffer, 0, used);
        stream.Flush();
    }

    /// <inheritdoc/>
    public void Advance(int count) => _used += count;

    /// <inheritdoc/>
    public Memory<byte> GetMemory(int sizeHint = 0)
    {
        Reserve(Math.Max(sizeHint, 256));
        return _buffer.AsMemory(_used);
    }

    /// <inheritdoc/>
    public Span<byte> GetSpan(int sizeHint = 0) => GetMemory(sizeHint).Span;

    private void Reserve(int bytes)
    {
        if (_buffer.Length - _used >= bytes)
            return;
        Flush();
        if (_buffer.Length < bytes)
            _buffer = new byte[bytes];
    }
}
