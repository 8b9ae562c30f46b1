using Microsoft.Win32.SafeHandles;
using QueryEngine.Spi;

namespace QueryEngine.Connectors.Formats;

/// <summary>Bytes that can be read from any place: a local file today. Safe to use from many threads at once.</summary>
public abstract class ByteSource : IDisposable
{
    /// <summary>What errors call it: a path or URL.</summary>
    public abstract string Name { get; }

    /// <summary>How many bytes there are.</summary>
    public abstract long Length { get; }

    /// <summary>Fills <paramref name="destination"/> from <paramref name="offset"/> on; bytes past the end are an error.</summary>
    public abstract void ReadExactly(long offset, Span<byte> destination);

    /// <inheritdoc/>
    public void Dispose()
    {
        Dispose(disposing: true);
        GC.SuppressFinalize(this);
    }

    /// <summary>Opens a file for reading.</summary>
    /// <exception cref="QueryException">FILE_NOT_FOUND, ACCESS_DENIED or IO_ERROR.</exception>
    public static ByteSource OpenFile(string path)
    {
        try
        {
            SafeFileHandle handle = File.OpenHandle(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
            return new FileByteSource(path, handle, RandomAccess.GetLength(handle));
        }
        catch (Exception error) when (error is FileNotFoundException or DirectoryNotFoundException)
        {
            throw new QueryException(ErrorCode.FileNotFound, $"file '{path}' does not exist", inner: error);
        }
        catch (UnauthorizedAccessException error)
        {
            throw new QueryException(ErrorCode.AccessDenied, $"file '{path}' may not be read", inner: error);
        }
        catch (IOException error)
        {
            throw new QueryException(ErrorCode.IoError, $"file '{path}' cannot be opened: {error.Message}", inner: error);
        }
    }

    /// <summary>Closes what is open.</summary>
    protected abstract void Dispose(bool disposing);

    private sealed class FileByteSource(string path, SafeFileHandle handle, long length) : ByteSource
    {
        public override string Name => path;

        public override long Length => length;

        public override void ReadExactly(long offset, Span<byte> destination)
        {
            try
            {
                while (!destination.IsEmpty)
                {
                    int read = RandomAccess.Read(handle, destination, offset);
                    if (read == 0)
                        throw new QueryException(ErrorCode.InvalidData, $"file '{path}' ends before byte {offset + destination.Length}: it was cut or changed");
                    offset += read;
                    destination = destination[read..];
                }
            }
            catch (IOException error)
            {
                throw new QueryException(ErrorCode.IoError, $"file '{path}' cannot be read: {error.Message}", inner: error);
            }
        }

        protected override void Dispose(bool disposing) => handle.Dispose();
    }
}
