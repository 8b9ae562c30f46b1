using Microsoft.Win32.SafeHandles;
using QueryEngine.Columnar;
using QueryEngine.Spi;

namespace QueryEngine.Execution.Spilling;

/// <summary>Where a block of rows lies in a file.</summary>
internal readonly record struct SpillBlock(long Offset, int Length, int Rows);

/// <summary>
/// A file of blocks, each of them written once, with its length and a checksum ahead. Written and read by all drivers at once. Its bytes are counted against the
/// disk's limit; it is deleted when it is disposed.
/// </summary>
internal sealed class SpillFile(string path, MemoryContext disk) : IDisposable
{
    /// <summary>Bytes ahead of the rows of a block: mark, rows, length, checksum.</summary>
    public const int HeaderBytes = 32;

    private const ulong Mark = 0x314B434F4C424551; // "QEBLOCK1"
    private const int NoSpaceLeft = 28;
    private const int WindowsDiskFull = unchecked((int)0x80070070);

    private readonly SafeFileHandle _handle = File.OpenHandle(path, FileMode.CreateNew, FileAccess.ReadWrite, FileShare.None, FileOptions.DeleteOnClose);
    private long _length;

    /// <summary>Appends a block whose rows lie behind room for the header.</summary>
    public SpillBlock Append(Span<byte> block, int rows)
    {
        BitConverter.TryWriteBytes(block, Mark);
        BitConverter.TryWriteBytes(block[8..], (long)rows);
        BitConverter.TryWriteBytes(block[16..], (long)block.Length);
        BitConverter.TryWriteBytes(block[24..], RowHash.HashBytes(block[HeaderBytes..]));
        if (!disk.TryReserve(block.Length))
        {
            throw new QueryException(
                ErrorCode.DiskFull, $"the spill directory holds {disk.Bytes} bytes and was to take {block.Length} more, over its limit of {disk.Limit} bytes",
                "Raise the limit of the spill directory or the query's memory, or let the query keep fewer rows at once.");
        }

        long offset = Interlocked.Add(ref _length, block.Length) - block.Length;
        try
        {
            RandomAccess.Write(_handle, block, offset);
        }
        catch (IOException error)
        {
            throw Translate(error, path, "be written");
        }

        return new SpillBlock(offset, block.Length, rows);
    }

    /// <summary>Reads a block, header and all, and checks it.</summary>
    public void Read(SpillBlock block, Span<byte> target)
    {
        int read = 0;
        try
        {
            while (read < target.Length)
            {
                int some = RandomAccess.Read(_handle, target[read..], block.Offset + read);
                if (some == 0)
                    break;
                read += some;
            }
        }
        catch (IOException error)
        {
            throw Translate(error, path, "be read");
        }

        bool isWhole = read == block.Length
            && BitConverter.ToUInt64(target) == Mark
            && BitConverter.ToInt64(target[8..]) == block.Rows
            && BitConverter.ToInt64(target[16..]) == block.Length
            && BitConverter.ToUInt64(target[24..]) == RowHash.HashBytes(target[HeaderBytes..]);
        if (!isWhole)
            throw new QueryException(ErrorCode.IoError, $"the block at {block.Offset} of spill file '{path}' is not what was written");
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        if (_handle.IsClosed)
            return;
        _handle.Dispose();
        disk.Free(_length);
    }

    /// <summary>The error of a disk as a query's error.</summary>
    public static QueryException Translate(Exception error, string path, string what) => error.HResult is NoSpaceLeft or WindowsDiskFull
        ? new QueryException(ErrorCode.DiskFull, $"the disk of the spill directory is full: '{path}' cannot {what}", hint: null, error)
        : new QueryException(ErrorCode.IoError, $"spill file '{path}' cannot {what}: {error.Message}", hint: null, error);
}
