using QueryEngine.Connectors.Sqlite;
using QueryEngine.Spi;

namespace QueryEngine.Connectors.Tests.Sqlite;

public sealed class SqliteContractTests : ConnectorContractTests, IDisposable
{
    private readonly SqliteFile _file = new();

    public void Dispose() => _file.Dispose();

    protected override async ValueTask<ContractSubject> OpenAsync()
    {
        _file.Execute(
            """
            CREATE TABLE "Things" (id INTEGER PRIMARY KEY, "Big" BIGINT, ratio DOUBLE, name TEXT, nick TEXT COLLATE NOCASE, code CHAR(4), flag BOOLEAN,
                data BLOB, price DECIMAL(12,2), huge DECIMAL(38,4), day DATE, moment TIMESTAMP, "odd "" name" VARCHAR(10), anything)
            """,
            """
            INSERT INTO "Things" WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 400)
            SELECT i, CASE i % 7 WHEN 0 THEN NULL WHEN 1 THEN 9223372036854775807 WHEN 2 THEN -9223372036854775808 ELSE i % 20 END,
                CASE i % 5 WHEN 0 THEN NULL WHEN 1 THEN 1e308 * 10 WHEN 2 THEN -0.0 ELSE i / 8.0 END,
                CASE i % 9 WHEN 0 THEN NULL WHEN 1 THEN '' WHEN 2 THEN 'é' WHEN 3 THEN char(128512) WHEN 4 THEN char(57344) WHEN 5 THEN 'it''s \ %_' ELSE 'name' || (i % 30) END,
                CASE i % 4 WHEN 0 THEN NULL WHEN 1 THEN 'Abc' WHEN 2 THEN 'aBC' ELSE 'abd' END,
                CASE i % 4 WHEN 0 THEN 'ab  ' WHEN 1 THEN 'ab' WHEN 2 THEN NULL ELSE 'abcd' END,
                CASE i % 3 WHEN 0 THEN NULL ELSE i % 3 = 1 END,
                CASE i % 3 WHEN 0 THEN NULL WHEN 1 THEN x'' ELSE x'00ff27' END,
                CASE i % 6 WHEN 0 THEN NULL WHEN 1 THEN i WHEN 2 THEN '12.345' ELSE i / 100.0 END,
                CASE i % 6 WHEN 0 THEN NULL WHEN 1 THEN -i WHEN 2 THEN 1e20 ELSE i / 10000.0 END,
                CASE i % 6 WHEN 0 THEN NULL WHEN 1 THEN i * 86400 WHEN 2 THEN 2440587.5 + i WHEN 3 THEN '1994-01-01 23:59:59' ELSE date('1994-01-01', (i % 50) || ' days') END,
                CASE i % 5 WHEN 0 THEN NULL WHEN 1 THEN i * 3600 WHEN 2 THEN '2020-02-29T23:59:59.123456Z' ELSE datetime('1994-01-01', i || ' hours') END,
                CASE i % 3 WHEN 0 THEN NULL ELSE 'x' || i % 3 END,
                CASE i % 5 WHEN 0 THEN NULL WHEN 1 THEN i WHEN 2 THEN i / 3.0 ELSE 'text' END FROM n
            """,
            "DELETE FROM \"Things\" WHERE id BETWEEN 100 AND 200",
            "CREATE TABLE \"a \"\"b\"\" ' c\" (\"select\" TEXT)",
            "INSERT INTO \"a \"\"b\"\" ' c\" VALUES ('x')",
            "CREATE TABLE keyed (k TEXT PRIMARY KEY, rowid INTEGER) WITHOUT ROWID",
            "INSERT INTO keyed VALUES ('a', 1), ('b', 2)");
        return new ContractSubject(new SqliteConnectorFactory(), await _file.OpenAsync(), new SchemaTableName("main", "Things"))
        {
            OpenReadOnlyAsync = async () => await _file.OpenAsync(("read-only", "true")),
            HostileTables = [new("main", "a \"b\" ' c"), new("main", "keyed")],
        };
    }
}
