using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics.X86;

namespace QueryEngine.Columnar;

/// <summary>Asks for memory before it is needed, for look-ups in tables that are larger than the cache.</summary>
public static unsafe class CacheLines
{
    /// <summary>Begins to bring the cache line of an item nearer. The item may move or be none: nothing is read.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Fetch<T>(ref readonly T item)
        where T : unmanaged
    {
        // A prefetch of any address, mapped or not, has no effect but on the cache.
        if (Sse.IsSupported)
            Sse.Prefetch0(Unsafe.AsPointer(ref Unsafe.AsRef(in item)));
    }
}
