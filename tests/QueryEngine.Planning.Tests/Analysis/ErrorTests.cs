using QueryEngine.Spi;
using Xunit;

namespace QueryEngine.Planning.Tests.Analysis;

/// <summary>Bad statements: the code, the place (1-based column on line 1) and the hint.</summary>
public sealed class ErrorTests
{
    [Theory]
    [InlineData("SELECT n_nam FROM nation", "42703", 8, "Did you mean 'n_name'?")]
    [InlineData("SELECT n.n_nam FROM nation n", "42703", 10, "Did you mean 'n_name'?")]
    [InlineData("SELECT m.n_name FROM nation n", "42P01", 8, null)]
    [InlineData("SELECT * FROM naton", "42P01", 15, "Did you mean 'nation'?")]
    [InlineData("SELECT * FROM tpch.tin.nation", "3F000", 15, "Did you mean 'tiny'?")]
    [InlineData("SELECT * FROM tpc.tiny.nation", "3D000", 15, "Did you mean 'tpch'?")]
    [InlineData("SELECT n_name FROM nation a JOIN nation b ON true", "42702", 8, "Write a.n_name or b.n_name.")]
    [InlineData("SELECT * FROM nation, nation", "42712", 23, "Give one of them an alias.")]
    [InlineData("SELECT cout(*) FROM nation", "42883", 8, "Did you mean 'count'?")]
    [InlineData("SELECT 1 + n_name FROM nation", "42883", 10, null)]
    [InlineData("SELECT * FROM nation WHERE n_name > 5", "42883", 35, "Cast one side to the type of the other.")]
    [InlineData("SELECT * FROM nation WHERE n_name", "42804", 28, null)]
    [InlineData("SELECT * FROM nation WHERE 1", "42804", 28, null)]
    [InlineData("SELECT CAST(1 AS itneger)", "42704", 18, "Did you mean 'integer'?")]
    [InlineData("SELECT CAST(true AS date)", "42846", 8, null)]
    [InlineData("SELECT 1 = 'abc'", "22P02", 12, null)]
    [InlineData("SELECT DATE '2020-13-01'", "22008", 8, null)]
    [InlineData("SELECT INTERVAL 'abc' DAY", "22007", 8, null)]
    [InlineData("SELECT n_name FROM nation GROUP BY n_regionkey", "42803", 8, null)]
    [InlineData("SELECT n_regionkey FROM nation GROUP BY 1 ORDER BY n_name", "42803", 52, null)]
    [InlineData("SELECT n_regionkey FROM nation GROUP BY 1 HAVING n_name = 'x'", "42803", 50, null)]
    [InlineData("SELECT n_name, count(*) FROM nation", "42803", 8, null)]
    [InlineData("SELECT n_regionkey FROM nation WHERE count(*) > 1", "42803", 38, null)]
    [InlineData("SELECT sum(sum(n_nationkey)) FROM nation", "42803", 12, null)]
    [InlineData("SELECT n_name FROM nation GROUP BY 2", "42P10", 36, "It has 1 columns.")]
    [InlineData("SELECT n_name FROM nation ORDER BY 0", "42P10", 36, "It has 1 columns.")]
    [InlineData("SELECT DISTINCT n_name FROM nation ORDER BY n_nationkey", "42P10", 45, null)]
    [InlineData("SELECT DISTINCT ON (n_regionkey) n_name FROM nation ORDER BY n_name", "42P10", 62, null)]
    [InlineData("WITH RECURSIVE r(n) AS (SELECT 1 UNION ALL SELECT count(*) FROM r) SELECT * FROM r", "42P19", 44, null)]
    [InlineData("SELECT 1 FROM nation WINDOW w AS (), w AS ()", "42P20", 38, null)]
    [InlineData("SELECT rank() FROM nation", "42P20", 8, null)]
    [InlineData("SELECT n_name FROM nation WHERE rank() OVER () = 1", "42P20", 33, null)]
    [InlineData("SELECT rank() OVER w FROM nation WINDOW v AS ()", "42704", 20, null)]
    [InlineData("SELECT sum(1) OVER (ROWS BETWEEN CURRENT ROW AND 1 PRECEDING)", "42P20", 50, null)]
    [InlineData("SELECT 1 UNION SELECT 1, 2", "42601", 16, null)]
    [InlineData("SELECT 1 UNION SELECT true", "42804", 23, "Cast one of them.")]
    [InlineData("SELECT (SELECT 1, 2)", "42601", 9, null)]
    [InlineData("SELECT 1 IN (SELECT 1, 2)", "42601", 14, null)]
    [InlineData("VALUES (1), (1, 2)", "42601", 13, null)]
    [InlineData("SELECT * FROM (VALUES (1)) t(a, b)", "42P10", 33, null)]
    [InlineData("SELECT * FROM nation JOIN region USING (r_name)", "42703", 41, "Did you mean 'n_name'?")]
    [InlineData("WITH a AS (SELECT 1), a AS (SELECT 2) SELECT * FROM a", "42712", 23, null)]
    [InlineData("WITH a AS (SELECT x) SELECT 1", "42703", 19, null)]
    [InlineData("WITH RECURSIVE r(n) AS (SELECT n FROM r) SELECT * FROM r", "42P19", 16, null)]
    [InlineData("SELECT * FROM nation LIMIT -1", "2201W", 28, null)]
    [InlineData("SELECT * FROM nation OFFSET -1", "2201X", 29, null)]
    [InlineData("SELECT CASE WHEN true THEN 1 ELSE true END", "42804", 35, "Cast one of them.")]
    [InlineData("SELECT $1", "42P02", 8, null)]
    [InlineData("SELECT DECIMAL '1e200000'", "22003", 8, null)]
    [InlineData("UPDATE nation SET n_name = 'x'", "0A000", 8, null)]
    [InlineData("INSERT INTO nation VALUES (1)", "0A000", 13, null)]
    [InlineData("INSERT INTO memory.default.t VALUES (1, 'abcd')", "22001", 41, null)]
    [InlineData("INSERT INTO memory.default.t VALUES (100, 'abc', 1234.5)", "22003", 50, null)]
    [InlineData("INSERT INTO memory.default.t VALUES (NULL)", "23502", 38, null)]
    [InlineData("INSERT INTO memory.default.t (b) VALUES ('x')", "23502", 1, null)]
    [InlineData("INSERT INTO memory.default.t (a, bb) VALUES (1, 2)", "42703", 34, "Did you mean 'b'?")]
    [InlineData("INSERT INTO memory.default.t (a, a) VALUES (1, 2)", "42701", 34, null)]
    [InlineData("INSERT INTO memory.default.t (a) VALUES (1, 2)", "42601", 45, null)]
    [InlineData("INSERT INTO memory.default.t (a) SELECT n_name FROM tpch.tiny.nation", "42804", 34, "Cast the value.")]
    [InlineData("CREATE TABLE memory.default.t (a integer)", "42P07", 14, null)]
    [InlineData("CREATE TABLE memory.default.u (a integer, a integer)", "42701", 43, null)]
    [InlineData("CREATE TABLE memory.defalt.u (a integer)", "3F000", 14, "Did you mean 'default'?")]
    [InlineData("CREATE TABLE tpch.tiny.u (a integer)", "0A000", 1, null)]
    [InlineData("DROP TABLE memory.default.zzz", "42P01", 12, null)]
    [InlineData("USE memory.nowhere", "3F000", 12, null)]
    [InlineData("SET SESSION qery_max_memory = '1GB'", "42704", 13, "Did you mean 'query_max_memory'?")]
    [InlineData("SET SESSION threads = 'many'", "22023", 13, "It takes a whole number from 0 to 1024.")]
    [InlineData("EXECUTE nothing", "26000", 9, null)]
    [InlineData("SHOW TABLES FROM memory.nowhere", "3F000", 18, null)]
    [InlineData("SELECT * FROM 'no/such.csv'", "58P01", 15, null)]
    public async Task A_bad_statement_says_what_is_wrong_where_and_how_to_mend_it(string sql, string state, int column, string? hint)
    {
        await using var engine = new TestEngine();
        await engine.RunAsync("CREATE TABLE memory.default.t (a integer NOT NULL, b varchar(3), c decimal(5, 2), d date)");

        QueryException error = await engine.ErrorAsync(sql);

        Assert.Equal((state, (SourcePosition?)new SourcePosition(1, column)), (error.Code.SqlState, error.Position));
        if (hint is not null)
            Assert.Equal(hint, error.Hint);
    }
}
