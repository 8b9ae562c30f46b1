using QueryEngine.Connectors.AdoNet;
using QueryEngine.Connectors.PostgreSql;
using QueryEngine.Spi;
using Xunit;

namespace QueryEngine.Connectors.Tests.AdoNet;

/// <summary>The SQL that pushed operations become, in PostgreSQL's words.</summary>
public sealed class SqlPushdownTests
{
    private static readonly PostgresDialect _dialect = new(collatesText: false);
    private static readonly SqlPushdown _pushdown = new(_dialect);
    private static readonly SqlTableHandle _table = new(new RemoteTable("public", "t", "r"));
    private static readonly SqlColumn _id = new("id", SqlType.Integer, "integer");
    private static readonly SqlColumn _price = new("price", SqlType.Decimal(12, 2), "numeric(12,2)");
    private static readonly SqlColumn _name = new("na\"me", SqlType.Varchar, "text", SqlComparison.Equality, "text is compared by collation en_US.utf8 in the source");
    private static readonly SqlColumn _code = new("code", SqlType.Char(3), "character(3)");

    [Fact]
    public void Operations_become_one_select_in_the_order_of_sql()
    {
        SqlTableHandle handle = Push(_table, new PushFilter([Compare("$gt", _id, 5, SqlType.Integer)]));
        handle = Push(handle, new PushTopN(3, [new ConnectorSortKey(_price, Descending: true, NullsFirst: false), new ConnectorSortKey(_id, false, true)]));

        Assert.Equal(
            "SELECT \"id\", \"price\" FROM \"public\".\"t\" WHERE (\"id\" > '5'::integer) ORDER BY \"price\" DESC NULLS LAST, \"id\" ASC NULLS FIRST LIMIT 3",
            Show(handle, _id, _price));
    }

    [Fact]
    public void What_comes_after_a_limit_is_a_query_over_it()
    {
        SqlTableHandle handle = Push(_table, new PushLimit(10));
        handle = Push(handle, new PushFilter([Compare("$gt", _id, 5, SqlType.Integer)]));
        handle = Push(handle, new PushAggregation([_code], [new ConnectorAggregate("sum", [new ConnectorColumn(_price)], SqlType.Decimal(38, 2))]), out PushdownAccepted answer);

        Assert.Equal(
            "SELECT q.c0, (sum(q.c1))::numeric FROM (SELECT \"code\" AS c0, \"price\" AS c1, \"id\" AS c2 FROM \"public\".\"t\" LIMIT 10) AS q "
            + "WHERE (q.c2 > '5'::integer) GROUP BY q.c0",
            Show(handle, [.. answer.Outputs]));
    }

    [Fact]
    public void A_filter_over_groups_is_a_query_over_them()
    {
        SqlTableHandle handle = Push(_table, new PushAggregation([_code], [new ConnectorAggregate("count", [], SqlType.BigInt)]), out PushdownAccepted answer);
        handle = Push(handle, new PushFilter([Compare("$gt", answer.Outputs[1], 1L, SqlType.BigInt)]));

        Assert.Equal(
            "SELECT q.c0, q.c1 FROM (SELECT \"code\" AS c0, count(*) AS c1 FROM \"public\".\"t\" GROUP BY \"code\") AS q WHERE (q.c1 > '1'::bigint)",
            Show(handle, [.. answer.Outputs]));
    }

    [Fact]
    public void Distinct_is_a_grouping_without_aggregates()
    {
        SqlTableHandle handle = Push(_table, new PushAggregation([_code, _id], []));

        Assert.Equal("SELECT \"code\" FROM \"public\".\"t\" GROUP BY \"code\", \"id\"", Show(handle, _code));
    }

    [Fact]
    public void Order_of_text_is_refused_with_the_collation_and_equality_is_not()
    {
        ConnectorExpression equal = Compare("$eq", _name, "x", SqlType.Varchar);
        ConnectorExpression less = Compare("$lt", _name, "x", SqlType.Varchar);

        PushdownAccepted answer = Assert.IsType<PushdownAccepted>(_pushdown.TryPush(_table, new PushFilter([equal, less])));
        Assert.Equal([less], answer.Residual);
        Assert.Equal("text is compared by collation en_US.utf8 in the source", answer.Reason);
        Assert.Equal("SELECT \"id\" FROM \"public\".\"t\" WHERE (\"na\"\"me\" = 'x'::text)", Show((SqlTableHandle)answer.Handle, _id));
        PushdownRefused refused = Assert.IsType<PushdownRefused>(_pushdown.TryPush(_table, new PushTopN(1, [new ConnectorSortKey(_name, false, false)])));
        Assert.Equal("text is compared by collation en_US.utf8 in the source", refused.Reason);
    }

