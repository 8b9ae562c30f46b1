using System.Runtime.CompilerServices;

namespace QueryEngine.Extensibility.Tests;

/// <summary>Where the sources are.</summary>
internal static class Repository
{
    /// <summary>The path of a file of the repository.</summary>
    public static string PathOf(string file) => Path.Combine(Root(), file);

    private static string Root([CallerFilePath] string thisFile = "") => Path.GetFullPath(Path.Combine(Path.GetDirectoryName(thisFile)!, "../.."));
}
