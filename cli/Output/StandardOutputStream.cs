using System.ComponentModel;
using System.Runtime.InteropServices;

namespace QueryEngine.Cli.Output;

/// <summary>
/// Standard output on Unix by write(2): the console's own stream hides that the reader has gone away, and a FileStream keeps a place of
/// its own in a file that other processes append to.
/// </summary>
internal sealed class StandardOutputStream : Stream
{
    private const int StandardOutput = 1;
    private const int Interrupted = 4;
    private const int TryAgain = 11;

    /// <inheritdoc/>
    public override bool CanRead => false;

    /// <inheritdoc/>
    public override bool CanSeek => false;

    /// <inheritdoc/>
    public override bool CanWrite => true;

    /// <inheritdoc/>
    public override long Length => throw new NotSupportedException();

    /// <inheritdoc/>
    public override long Position { get => throw new NotSupportedException(); set => throw new NotSupportedException(); }

    /// <inheritdoc/>
    public override void Flush()
    {
    }

    /// <inheritdoc/>
    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    /// <inheritdoc/>
    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    /// <inheritdoc/>
    public override void SetLength(long value) => throw new NotSupportedException();

    /// <inheritdoc/>
    public override void Write(byte[] buffer, int offset, int count)
    {
        ValidateBufferArguments(buffer, offset, count);
        while (count > 0)
        {
            nint written = WriteTo(StandardOutput, ref buffer[offset], count);
            if (written >= 0)
            {
                offset += (int)written;
                count -= (int)written;
                continue;
            }

            int error = Marshal.GetLastPInvokeError();
            if (error == TryAgain)
                Thread.Yield();
            else if (error != Interrupted)
                throw new IOException($"standard output: {new Win32Exception(error).Message}", error);
        }
    }

    [DllImport("libc", EntryPoint = "write", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern nint WriteTo(int descriptor, ref byte bytes, nint count);
}
