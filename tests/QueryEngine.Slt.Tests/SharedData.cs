using System.Runtime.CompilerServices;

namespace QueryEngine.Slt.Tests;

/// <summary>Where tests find files: the repository's own, and the public corpora beside it where they are.</summary>
internal static class SharedData
{
    /// <summary>The repository's root.</summary>
    public static string Repository { get; } = FindRepository();

    /// <summary>The folder of public corpora, or null on a machine that has none: <c>QE_SHARED</c>, else <c>../shared</c>.</summary>
    public static string? Conformance { get; } =
        Path.Combine(Environment.GetEnvironmentVariable("QE_SHARED") ?? Path.Combine(Repository, "../shared"), "conformance") is var folder && Directory.Exists(folder)
            ? Path.GetFullPath(folder)
            : null;

    private static string FindRepository([CallerFilePath] string thisFile = "") =>
        Path.GetFullPath(Path.Combine(Path.GetDirectoryName(thisFile)!, "../.."));
}
