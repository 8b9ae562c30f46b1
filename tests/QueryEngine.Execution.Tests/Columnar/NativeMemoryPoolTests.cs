using QueryEngine.Spi;
using Xunit;

namespace QueryEngine.Execution.Tests.Columnar;

public sealed unsafe class NativeMemoryPoolTests
{
    private const int Blocks = 20;

    [Fact]
    public void Blocks_of_a_size_that_nobody_wants_go_back_when_other_sizes_are_taken()
    {
        long[] sizes = [NativeMemoryPool.SizeOf(8 << 20), NativeMemoryPool.SizeOf(7 << 20)];
        ReturnAll(sizes[0], RentAll(sizes[0]));
        long idle = NativeMemoryPool.IdleBytes;

        nint[] taken = RentAll(sizes[1]);
        long left = NativeMemoryPool.IdleBytes;
        ReturnAll(sizes[1], taken);

        Assert.InRange(idle, Blocks * sizes[0] * 3 / 4, long.MaxValue);
        Assert.InRange(left, 0, idle - (Blocks * sizes[0] / 3));
    }

    private static nint[] RentAll(long size) => [.. Enumerable.Range(0, Blocks).Select(_ => (nint)NativeMemoryPool.Rent(size))];

    private static void ReturnAll(long size, nint[] blocks)
    {
        foreach (nint block in blocks)
            NativeMemoryPool.Return((byte*)block, size);
    }
}
