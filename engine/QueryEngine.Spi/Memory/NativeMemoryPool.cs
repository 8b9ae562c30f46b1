using System.Collections.Concurrent;
using System.Numerics;
using System.Runtime.InteropServices;

namespace QueryEngine.Spi;

/// <summary>
/// Keeps released native blocks for the next request: four size classes to a power of two up to 8 MiB, the system's allocator beyond.
/// The whole pool keeps at most 256 MiB, and of more than 64 MiB gives back as much as it has to take from the system.
/// </summary>
internal static unsafe class NativeMemoryPool
{
    private const int Alignment = 64;
    private const long MinBlock = 64;
    private const long MaxPooledBlock = 8 << 20;
    private const long MaxPooledBytes = 256 << 20;
    private const long MaxIdleBytes = 64 << 20;
    private const int MmapThreshold = -3;
    private static readonly ConcurrentStack<nint>[] _free = CreateStacks();
    private static long _pooledBytes;

    // glibc keeps ever larger blocks to itself once such a block was freed; what this pool gives back is to be the machine's.
    static NativeMemoryPool()
    {
        if (OperatingSystem.IsLinux() && NativeLibrary.TryGetExport(NativeLibrary.GetMainProgramHandle(), "mallopt", out nint mallopt))
            _ = ((delegate* unmanaged<int, int, int>)mallopt)(MmapThreshold, 128 << 10);
    }

    /// <summary>Bytes of blocks that nobody uses.</summary>
    public static long IdleBytes => Volatile.Read(ref _pooledBytes);

    /// <summary>The size of the block that a request of so many bytes gets.</summary>
    public static long SizeOf(long bytes)
    {
        if (bytes <= MinBlock)
            return MinBlock;
        if (bytes > MaxPooledBlock)
            return (bytes + 4095) & ~4095L;
        long step = Math.Max(Alignment, (long)(BitOperations.RoundUpToPowerOf2((ulong)bytes) >> 3));
        return (bytes + step - 1) / step * step;
    }

    /// <summary>A block of a size that <see cref="SizeOf"/> gave, or null when the machine has none.</summary>
    public static byte* Rent(long size)
    {
        if (size <= MaxPooledBlock && _free[ClassOf(size)].TryPop(out nint block))
        {
            Interlocked.Add(ref _pooledBytes, -size);
            return (byte*)block;
        }

        if (IdleBytes > MaxIdleBytes)
            Evict(size);
        try
        {
            return (byte*)NativeMemory.AlignedAlloc((nuint)size, Alignment);
        }
        catch (OutOfMemoryException)
        {
            return null;
        }
    }

    /// <summary>Takes a block back.</summary>
    public static void Return(byte* block, long size)
    {
        if (size <= MaxPooledBlock)
        {
            if (Interlocked.Add(ref _pooledBytes, size) <= MaxPooledBytes)
            {
                _free[ClassOf(size)].Push((nint)block);
                return;
            }

            Interlocked.Add(ref _pooledBytes, -size);
        }

        NativeMemory.AlignedFree(block);
    }

    // A size that nobody asks for any more must not keep its blocks while other sizes are taken from the system.
    private static void Evict(long bytes)
    {
        for (int index = _free.Length - 1; index >= 0 && bytes > 0; index--)
        {
            long size = SizeOfClass(index);
            while (bytes > 0 && IdleBytes > MaxIdleBytes && _free[index].TryPop(out nint block))
            {
                Interlocked.Add(ref _pooledBytes, -size);
                NativeMemory.AlignedFree((byte*)block);
                bytes -= size;
            }
        }
    }

    private static long SizeOfClass(int index) => index >> 3 < 9 ? (index & 7) << 6 : (8L + (index & 7)) << ((index >> 3) - 3);

    // All blocks of a class have one size: SizeOf rounds to eighths of a power of two, and a class is an eighth.
    private static int ClassOf(long size)
    {
        int log = BitOperations.Log2((ulong)size);
        int eighth = (int)((log < 9 ? size >> 6 : size >> (log - 3)) & 7);
        return (log * 8) + eighth;
    }

    private static ConcurrentStack<nint>[] CreateStacks()
    {
        var stacks = new ConcurrentStack<nint>[25 * 8];
        for (int index = 0; index < stacks.Length; index++)
            stacks[index] = new ConcurrentStack<nint>();
        return stacks;
    }
}
