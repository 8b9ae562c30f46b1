using System.ComponentModel;
using System.Diagnostics;

namespace QueryEngine.Benchmarks.DuckDb;

/// <summary>Folders of this project whose packages npm installs.</summary>
internal static class NodePackages
{
    /// <summary>The folder, after installing where the package is missing.</summary>
    /// <exception cref="DuckDbException">It cannot be installed here.</exception>
    public static async Task<string> FindAsync(string name, string package, CancellationToken cancellationToken)
    {
        string folder = FindFolder(name);
        if (!Directory.Exists(Path.Join(folder, "node_modules", package)))
            await InstallAsync(folder, cancellationToken);
        return folder;
    }

    // The program runs from a build folder inside the repository.
    private static string FindFolder(string name)
    {
        for (DirectoryInfo? folder = new(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            string candidate = Path.Join(folder.FullName, "benchmarks", "QueryEngine.Benchmarks", name);
            if (File.Exists(Path.Join(candidate, "package.json")))
                return candidate;
        }

        throw new DuckDbException($"no folder above {AppContext.BaseDirectory} has benchmarks/QueryEngine.Benchmarks/{name}/package.json");
    }

    private static async Task InstallAsync(string folder, CancellationToken cancellationToken)
    {
        // A lock file made here would hold this platform's packages alone, which npm ci refuses where a package names others as optional.
        bool locked = File.Exists(Path.Join(folder, "package-lock.json"));
        string[] command = locked ? ["ci"] : ["install", "--no-package-lock"];
        var start = new ProcessStartInfo("npm", [.. command, "--no-fund", "--no-audit", "--loglevel=error"]) { WorkingDirectory = folder };
        try
        {
            using Process npm = Process.Start(start) ?? throw new DuckDbException("npm did not start");
            await npm.WaitForExitAsync(cancellationToken);
            if (npm.ExitCode != 0)
                throw new DuckDbException($"npm {command[0]} in {folder} ended with {npm.ExitCode}");
        }
        catch (Win32Exception error)
        {
            throw new DuckDbException($"npm, which brings it, does not start: {error.Message}");
        }
    }
}
