using System.Runtime.CompilerServices;
using System.Xml.Linq;
using Xunit;

namespace QueryEngine.Architecture.Tests;

public class ArchitectureTests
{
    private const int MaxLines = 500;
    private const string Connectors = "QueryEngine.Connectors.";

    // Who may reference whom. A new edge is a design decision: change it here, in its own commit.
    private static readonly Dictionary<string, string[]> _allowed = new()
    {
        ["QueryEngine.Spi"] = [],
        ["QueryEngine.Arrow"] = ["QueryEngine.Spi"],
        ["QueryEngine.Rpc"] = ["QueryEngine.Spi"],
        ["QueryEngine.Columnar"] = ["QueryEngine.Spi"],
        ["QueryEngine.Plan"] = ["QueryEngine.Spi"],
        ["QueryEngine.Functions"] = ["QueryEngine.Spi", "QueryEngine.Columnar"],
        ["QueryEngine.Metadata"] = ["QueryEngine.Spi"],
        ["QueryEngine.Sql"] = ["QueryEngine.Spi"],
        ["QueryEngine.Analysis"] = ["QueryEngine.Spi", "QueryEngine.Sql", "QueryEngine.Plan", "QueryEngine.Functions", "QueryEngine.Metadata"],
        ["QueryEngine.Optimizer"] = ["QueryEngine.Spi", "QueryEngine.Plan", "QueryEngine.Functions", "QueryEngine.Metadata"],
        ["QueryEngine.Execution"] = ["QueryEngine.Spi", "QueryEngine.Columnar", "QueryEngine.Plan", "QueryEngine.Functions"],
        ["QueryEngine.Cluster"] =
        [
            "QueryEngine.Spi", "QueryEngine.Arrow", "QueryEngine.Rpc", "QueryEngine.Columnar", "QueryEngine.Plan", "QueryEngine.Functions",
            "QueryEngine.Metadata", "QueryEngine.Execution",
        ],
        ["QueryEngine"] =
        [
            "QueryEngine.Spi", "QueryEngine.Sql", "QueryEngine.Analysis", "QueryEngine.Optimizer", "QueryEngine.Execution", "QueryEngine.Cluster",
            "QueryEngine.Plan", "QueryEngine.Functions", "QueryEngine.Metadata",
        ],
        ["QueryEngine.Connectors.AdoNet"] = ["QueryEngine.Spi"],
        ["QueryEngine.Connectors.ClickHouse"] = ["QueryEngine.Spi", "QueryEngine.Connectors.AdoNet"],
        ["QueryEngine.Connectors.DuckDb"] = ["QueryEngine.Spi", "QueryEngine.Connectors.AdoNet"],
        ["QueryEngine.Connectors.Formats"] = ["QueryEngine.Spi"],
        ["QueryEngine.Connectors.Files"] = ["QueryEngine.Spi", "QueryEngine.Connectors.Formats"],
        ["QueryEngine.Connectors.Memory"] = ["QueryEngine.Spi"],
        ["QueryEngine.Connectors.Odbc"] = ["QueryEngine.Spi", "QueryEngine.Connectors.AdoNet"],
        ["QueryEngine.Connectors.Objects"] = ["QueryEngine.Spi"],
        ["QueryEngine.Connectors.PostgreSql"] = ["QueryEngine.Spi", "QueryEngine.Connectors.AdoNet"],
        ["QueryEngine.Connectors.Sqlite"] = ["QueryEngine.Spi", "QueryEngine.Connectors.AdoNet"],
        ["QueryEngine.Connectors.System"] = ["QueryEngine.Spi"],
        ["QueryEngine.Connectors.Tpch"] = ["QueryEngine.Spi"],
    };

    // The two that put everything together: whatever is below them.
    private static readonly string[] _roots = ["QueryEngine.Server", "QueryEngine.Client"];

    [Fact]
    public void Projects_reference_only_what_they_may()
    {
        Dictionary<string, string[]> references = References();

        Assert.Equal(_allowed.Keys.Concat(_roots).Order(StringComparer.Ordinal), references.Keys.Order(StringComparer.Ordinal));
        foreach ((string project, string[] referenced) in references.Where(pair => !_roots.Contains(pair.Key)))
            Assert.True(!referenced.Except(_allowed[project]).Any(), $"{project} may not reference {string.Join(", ", referenced.Except(_allowed[project]))}");
    }

    [Fact]
    public void The_engine_sees_no_connector()
    {
        Dictionary<string, string[]> references = References();

        Assert.Contains(references["QueryEngine.Server"], name => name.StartsWith(Connectors, StringComparison.Ordinal));
        foreach ((string project, string[] referenced) in references.Where(pair => !pair.Key.StartsWith(Connectors, StringComparison.Ordinal) && pair.Key != "QueryEngine.Server"))
            Assert.DoesNotContain(referenced, name => name.StartsWith(Connectors, StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("engine")]
    [InlineData("connectors")]
    [InlineData("cli")]
    [InlineData("tests")]
    [InlineData("benchmarks")]
    public void No_file_outgrows_one_concept(string folder)
    {
        string[] files = [.. Files(folder, "*.cs")];

        Assert.NotEmpty(files);
        foreach (string path in files)
            Assert.True(File.ReadLines(path).Count() <= MaxLines, $"{path} has more than {MaxLines} lines");
    }

    [Fact]
    public void Every_project_is_in_the_solution()
    {
        string solution = File.ReadAllText(Path.Combine(Repository(), "QueryEngine.sln"));
        string[] projects = [.. new[] { "engine", "connectors", "cli", "tests", "benchmarks" }.SelectMany(folder => Files(folder, "*.csproj"))];

        Assert.NotEmpty(projects);
        Assert.All(projects, path => Assert.Contains(Path.GetFileName(path), solution, StringComparison.Ordinal));
    }

    private static Dictionary<string, string[]> References() => Files("engine", "*.csproj").Concat(Files("connectors", "*.csproj")).ToDictionary(
        path => Path.GetFileNameWithoutExtension(path),
        path => XDocument.Load(path).Descendants("ProjectReference")
            .Select(reference => Path.GetFileNameWithoutExtension(reference.Attribute("Include")!.Value.Replace('\\', '/'))).ToArray());

    private static IEnumerable<string> Files(string folder, string pattern) =>
        Directory.EnumerateFiles(Path.Combine(Repository(), folder), pattern, SearchOption.AllDirectories)
            .Where(path => !path.Contains("/node_modules/", StringComparison.Ordinal));

    private static string Repository([CallerFilePath] string thisFile = "") => Path.GetFullPath(Path.Combine(Path.GetDirectoryName(thisFile)!, "../.."));
}
