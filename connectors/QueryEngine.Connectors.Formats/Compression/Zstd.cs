using System.Runtime.InteropServices;
using QueryEngine.Spi;

namespace QueryEngine.Connectors.Formats.Compression;

/// <summary>The one place that knows the system's zstd library, so that another implementation can take its place.</summary>
internal static unsafe class Zstd
{
    private static readonly string[] _libraryNames = OperatingSystem.IsWindows()
        ? ["libzstd.dll", "zstd.dll"]
        : OperatingSystem.IsMacOS() ? ["libzstd.1.dylib", "libzstd.dylib"] : ["libzstd.so.1", "libzstd.so"];

    private static readonly Functions? _library = Load();

    /// <summary>Whether the library is installed.</summary>
    public static bool IsAvailable => _library is not null;

    /// <summary>Creates a context that decompresses many pages; freed by <see cref="FreeContext"/>.</summary>
    public static nint CreateContext() => Required().CreateContext();

    /// <summary>Frees a context.</summary>
    public static void FreeContext(nint context)
    {
        if (context != 0)
            Required().FreeContext(context);
    }

    /// <summary>Decompresses one or more frames to exactly <paramref name="length"/> bytes.</summary>
    public static bool TryDecompress(nint context, byte* source, int sourceLength, byte* destination, int length) =>
        Required().Decompress(context, destination, (nuint)length, source, (nuint)sourceLength) == (nuint)length;

    /// <summary>Creates a context that compresses many pages; freed by <see cref="FreeCompressor"/>.</summary>
    public static nint CreateCompressor() => Required().CreateCompressor();

    /// <summary>Frees a context that compresses.</summary>
    public static void FreeCompressor(nint context)
    {
        if (context != 0)
            Required().FreeCompressor(context);
    }

    /// <summary>The most bytes that so many bytes can become (the library's ZSTD_COMPRESSBOUND).</summary>
    public static int MaximumLength(int length) =>
        checked(length + (length >> 8) + (length < 128 * 1024 ? ((128 * 1024) - length) >> 11 : 0));

    /// <summary>Compresses into one frame; the number of bytes written.</summary>
    public static int Compress(nint context, byte* source, int sourceLength, byte* destination, int room)
    {
        const int Level = 3;
        nuint length = Required().Compress(context, destination, (nuint)room, source, (nuint)sourceLength, Level);
        return length <= (nuint)room ? (int)length : throw new QueryException(ErrorCode.Internal, $"zstd does not compress {sourceLength} bytes");
    }

    private static Functions Required() => _library ?? throw new QueryException(
        ErrorCode.NotSupported,
        "zstd compression needs the library libzstd, which is not installed",
        hint: "Install it, for example with apt-get install libzstd1.");

    private static Functions? Load()
    {
        foreach (string name in _libraryNames)
        {
            if (NativeLibrary.TryLoad(name, out nint library)
                && NativeLibrary.TryGetExport(library, "ZSTD_createDCtx", out nint create)
                && NativeLibrary.TryGetExport(library, "ZSTD_freeDCtx", out nint free)
                && NativeLibrary.TryGetExport(library, "ZSTD_decompressDCtx", out nint decompress)
                && NativeLibrary.TryGetExport(library, "ZSTD_createCCtx", out nint createCompressor)
                && NativeLibrary.TryGetExport(library, "ZSTD_freeCCtx", out nint freeCompressor)
                && NativeLibrary.TryGetExport(library, "ZSTD_compressCCtx", out nint compress))
                return new Functions(create, free, decompress, createCompressor, freeCompressor, compress);
        }
        return null;
    }

    private sealed class Functions(nint create, nint free, nint decompress, nint createCompressor, nint freeCompressor, nint compress)
    {
        public nint CreateContext() => ((delegate* unmanaged[Cdecl]<nint>)create)();

        public void FreeContext(nint context) => ((delegate* unmanaged[Cdecl]<nint, nuint>)free)(context);

        public nuint Decompress(nint context, byte* destination, nuint length, byte* source, nuint sourceLength) =>
            ((delegate* unmanaged[Cdecl]<nint, byte*, nuint, byte*, nuint, nuint>)decompress)(context, destination, length, source, sourceLength);

        public nint CreateCompressor() => ((delegate* unmanaged[Cdecl]<nint>)createCompressor)();

        public void FreeCompressor(nint context) => ((delegate* unmanaged[Cdecl]<nint, nuint>)freeCompressor)(context);

        public nuint Compress(nint context, byte* destination, nuint room, byte* source, nuint sourceLength, int level) =>
            ((delegate* unmanaged[Cdecl]<nint, byte*, nuint, byte*, nuint, int, nuint>)compress)(
                context, destination, room, source, sourceLength, level);
    }
}
