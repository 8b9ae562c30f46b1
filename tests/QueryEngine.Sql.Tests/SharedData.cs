namespace QueryEngine.Sql.Tests;

/// <summary>Finds the public test suites, which are not part of the repository.</summary>
internal static class SharedData
{
    /// <summary>The folder of the suites, or null when it is not there.</summary>
    public static string? Conformance { get; } = Find();

    private static string? Find()
    {
        string? shared = Environment.GetEnvironmentVariable("QE_SHARED");
        if (string.IsNullOrEmpty(shared))
        {
            var folder = new DirectoryInfo(AppContext.BaseDirectory);
            while (folder is not null && !File.Exists(Path.Combine(folder.FullName, "QueryEngine.sln")))
                folder = folder.Parent;
            if (folder?.Parent is null)
                return null;
            shared = Path.Combine(folder.Parent.FullName, "shared");
        }

        string conformance = Path.Combine(shared, "conformance");
        return Directory.Exists(conformance) ? conformance : null;
    }
}
