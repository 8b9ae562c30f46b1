using QueryEngine.Connectors.AdoNet;
using QueryEngine.Connectors.Odbc.MariaDb;
using QueryEngine.Connectors.Odbc.Products;
using QueryEngine.Spi;
using Xunit;

namespace QueryEngine.Connectors.Tests.Odbc;

/// <summary>The SQL of products that are not here to be asked: SQL Server, Oracle, DB2, MySQL.</summary>
public sealed class ProductDialectTests
{
    private static readonly SqlTableHandle _table = new(new RemoteTable("dbo", "or]de`rs", "TABLE"));
    private static readonly SqlColumn _id = new("id", SqlType.Integer, "int");
    private static readonly SqlColumn _big = new("big", SqlType.BigInt, "bigint");
    private static readonly SqlColumn _price = new("price", SqlType.Decimal(12, 2), "decimal");
    private static readonly SqlColumn _day = new("day", SqlType.Date, "date");
    private static readonly SqlColumn _name = new("name", SqlType.Varchar, "varchar", SqlComparison.None, "text is compared by a collation of the source that the driver does not tell");
    private static readonly SqlColumn _flag = new("flag", SqlType.Boolean, "bit");

    [Theory]
    [InlineData("sqlserver", "SELECT TOP (3) [id], [price] FROM [dbo].[or]]de`rs] WHERE ([id] > 5) AND ([day] >= '2020-02-29') ORDER BY CASE WHEN [price] IS NULL THEN 1 ELSE 0 END, [price] ASC, [id] ASC")]
    [InlineData("oracle", "SELECT \"id\", \"price\" FROM \"dbo\".\"or]de`rs\" WHERE (\"id\" > 5) AND (\"day\" >= '2020-02-29') ORDER BY \"price\" ASC NULLS LAST, \"id\" ASC NULLS FIRST FETCH FIRST 3 ROWS ONLY")]
    [InlineData("db2", "SELECT \"id\", \"price\" FROM \"dbo\".\"or]de`rs\" WHERE (\"id\" > 5) AND (\"day\" >= '2020-02-29') ORDER BY \"price\" ASC NULLS LAST, \"id\" ASC NULLS FIRST FETCH FIRST 3 ROWS ONLY")]
    [InlineData("mysql", "SELECT `id`, `price` FROM `dbo`.`or]de``rs` WHERE (`id` > 5) AND (`day` >= DATE'2020-02-29') ORDER BY (`price` IS NULL), `price` ASC, `id` ASC LIMIT 3")]
    public void Filters_and_top_n(string product, string expected)
    {
        SqlDialect dialect = Dialect(product);
        SqlTableHandle handle = Push(dialect, _table, new PushFilter([Compare("$gt", _id, 5, SqlType.Integer), Compare("$ge", _day, 18_321, SqlType.Date)]));
        handle = Push(dialect, handle, new PushTopN(3, [new ConnectorSortKey(_price, Descending: false, NullsFirst: false), new ConnectorSortKey(_id, false, NullsFirst: true)]));

        Assert.Equal(expected, Show(dialect, handle, _id, _price));
    }

    [Theory]
    [InlineData("sqlserver", "SELECT [id], CAST(COUNT_BIG(*) AS bigint), CAST(SUM(CAST([id] AS bigint)) AS bigint), CAST(SUM(CAST([big] AS decimal(38,0))) AS decimal(38,0)), CAST(max([price]) AS decimal(12,2)) FROM [dbo].[or]]de`rs] GROUP BY [id]")]
    [InlineData("oracle", "SELECT \"id\", CAST(count(*) AS NUMBER(19,0)), CAST(SUM(CAST(\"id\" AS NUMBER(19,0))) AS NUMBER(19,0)), CAST(SUM(CAST(\"big\" AS NUMBER(38,0))) AS NUMBER(38,0)), CAST(max(\"price\") AS NUMBER(12,2)) FROM \"dbo\".\"or]de`rs\" GROUP BY \"id\"")]
    public void Groups_with_sums_that_do_not_overflow(string product, string expected)
    {
        SqlDialect dialect = Dialect(product);
        SqlTableHandle handle = Push(
            dialect,
            _table,
            new PushAggregation(
                [_id],
                [
                    new ConnectorAggregate("count", [], SqlType.BigInt), new ConnectorAggregate("sum", [new ConnectorColumn(_id)], SqlType.BigInt),
                    new ConnectorAggregate("sum", [new ConnectorColumn(_big)], SqlType.Decimal(38, 0)), new ConnectorAggregate("max", [new ConnectorColumn(_price)], _price.Type),
                ]),
            out PushdownAccepted answer);

        Assert.Equal(expected, Show(dialect, handle, [.. answer.Outputs]));
    }

