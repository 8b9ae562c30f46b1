using System.Reflection;
using System.Runtime.InteropServices;
using QueryEngine.Spi;

namespace QueryEngine.Connectors.DuckDb.Native;

/// <summary>Finds DuckDB's library: the file that a catalog names, else by the system's search path. The first one found serves the whole process.</summary>
internal static class DuckDbLibrary
{
    /// <summary>The name by which the functions are imported.</summary>
    public const string Name = "duckdb";

    private static readonly Lock _lock = new();
    private static nint _library;

    /// <summary>Makes the imports of this assembly use the library.</summary>
    public static void Register() => NativeLibrary.SetDllImportResolver(typeof(DuckDbLibrary).Assembly, Resolve);

    /// <summary>Loads the library, unless some is loaded.</summary>
    /// <exception cref="QueryException">CONNECTION_FAILURE when it is not there.</exception>
    public static void Load(string? path)
    {
        lock (_lock)
        {
            if (_library != 0)
                return;
            if (path is not null)
            {
                _library = NativeLibrary.TryLoad(path, out nint named) ? named : throw new QueryException(
                    ErrorCode.ConnectionFailure, $"the DuckDB library {path} cannot be loaded", "Property library-path names the file libduckdb.so of a DuckDB release.");
                return;
            }

            foreach (string candidate in (ReadOnlySpan<string>)["libduckdb.so", "libduckdb.dylib", "duckdb.dll"])
                if (NativeLibrary.TryLoad(candidate, out _library))
                    return;
            throw new QueryException(
                ErrorCode.ConnectionFailure,
                "the system has no DuckDB library (libduckdb.so)",
                "Install it where the system looks for libraries, or name the file in property library-path.");
        }
    }

    private static nint Resolve(string name, Assembly assembly, DllImportSearchPath? path)
    {
        if (name != Name)
            return 0;
        Load(path: null);
        return _library;
    }
}
