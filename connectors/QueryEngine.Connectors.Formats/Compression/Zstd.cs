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
                && NativeLibrary.TryGetExport(library, "ZSTD_decompressDCtx", out nint decompress))
                return new Functions(create, free, decompress);
        }
        return null;
    }

    private sealed class Functions(nint create, nint free, nint decompress)
    {
        public nint CreateContext() => ((delegate* unmanaged[Cdecl]<nint>)create)();

        public void FreeContext(nint context) => ((delegate* unmanaged[Cdecl]<nint, nuint>)free)(context);

        public nuint Decompress(nint context, byte* destination, nuint length, byte* source, nuint sourceLength) =>
            ((delegate* unmanaged[Cdecl]<nint, byte*, nuint, byte*, nuint, nuint>)decompress)(context, destination, length, source, sourceLength);
    }
}