    [Fact]
    public void A_sum_of_more_digits_than_db2_has_is_left_to_the_engine()
    {
        PushdownAnswer answer = new SqlPushdown(Dialect("db2")).TryPush(
            _table, new PushAggregation([], [new ConnectorAggregate("sum", [new ConnectorColumn(_big)], SqlType.Decimal(38, 0))]));

        Assert.Equal("decimal(38,0) is left to the engine", Assert.IsType<PushdownRefused>(answer).Reason);
    }

    [Theory]
    [InlineData("sqlserver", "SELECT l.c0, r.c0 FROM (SELECT [id] AS c0 FROM [dbo].[or]]de`rs]) AS l FULL JOIN (SELECT [id] AS c0 FROM [dbo].[or]]de`rs]) AS r ON (l.c0 = r.c0)")]
    [InlineData("oracle", "SELECT l.c0, r.c0 FROM (SELECT \"id\" AS c0 FROM \"dbo\".\"or]de`rs\") l FULL JOIN (SELECT \"id\" AS c0 FROM \"dbo\".\"or]de`rs\") r ON (l.c0 = r.c0)")]
    [InlineData("db2", "SELECT l.c0, r.c0 FROM (SELECT \"id\" AS c0 FROM \"dbo\".\"or]de`rs\") AS l FULL JOIN (SELECT \"id\" AS c0 FROM \"dbo\".\"or]de`rs\") AS r ON (l.c0 = r.c0)")]
    public void Joins(string product, string expected)
    {
        SqlDialect dialect = Dialect(product);
        var equal = new ConnectorCall("$eq", [new ConnectorJoinColumn(IsOfRight: false, 0, _id.Type), new ConnectorJoinColumn(IsOfRight: true, 0, _id.Type)], SqlType.Boolean);
        SqlTableHandle handle = Push(dialect, _table, new PushJoin(ConnectorJoinKind.Full, _table, [_id], [_id], [equal]), out PushdownAccepted answer);

        Assert.Equal(expected, Show(dialect, handle, [.. answer.Outputs]));
    }

    [Theory]
    [InlineData("sqlserver", "SELECT COUNT_BIG(*) FROM (SELECT TOP (7) 1 AS c0 FROM [dbo].[or]]de`rs]) AS q")]
    [InlineData("oracle", "SELECT count(*) FROM (SELECT 1 FROM \"dbo\".\"or]de`rs\" FETCH FIRST 7 ROWS ONLY) q")]
    [InlineData("db2", "SELECT count(*) FROM (SELECT 1 FROM \"dbo\".\"or]de`rs\" FETCH FIRST 7 ROWS ONLY) AS q")]
    public void Counts_of_limited_rows(string product, string expected)
    {
        SqlDialect dialect = Dialect(product);

        Assert.Equal(expected, Show(dialect, Push(dialect, _table, new PushLimit(7))));
    }

