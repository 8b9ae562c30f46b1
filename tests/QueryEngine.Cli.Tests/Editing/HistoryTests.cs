using QueryEngine.Cli.Interactive;
using QueryEngine.Cli.Tests.Support;
using Xunit;

namespace QueryEngine.Cli.Tests.Editing;

public sealed class HistoryTests
{
    [Fact]
    public void Comes_back_with_its_lines_and_backslashes()
    {
        using var folder = new TemporaryFolder();
        string path = Path.Combine(folder.Path, "state", "history");
        new History(path).Add("SELECT 'a\\nb',\n  2;");

        var again = new History(path);

        Assert.Equal(1, again.Count);
        Assert.Equal("SELECT 'a\\nb',\n  2;", again[0]);
        if (!OperatingSystem.IsWindows())
            Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(path));
    }

    [Theory]
    [InlineData("CREATE CATALOG pg FROM 'postgresql://me:hidden@host/db';")]
    [InlineData("CREATE CATALOG pg USING postgresql WITH (\"connection-password\" = 'x');")]
    [InlineData("SET SESSION pg.access_token = 'x';")]
    public void Keeps_no_secrets(string statement)
    {
        var history = new History(path: null);

        history.Add(statement);

        Assert.Equal(0, history.Count);
    }

    [Fact]
    public void Keeps_a_repeated_statement_once()
    {
        var history = new History(path: null);
        history.Add("SELECT 1;");
        history.Add("SELECT 1;");
        Assert.Equal(1, history.Count);
    }

    [Fact]
    public void Finds_the_newest_statement_first()
    {
        var history = new History(path: null);
        history.Add("SELECT 1 FROM a;");
        history.Add("SELECT 2 FROM b;");
        history.Add("SELECT 3 FROM a;");

        Assert.Equal(2, history.FindLast("from A", history.Count));
        Assert.Equal(0, history.FindLast("from A", 2));
        Assert.Equal(-1, history.FindLast("from A", 0));
    }
}
