using System.ComponentModel;
using System.Diagnostics;
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
        string folder = FindFolder();
        string path = Path.Join(folder, "node_modules", Package, "libduckdb.so");
        if (!File.Exists(path))
            await InstallAsync(folder, cancellationToken);
        nint library = NativeLibrary.Load(path);
        NativeLibrary.SetDllImportResolver(
            typeof(DuckDbLibrary).Assembly, (name, _, _) => name == DuckDbNative.Library ? library : 0);
    }

    // The program runs from a build folder inside the repository.
    private static string FindFolder()
    {
        for (DirectoryInfo? folder = new(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            string candidate = Path.Join(folder.FullName, "benchmarks", "QueryEngine.Benchmarks", "node");
            if (File.Exists(Path.Join(candidate, "package-lock.json")))
                return candidate;
        }

        throw new DuckDbException($"no folder above {AppContext.BaseDirectory} has benchmarks/QueryEngine.Benchmarks/node/package-lock.json");
    }

    private static async Task InstallAsync(string folder, CancellationToken cancellationToken)
    {
        var start = new ProcessStartInfo("npm", ["ci", "--no-fund", "--no-audit", "--loglevel=error"]) { WorkingDirectory = folder };
        try
        {
            using Process npm = Process.Start(start) ?? throw new DuckDbException("npm did not start");
            await npm.WaitForExitAsync(cancellationToken);
            if (npm.ExitCode != 0)
                throw new DuckDbException($"npm ci in {folder} ended with {npm.ExitCode}");
        }
        catch (Win32Exception error)
        {
            throw new DuckDbException($"npm, which brings DuckDB, does not start: {error.Message}");
        }
    }
}