    [Theory]
    [InlineData("sqlserver", "(CAST(DATEPART(YEAR, [day]) AS bigint) = 2020)")]
    [InlineData("oracle", "(CAST(EXTRACT(YEAR FROM \"day\") AS NUMBER(19,0)) = 2020)")]
    [InlineData("db2", "(CAST(YEAR(\"day\") AS BIGINT) = 2020)")]
    public void Parts_of_dates(string product, string expected)
    {
        SqlDialect dialect = Dialect(product);
        var year = new ConnectorCall("year", [new ConnectorColumn(_day)], SqlType.BigInt);
        SqlTableHandle handle = Push(dialect, _table, new PushFilter([new ConnectorCall("$eq", [year, new ConnectorConstant(2020L, SqlType.BigInt)], SqlType.Boolean)]));

        Assert.EndsWith($" WHERE {expected}", Show(dialect, handle, _id), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("sqlserver")]
    [InlineData("oracle")]
    [InlineData("db2")]
    public void Text_is_compared_again_and_truth_is_no_value(string product)
    {
        SqlDialect dialect = Dialect(product);
        var pushdown = new SqlPushdown(dialect);

        var text = Assert.IsType<PushdownAccepted>(pushdown.TryPush(_table, new PushFilter([Compare("$eq", _name, "it's", SqlType.Varchar)])));
        Assert.Single(text.Residual);
        Assert.EndsWith(" IN ('it''s'))", Show(dialect, (SqlTableHandle)text.Handle, _id), StringComparison.Ordinal);
        Assert.Equal("the source has no values of truth", Assert.IsType<PushdownRefused>(pushdown.TryPush(_table, new PushFilter([new ConnectorColumn(_flag)]))).Reason);
        Assert.IsType<PushdownRefused>(pushdown.TryPush(_table, new PushProjection([Compare("$gt", _id, 5, SqlType.Integer)])));
        Assert.IsType<PushdownRefused>(pushdown.TryPush((SqlTableHandle)text.Handle, new PushLimit(1)));
    }

    [Theory]
    [InlineData("sqlserver", "DRIVER={ODBC Driver 18 for SQL Server};SERVER={db.example.com,1433};DATABASE=shop;UID=me;PWD={a;b}}c};Encrypt=yes")]
    [InlineData("oracle", "DRIVER={Oracle 23 ODBC driver};DBQ=//db.example.com:1521/shop;UID=me;PWD={a;b}}c};Encrypt=yes")]
    [InlineData("db2", "DRIVER={IBM DB2 ODBC DRIVER};HOSTNAME=db.example.com;PORT=50000;PROTOCOL=TCPIP;DATABASE=shop;UID=me;PWD={a;b}}c};Encrypt=yes")]
    public void A_URL_becomes_a_connection_string_that_no_value_breaks(string product, string expected)
    {
        ProductConnectorFactory factory = product switch
        {
            "sqlserver" => new SqlServerConnectorFactory(),
            "oracle" => new OracleConnectorFactory(),
            _ => new Db2ConnectorFactory(),
        };
        PropertyBag properties = PropertyBag.Check(
            product, factory.Properties, factory.ParseUrl(new Uri($"{product}://me:a%3Bb%7Dc@db.example.com/shop?driver_options=Encrypt%3Dyes")));

        Assert.Equal(expected, factory.ConnectionString(properties));
    }

    private static SqlDialect Dialect(string product) => product switch
    {
        "sqlserver" => new SqlServerDialect(),
        "oracle" => new OracleDialect(),
        "db2" => new Db2Dialect(),
        _ => new MariaDbDialect(isMySql: true),
    };

    private static ConnectorCall Compare(string function, ColumnHandle column, object value, SqlType type) =>
        new(function, [new ConnectorColumn(column), new ConnectorConstant(value, type)], SqlType.Boolean);

    private static SqlTableHandle Push(SqlDialect dialect, SqlTableHandle handle, PushdownOperation operation) => Push(dialect, handle, operation, out _);

    private static SqlTableHandle Push(SqlDialect dialect, SqlTableHandle handle, PushdownOperation operation, out PushdownAccepted accepted)
    {
        accepted = Assert.IsType<PushdownAccepted>(new SqlPushdown(dialect).TryPush(handle, operation));
        return (SqlTableHandle)accepted.Handle;
    }

    private static string Show(SqlDialect dialect, SqlTableHandle handle, params ColumnHandle[] columns) =>
        new SqlGenerator(dialect, isShown: true).WriteScan(handle, columns, SqlTablePart.Whole).ToString();
}
