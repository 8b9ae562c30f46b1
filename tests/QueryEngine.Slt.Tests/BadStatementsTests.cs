using QueryEngine.Cluster.Statements;
using QueryEngine.Slt.Tests.Running;
using QueryEngine.Spi;
using Xunit;

namespace QueryEngine.Slt.Tests;

/// <summary>
/// Statements that must fail, with what they must fail with: the files <c>tests/sql-errors/*.tsv</c>. A line is the statement, the code, the SQLSTATE and a part
/// of the hint (or <c>-</c> for no matter which); the sign <c>¦</c> in the statement stands where its position must be, and a statement without it has none.
/// <c>setup.sql</c> makes what the statements name.
/// </summary>
public class BadStatementsTests(EmbeddedEngine engine) : IClassFixture<EmbeddedEngine>
{
    private const char Mark = '¦';

    public static string Folder => Path.Combine(SharedData.Repository, "tests/sql-errors");

    [Fact]
    public async Task Every_bad_statement_gives_its_code_position_and_hint()
    {
        var session = new SltSession(engine.Host.Statements, new SessionSettings("tester"));
        foreach (string statement in (await File.ReadAllTextAsync(Path.Combine(Folder, "setup.sql"))).Split(";\n", StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries))
            await session.RunAsync(statement, CancellationToken.None);

        var wrong = new List<string>();
        int count = 0;
        foreach (string path in Directory.EnumerateFiles(Folder, "*.tsv").Order(StringComparer.Ordinal))
        {
            foreach (string line in await File.ReadAllLinesAsync(path))
            {
                if (line.Length == 0 || line[0] == '#')
                    continue;
                count++;
                string[] fields = line.Split('\t');
                string expected = string.Join('\t', fields[1..3]);
                string statement = fields[0].Replace("\\n", "\n", StringComparison.Ordinal);
                string actual = await TryAsync(session, statement.Replace($"{Mark}", string.Empty, StringComparison.Ordinal), statement, fields[3]);
                if (actual != expected)
                    wrong.Add($"{Path.GetFileName(path)}\t{line}\t=> {actual}");
            }
        }

        await File.WriteAllLinesAsync(Path.Combine(SharedData.Repository, "artifacts/bad-statements.txt"), wrong);
        Assert.True(count >= 1000, $"only {count} statements are there");
        Assert.True(wrong.Count == 0, $"{wrong.Count} of {count} statements fail otherwise than they should:\n{string.Join('\n', wrong.Take(40))}");
    }

    // The code and SQLSTATE; then, where they are not as the line says, the position and the hint.
    private static async Task<string> TryAsync(SltSession session, string statement, string marked, string hint)
    {
        try
        {
            await session.RunAsync(statement, CancellationToken.None);
            return "no error";
        }
        catch (QueryException error)
        {
            string result = $"{error.Code.Name}\t{error.Code.SqlState}";
            if (Position(marked) != error.Position)
                result += $"\tat {error.Position?.ToString() ?? "no position"} instead of {Position(marked)?.ToString() ?? "none"}: {error.Message}";
            if (hint != "-" && !(error.Hint ?? string.Empty).Contains(hint, StringComparison.Ordinal))
                result += $"\thint: {error.Hint ?? "none"} ({error.Message})";
            return result;
        }
    }

    private static SourcePosition? Position(string marked)
    {
        int at = marked.IndexOf(Mark, StringComparison.Ordinal);
        if (at < 0)
            return null;
        string before = marked[..at];
        return new SourcePosition(before.Count(character => character == '\n') + 1, at - before.LastIndexOf('\n'));
    }
}
