using QueryEngine.Analysis;
using QueryEngine.Analysis.Statements;
using QueryEngine.Plan;
using QueryEngine.Spi;
using Xunit;

namespace QueryEngine.Planning.Tests.Analysis;

public sealed class StatementTests
{
    [Fact]
    public async Task Values_of_an_insert_become_what_the_table_stores()
    {
        await using var engine = new TestEngine("memory", "default");
        await engine.RunAsync("CREATE TABLE t (a bigint, b varchar(5), c decimal(5, 2), d date)");

        var write = Assert.IsType<AnalyzedWrite>(await engine.AnalyzeAsync("INSERT INTO t (c, a, d) VALUES (1, 2, '2020-01-02'), (1.255, NULL, DEFAULT)"));

        var intent = Assert.IsType<InsertIntent>(write.Intent);
        Assert.Equal(["c", "a", "d"], intent.Columns.Select(column => column.Name));
        var values = Assert.IsType<ValuesNode>(write.Source.Source);
        Assert.Equal(["1.00, 2, date '2020-01-02'", "1.26, NULL, NULL"], values.Rows.Select(row => string.Join(", ", row)));
    }

    [Fact]
    public async Task A_table_is_made_of_a_query_with_its_names_and_types()
    {
        await using var engine = new TestEngine("memory", "default");

        var write = Assert.IsType<AnalyzedWrite>(await engine.AnalyzeAsync("CREATE TABLE u (x, y) AS SELECT n_name, NULL FROM tpch.tiny.nation"));

        var intent = Assert.IsType<CreateTableIntent>(write.Intent);
        Assert.Equal(["x varchar(25)", "y varchar"], intent.Columns.Select(column => $"{column.Name} {column.Type}"));
        Assert.Equal("CREATE TABLE AS", write.Tag);
    }

    [Fact]
    public async Task A_view_means_what_it_meant_when_it_was_made()
    {
        await using var engine = new TestEngine("tpch", "tiny");
        await engine.RunAsync("CREATE VIEW memory.default.v (a) AS SELECT n_name FROM nation");
        engine.Session.Use("memory", "default");

        string plan = await engine.PlanAsync("SELECT a FROM v");

        Assert.Contains("TableScan[tpch.tiny.nation", plan, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_error_in_a_view_is_placed_where_the_view_is_used()
    {
        await using var engine = new TestEngine("memory", "default");
        await engine.RunAsync("CREATE TABLE t (a bigint)");
        await engine.RunAsync("CREATE VIEW v AS SELECT a FROM t");
        await engine.RunAsync("DROP TABLE t");
        await engine.RunAsync("CREATE TABLE t (b bigint)");

        QueryException error = await engine.ErrorAsync("SELECT * FROM v");

        Assert.Equal(("42703", new SourcePosition(1, 15)), (error.Code.SqlState, error.Position!.Value));
        Assert.StartsWith("in view 'default.v'", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_prepared_statement_takes_values()
    {
        await using var engine = new TestEngine();
        await engine.RunAsync("PREPARE p FROM SELECT n_name FROM nation WHERE n_nationkey = ? AND n_name < ?");

        string plan = await engine.PlanAsync("EXECUTE p USING 1 + 2, 'X'");

        Assert.Contains("((n_nationkey#1 = 3) AND (n_name#2 < 'X'))", plan, StringComparison.Ordinal);
        Assert.Equal("22023", (await engine.ErrorAsync("EXECUTE p USING 1")).Code.SqlState);
        await engine.RunAsync("DEALLOCATE p");
        Assert.Equal("26000", (await engine.ErrorAsync("EXECUTE p USING 1, 'X'")).Code.SqlState);
    }

    [Fact]
    public async Task Parameters_by_name_and_place_are_bound_and_text_takes_the_other_side_s_type()
    {
        await using var engine = new TestEngine();
        var parameters = new Parameters
        {
            Positional = [new ParameterValue("1998-01-01", SqlType.Varchar)],
            Named = new Dictionary<string, ParameterValue> { ["key"] = new(7L, SqlType.BigInt) },
        };

        string plan = await engine.PlanAsync("SELECT 1 FROM orders WHERE o_orderdate > $1 AND o_custkey = :key", parameters);

        Assert.Contains("((o_orderdate#5 > date '1998-01-01') AND (o_custkey#2 = 7))", plan, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Session_statements_change_the_session()
    {
        await using var engine = new TestEngine();

        await engine.RunAsync("USE memory.default");
        await engine.RunAsync("SET SESSION query_max_memory = '1GB'");
        await engine.RunAsync("SET TIME ZONE 'Europe/Berlin'");

        Assert.Equal(("memory", "default"), (engine.Session.Catalog, engine.Session.Schema));
        Assert.Equal(1L << 30, engine.Session.Properties.GetBytes("query_max_memory"));
        Assert.Equal("Europe/Berlin", engine.Session.TimeZone);
        await engine.RunAsync("RESET SESSION query_max_memory");
        Assert.Equal(0, engine.Session.Properties.GetBytes("query_max_memory"));
    }

    [Theory]
    [InlineData("SHOW CATALOGS", "'lite'; 'memory'; 'shop'; 'tpch'")]
    [InlineData("SHOW CATALOGS LIKE 't%'", "'tpch'")]
    [InlineData("SHOW SCHEMAS FROM memory", "'default'; 'information_schema'")]
    [InlineData("SHOW TABLES LIKE '%n'", "'nation'; 'region'")]
    [InlineData("DESCRIBE region", "'r_regionkey', 'integer', 'not null', ''; 'r_name', 'varchar(25)', 'not null', ''; 'r_comment', 'varchar(152)', 'not null', ''")]
    [InlineData("SHOW search_path", "'tiny'")]
    public async Task Show_gives_what_metadata_says(string sql, string rows)
    {
        await using var engine = new TestEngine();

        var query = Assert.IsType<AnalyzedQuery>(await engine.AnalyzeAsync(sql));

        var values = Assert.IsType<ValuesNode>(query.Plan.Source);
        Assert.Equal(rows, string.Join("; ", values.Rows.Select(row => string.Join(", ", row))));
    }

    [Fact]
    public async Task Explain_carries_its_options()
    {
        await using var engine = new TestEngine();

        var explain = Assert.IsType<AnalyzedExplain>(await engine.AnalyzeAsync("EXPLAIN (TYPE DISTRIBUTED, FORMAT JSON) SELECT 1"));

        Assert.Equal((ExplainType.Distributed, ExplainFormat.Json, false), (explain.Type, explain.Format, explain.IsAnalyze));
    }

    [Fact]
    public async Task Schemas_and_tables_are_made_and_dropped()
    {
        await using var engine = new TestEngine("memory", "default");
        await engine.RunAsync("CREATE SCHEMA s");
        await engine.RunAsync("CREATE TABLE s.t (a integer PRIMARY KEY, \"B c\" text)");

        var shown = Assert.IsType<AnalyzedQuery>(await engine.AnalyzeAsync("SHOW CREATE TABLE s.t"));

        string text = (string)((ConstantExpression)((ValuesNode)shown.Plan.Source).Rows[0][0]).Value!;
        Assert.Contains("\"B c\" varchar", text, StringComparison.Ordinal);
        Assert.IsType<NothingCommand>(await engine.AnalyzeAsync("CREATE TABLE IF NOT EXISTS s.t (a integer)"));
        await engine.RunAsync("DROP TABLE s.t");
        await engine.RunAsync("DROP SCHEMA s");
        Assert.Equal("3F000", (await engine.ErrorAsync("SELECT * FROM s.t")).Code.SqlState);
    }
}
