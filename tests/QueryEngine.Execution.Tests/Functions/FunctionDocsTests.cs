using System.Runtime.CompilerServices;
using QueryEngine.Functions;
using Xunit;

namespace QueryEngine.Execution.Tests.Functions;

/// <summary>Holds <c>docs/functions</c> to the catalog. With UPDATE_GOLDEN=1 the pages are written instead.</summary>
public sealed class FunctionDocsTests
{
    private static readonly string _directory = Path.GetFullPath(Path.Combine(SourceDirectory(), "..", "..", "..", "docs", "functions"));

    [Fact]
    public void The_pages_are_those_of_the_catalog()
    {
        IReadOnlyDictionary<string, string> pages = FunctionDocs.Pages();
        if (Environment.GetEnvironmentVariable("UPDATE_GOLDEN") == "1")
        {
            Directory.CreateDirectory(_directory);
            foreach ((string file, string text) in pages)
                File.WriteAllText(Path.Combine(_directory, file), text);
        }

        foreach ((string file, string text) in pages)
        {
            string path = Path.Combine(_directory, file);
            Assert.True(File.Exists(path) && File.ReadAllText(path) == text, $"docs/functions/{file} is not what the catalog gives: run this test with UPDATE_GOLDEN=1");
        }

        Assert.Equal(pages.Keys.Order(StringComparer.Ordinal), Directory.GetFiles(_directory).Select(Path.GetFileName).Order(StringComparer.Ordinal));
    }

    [Fact]
    public void There_are_at_least_four_hundred_functions()
    {
        int names = FunctionCatalog.BuiltIn.Functions.Select(function => function.Name).Distinct().Count();

        Assert.True(names >= 400, $"SHOW FUNCTIONS has {names} names");
    }

    private static string SourceDirectory([CallerFilePath] string path = "") => Path.GetDirectoryName(path)!;
}
