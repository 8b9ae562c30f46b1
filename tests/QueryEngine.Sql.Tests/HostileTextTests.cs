using System.Diagnostics;
using System.Text;
using QueryEngine.Spi;
using Xunit;
using Xunit.Abstractions;

namespace QueryEngine.Sql.Tests;

/// <summary>Text made to kill a parser is answered or refused in time, on the small stack of a worker thread.</summary>
[Collection("one after another")]
public sealed class HostileTextTests(ITestOutputHelper output)
{
    private const int Many = 100_000;
    private static readonly TimeSpan _limit = TimeSpan.FromSeconds(2);

    private static readonly Dictionary<string, Func<string>> _refused = new()
    {
        ["parentheses"] = () => "SELECT " + Repeat("(", Many) + "1" + Repeat(")", Many),
        ["open parentheses"] = () => "SELECT " + Repeat("(", Many),
        ["parentheses in FROM"] = () => "SELECT * FROM " + Repeat("(", Many),
        ["parentheses before SELECT"] = () => Repeat("(", Many) + "SELECT 1" + Repeat(")", Many),
        ["brackets"] = () => "SELECT " + Repeat("[", Many),
        ["braces"] = () => "SELECT " + Repeat("{a:", Many),
        ["NOT"] = () => "SELECT " + Repeat("NOT ", Many) + "TRUE",
        ["minus signs"] = () => "SELECT " + Repeat("- ", Many) + "1",
        ["bitwise not"] = () => "SELECT " + Repeat("~", Many) + "1",
        ["calls"] = () => "SELECT " + Repeat("f(", Many) + "1" + Repeat(")", Many),
        ["casts"] = () => "SELECT " + Repeat("CAST(", Many) + "1" + Repeat(" AS INT)", Many),
        ["postfix casts"] = () => "SELECT 1" + Repeat("::int", Many),
        ["subscripts"] = () => "SELECT a" + Repeat("[1]", Many),
        ["nested subscripts"] = () => "SELECT a" + Repeat("[a", Many),
        ["fields"] = () => "SELECT (a)" + Repeat(".b", Many),
        ["CASE"] = () => "SELECT " + Repeat("CASE WHEN TRUE THEN ", Many) + "1" + Repeat(" END", Many),
        ["CASE in ELSE"] = () => "SELECT " + Repeat("CASE WHEN TRUE THEN 1 ELSE ", Many) + "1" + Repeat(" END", Many),
        ["scalar subqueries"] = () => "SELECT " + Repeat("(SELECT ", Many) + "1" + Repeat(")", Many),
        ["subqueries in FROM"] = () => Repeat("SELECT * FROM (", Many) + "SELECT 1" + Repeat(") AS t", Many),
        ["subqueries in IN"] = () => "SELECT 1 WHERE " + Repeat("1 IN (SELECT 1 WHERE ", Many) + "TRUE" + Repeat(")", Many),
        ["EXISTS"] = () => "SELECT 1 WHERE " + Repeat("EXISTS (SELECT 1 WHERE ", Many) + "TRUE" + Repeat(")", Many),
        ["nested WITH"] = () => Repeat("WITH t AS (", Many) + "SELECT 1" + Repeat(") SELECT * FROM t", Many),
        ["plus chain"] = () => "SELECT 1" + Repeat(" + 1", Many),
        ["concat chain"] = () => "SELECT 'a'" + Repeat(" || 'a'", Many),
        ["comparison chain"] = () => "SELECT 1" + Repeat(" = 1", Many),
        ["IS NULL chain"] = () => "SELECT 1" + Repeat(" IS NULL", Many),
        ["COLLATE chain"] = () => "SELECT 'a'" + Repeat(" COLLATE c", Many),
        ["chains in chains"] = () => "SELECT " + Repeat("(", 400) + "1" + Repeat(Repeat(" + 1", 500) + ")", 400),
        ["joins"] = () => "SELECT * FROM t" + Repeat(" CROSS JOIN t", Many),
        ["joins without conditions"] = () => "SELECT * FROM t" + Repeat(" JOIN t", Many),
        ["lambdas"] = () => "SELECT f(1, " + Repeat("x -> f(1, ", Many) + "1" + Repeat(")", Many),
        ["mixed set operators"] = () => "SELECT 1" + Repeat(" UNION SELECT 1 UNION ALL SELECT 1", Many / 2),
        ["nested types"] = () => "SELECT CAST(NULL AS " + Repeat("ARRAY(", Many) + "INT" + Repeat(")", Many) + ")",
        ["array types"] = () => "SELECT NULL::INT" + Repeat("[]", Many),
        ["row types"] = () => "SELECT CAST(NULL AS " + Repeat("ROW(a ", Many) + "INT" + Repeat(")", Many) + ")",
        ["EXPLAIN"] = () => Repeat("EXPLAIN ", Many) + "SELECT 1",
        ["PREPARE"] = () => Repeat("PREPARE p FROM ", Many) + "SELECT 1",
        ["grouping sets"] = () => "SELECT 1 GROUP BY " + Repeat("GROUPING SETS (", Many),
        ["samples"] = () => "SELECT * FROM t" + Repeat(" TABLESAMPLE BERNOULLI (10)", Many),
        ["open comment"] = () => "SELECT 1 " + Repeat("/*", Many),
        ["open string"] = () => "SELECT '" + Repeat("a''", Many),
        ["open dollar quotes"] = () => "SELECT $a$" + Repeat("$b$", Many),
        ["ten megabytes of items"] = () => "SELECT 1" + Repeat(",1", 5_000_000),
        ["ten megabytes of parentheses"] = () => "SELECT " + Repeat("(", 10_000_000),
        ["ten megabytes of letters and digits"] = () => "SELECT 1" + Repeat("a1", 5_000_000),
        ["ten megabytes of nonsense"] = () => Repeat("\u0001\uFFFD;'\"", 2_000_000),
    };