    [Fact]
    public void Text_is_ordered_by_code_point_where_the_catalog_says_so()
    {
        var dialect = new PostgresDialect(collatesText: true);
        PushdownAccepted answer = Assert.IsType<PushdownAccepted>(
            new SqlPushdown(dialect).TryPush(_table, new PushTopN(1, [new ConnectorSortKey(_name, false, false)])));

        Assert.Equal(
            "SELECT \"id\" FROM \"public\".\"t\" ORDER BY (\"na\"\"me\" COLLATE \"C\") ASC NULLS LAST LIMIT 1",
            new SqlGenerator(dialect, isShown: true).WriteScan((SqlTableHandle)answer.Handle, [_id], SqlTablePart.Whole).ToString());
    }

    [Theory]
    [InlineData("it's", "'it''s'")]
    [InlineData("\\", "E'\\\\'")]
    [InlineData("\\' OR 1=1 --", "E'\\\\'' OR 1=1 --'")]
    [InlineData("", "''")]
    public void Text_cannot_break_out_of_its_quotes(string text, string quoted) => Assert.Equal(quoted, PostgresLiterals.Quote(text));

    [Fact]
    public void Text_that_the_source_cannot_hold_is_left_to_the_engine()
    {
        foreach (string text in (string[])["\0", "a\uD800", "\uDC00a"])
        {
            PushdownAnswer answer = _pushdown.TryPush(_table, new PushFilter([Compare("$eq", _name, text, SqlType.Varchar)]));
            Assert.Equal("the text holds characters that the source cannot hold", Assert.IsType<PushdownRefused>(answer).Reason);
        }
    }

    [Fact]
    public void A_char_column_is_compared_as_char_but_not_with_text_that_ends_in_a_blank()
    {
        SqlTableHandle handle = Push(_table, new PushFilter([Compare("$eq", _code, "ab", SqlType.Varchar)]));

        Assert.Equal("SELECT \"id\" FROM \"public\".\"t\" WHERE (\"code\" = 'ab'::bpchar)", Show(handle, _id));
        Assert.IsType<PushdownRefused>(_pushdown.TryPush(_table, new PushFilter([Compare("$eq", _code, "ab ", SqlType.Varchar)])));
    }

    [Fact]
    public void Limits_only_shrink()
    {
        SqlTableHandle handle = Push(Push(_table, new PushLimit(5)), new PushLimit(9));

        Assert.Equal(5, handle.Limit);
        Assert.Equal(2, Push(handle, new PushLimit(2)).Limit);
    }

    [Fact]
    public void Deep_expressions_are_written_or_fail_cleanly()
    {
        ConnectorExpression deep = Compare("$gt", _id, 5, SqlType.Integer);
        for (int depth = 0; depth < 100_000; depth++)
            deep = new ConnectorCall("$not", [deep], SqlType.Boolean);

        Assert.ThrowsAny<InsufficientExecutionStackException>(() => _pushdown.TryPush(_table, new PushFilter([deep])));
    }

    private static ConnectorCall Compare(string function, ColumnHandle column, object value, SqlType type) =>
        new(function, [new ConnectorColumn(column), new ConnectorConstant(value, type)], SqlType.Boolean);

    private static SqlTableHandle Push(SqlTableHandle handle, PushdownOperation operation) => Push(handle, operation, out _);

    private static SqlTableHandle Push(SqlTableHandle handle, PushdownOperation operation, out PushdownAccepted accepted)
    {
        accepted = Assert.IsType<PushdownAccepted>(_pushdown.TryPush(handle, operation));
        return (SqlTableHandle)accepted.Handle;
    }

    private static string Show(SqlTableHandle handle, params ColumnHandle[] columns) =>
        new SqlGenerator(_dialect, isShown: true).WriteScan(handle, columns, SqlTablePart.Whole).ToString();
}
