using QueryEngine.Cli.Tests.Support;
using Xunit;

namespace QueryEngine.Cli.Tests.Shell;

public sealed class InteractiveTests
{
    [Fact]
    public async Task Runs_statements_of_several_lines_and_leaves_with_ctrl_d()
    {
        await using Terminal terminal = await Terminal.StartAsync();
        await terminal.TypeAsync("SELECT 20 + 1 AS a,");
        await terminal.PressAsync("Enter");
        await terminal.WaitForAsync("\n  ->");
        await terminal.TypeAsync("'東京' AS b;");
        await terminal.PressAsync("Enter");
        await terminal.WaitForAsync(" 21 | 東京");
        await terminal.WaitForAsync("(1 row in ");
        await terminal.PressAsync("C-d");
        await terminal.WaitForAsync("left-with-0");
    }

    [Fact]
    public async Task Edits_wraps_and_remembers()
    {
        await using Terminal terminal = await Terminal.StartAsync(width: 40);
        await terminal.TypeAsync("SELECT '1234567890123456789012345678901234567890' || 'END' AS lon;");
        await terminal.PressAsync("Left", "BSpace", "C-e", "Left");
        await terminal.TypeAsync("ng");
        await terminal.PressAsync("Enter");
        await terminal.WaitForAsync("AS long;");
        await terminal.WaitForAsync("(1 row in ");
        await terminal.TypeAsync("SELECT 5 AS five;");
        await terminal.PressAsync("Enter");
        await terminal.WaitForAsync(" five");
        await terminal.PressAsync("C-l", "C-r");
        await terminal.TypeAsync("as lon");
        await terminal.WaitForAsync("(search 'as lon') SELECT '1234");
        await terminal.PressAsync("Enter");
        await terminal.PressAsync("C-c");
        await terminal.WaitForAsync("^C");
        await terminal.PressAsync("Up", "Up", "Down", "Enter");
        await terminal.WaitForAsync("(1 row in ");
        await terminal.TypeAsync("\\q");
        await terminal.PressAsync("Enter");
        await terminal.WaitForAsync("left-with-0");
        Assert.Equal(3, File.ReadAllLines(Path.Combine(terminal.Home.Path, "state", "qe", "history")).Length);
    }

    [Fact]
    public async Task Takes_pasted_lines_as_one_text()
    {
        await using Terminal terminal = await Terminal.StartAsync();
        await terminal.PasteAsync("SELECT 1 AS one;\nSELECT 2\n  AS two;");
        await terminal.WaitForAsync("  ->   AS two;");
        Assert.DoesNotContain("row in", await terminal.ScreenAsync(), StringComparison.Ordinal);
        await terminal.PressAsync("Enter");
        await terminal.WaitUntilAsync(screen => screen.Split("(1 row in ").Length == 3, "two results");
    }

    [Fact]
    public async Task Cancels_the_statement_that_runs()
    {
        await using Terminal terminal = await Terminal.StartAsync();
        await terminal.TypeAsync("\\f null");
        await terminal.PressAsync("Enter");
        await terminal.TypeAsync("SELECT l_orderkey FROM tpch.sf10000.lineitem;");
        await terminal.PressAsync("Enter");
        await Task.Delay(TimeSpan.FromSeconds(4));
        await terminal.PressAsync("C-c");
        await terminal.WaitForAsync("canceled");
        await terminal.TypeAsync("\\f csv");
        await terminal.PressAsync("Enter");
        await terminal.TypeAsync("SELECT 40 + 2 AS alive;");
        await terminal.PressAsync("Enter");
        await terminal.WaitForAsync("\n42\n");
    }

    [Fact]
    public async Task Completes_names_and_keywords()
    {
        await using Terminal terminal = await Terminal.StartAsync();
        await terminal.TypeAsync("\\c tpch.tiny");
        await terminal.PressAsync("Enter");
        await terminal.WaitForAsync("USE");
        await terminal.TypeAsync("SELEC");
        await terminal.PressAsync("Tab");
        await terminal.WaitForAsync("SELECT");
        await terminal.TypeAsync("count(*) FROM custom");
        await terminal.WaitUntilAsync(
            screen =>
            {
                if (screen.Contains("FROM customer\n", StringComparison.Ordinal))
                    return true;
                _ = terminal.PressAsync("Tab");
                return false;
            },
            "the name of a table");
    }
}