    private static readonly Dictionary<string, Func<string>> _answered = new()
    {
        ["OR chain"] = () => "SELECT 1 WHERE a = 0" + Repeat(" OR a = 1", Many),
        ["AND chain"] = () => "SELECT 1 WHERE a = 0" + Repeat(" AND a = 1", Many),
        ["IN list"] = () => "SELECT 1 WHERE a IN (0" + Repeat(", 12345", Many) + ")",
        ["UNION ALL"] = () => "SELECT 1" + Repeat(" UNION ALL SELECT 1", Many),
        ["INTERSECT"] = () => "SELECT 1" + Repeat(" INTERSECT SELECT 1", Many),
        ["rows of VALUES"] = () => "INSERT INTO t VALUES (1, 'a')" + Repeat(", (1, 'a')", Many),
        ["columns"] = () => "SELECT a" + Repeat(", a", Many),
        ["relations"] = () => "SELECT * FROM t" + Repeat(", t", Many),
        ["WHEN"] = () => "SELECT CASE" + Repeat(" WHEN a = 1 THEN 2", Many) + " END",
        ["common tables"] = () => "WITH t AS (SELECT 1)" + Repeat(", t AS (SELECT 1)", Many) + " SELECT 1",
        ["arguments"] = () => "SELECT f(1" + Repeat(", 1", Many) + ")",
        ["statements"] = () => Repeat("SELECT 1;", Many),
        ["ten megabytes of string"] = () => "SELECT '" + Repeat("0123456789", 1_000_000) + "'",
        ["ten megabytes of comment"] = () => "SELECT 1 /*" + Repeat("/* */ ** ", 1_000_000) + "*/",
        ["ten megabytes of blanks"] = () => "SELECT 1" + Repeat(" \n", 5_000_000),
        ["ten megabytes of rows"] = () => "INSERT INTO t VALUES (1, 'some text', 12345.678)" + Repeat(", (123456, 'some longer text', 12345.678)", 250_000),
        ["ten megabytes of identifier"] = () => "SELECT " + Repeat("abcdefghij", 1_000_000),
        ["ten megabytes of digits"] = () => "SELECT " + Repeat("1234567890", 1_000_000),
    };

    public static TheoryData<string> Refused => [.. _refused.Keys];

    public static TheoryData<string> Answered => [.. _answered.Keys];

    [Theory]
    [MemberData(nameof(Refused))]
    public void Is_refused_in_time(string what)
    {
        string text = _refused[what]();

        var error = Assert.IsType<QueryException>(OnSmallStack(what, () => SqlParser.Parse(text)));
        Assert.Contains(error.Code, new[] { ErrorCode.SyntaxError, ErrorCode.StatementTooComplex });
        Assert.NotNull(error.Position);
        Assert.True(error.Message.Length < 300, error.Message[..Math.Min(300, error.Message.Length)]);
    }

    [Theory]
    [MemberData(nameof(Answered))]
    public void Is_answered_in_time(string what)
    {
        string text = _answered[what]();
        string? formatted = null;
        Assert.Null(OnSmallStack(what, () => formatted = SqlFormatter.Format(SqlParser.Parse(text)[^1].Statement)));
        Assert.NotNull(formatted);
    }

    [Fact]
    public void A_refused_depth_leaves_its_neighbour_accepted()
    {
        string nested = "SELECT " + Repeat("(", 490) + "1" + Repeat(")", 490);

        Assert.Null(OnSmallStack("490 parentheses", () => SqlFormatter.Format(SqlParser.ParseStatement(nested))));
        Assert.Null(OnSmallStack("1900 terms", () => SqlFormatter.Format(SqlParser.ParseStatement("SELECT 1" + Repeat(" + 1", 1_900)))));
    }

    private static string Repeat(string text, int count) => new StringBuilder(text.Length * count).Insert(0, text, count).ToString();

    /// <summary>Runs on a thread with the stack of a pool thread on a small machine.</summary>
    private Exception? OnSmallStack(string what, Action action)
    {
        Exception? result = null;
        TimeSpan elapsed = _limit;

        // The first try may pay for compiling the code, or for a machine that does other things.
        for (int attempt = 0; attempt < 2 && elapsed >= _limit; attempt++)
        {
            var watch = Stopwatch.StartNew();
            var cpuBefore = Environment.CpuUsage.TotalTime;
            var thread = new Thread(() => result = Record.Exception(action), maxStackSize: 1 << 20);
            thread.Start();
            thread.Join();

            // On a busy machine the clock counts others' work; the process's own time counts other tests'.
            var cpu = Environment.CpuUsage.TotalTime - cpuBefore;
            elapsed = watch.Elapsed < cpu ? watch.Elapsed : cpu;
            output.WriteLine($"{what}: {elapsed.TotalMilliseconds:F0} ms {result?.Message}");
        }

        Assert.True(elapsed < _limit, $"{what} took {elapsed}");
        return result;
    }
}
