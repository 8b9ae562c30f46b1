using System.Runtime.InteropServices;

namespace QueryEngine.Benchmarks.DuckDb;

/// <summary>Gets the library from npm, where it comes in a package for Linux on x64, and loads it.</summary>
internal static class DuckDbLibrary
{
    private const string Package = "@duckdb/node-bindings-linux-x64";

    /// <summary>Loads the library for the P/Invokes of this assembly, installing it first where it is missing.</summary>
    /// <exception cref="DuckDbException">It cannot be installed here.</exception>
    public static async Task LoadAsync(CancellationToken cancellationToken)
    {
        if (!OperatingSystem.IsLinux() || RuntimeInformation.ProcessArchitecture != Architecture.X64)
            throw new DuckDbException($"the comparison has DuckDB for Linux on x64 only, and this is {RuntimeInformation.RuntimeIdentifier}");
        string folder = await NodePackages.FindAsync("node", Package, cancellationToken);
        string path = Path.Join(folder, "node_modules", Package, "libduckdb.so");
        nint library = NativeLibrary.Load(path);
        NativeLibrary.SetDllImportResolver(
            typeof(DuckDbLibrary).Assembly, (name, _, _) => name == DuckDbNative.Library ? library : 0);
    }
}
