using QueryEngine.Connectors.DuckDb;
using QueryEngine.Connectors.DuckDb.Native;
using QueryEngine.Spi;

namespace QueryEngine.Connectors.Tests.DuckDb;

public sealed class DuckDbContractTests : ConnectorContractTests, IDisposable
{
    private readonly DuckDbFileOfTests _file = new();

    public void Dispose() => _file.Dispose();

    protected override async ValueTask<ContractSubject> OpenAsync()
    {
        DuckDbConnector connector = await _file.OpenAsync(("rows-per-split", "120"));
        using (DuckDbConnection connection = connector.Database.File.Connect())
        {
            connection.Execute(
                """
                CREATE SCHEMA "Con tract";
                CREATE TYPE mood AS ENUM ('sad', 'ok', 'happy');
                CREATE TABLE "Con tract"."Things" (id INTEGER PRIMARY KEY, tiny TINYINT, small SMALLINT, "Big" BIGINT NOT NULL, u1 UTINYINT, u2 USMALLINT, u4 UINTEGER, u8 UBIGINT,
                    huge HUGEINT, ratio DOUBLE, part FLOAT, price DECIMAL(12,2), little DECIMAL(4,1), medium DECIMAL(9,3), large DECIMAL(38,4), name VARCHAR, feeling mood, flag BOOLEAN,
                    data BLOB, day DATE, clock TIME, zoned TIMETZ, moment TIMESTAMP, seconds TIMESTAMP_S, millis TIMESTAMP_MS, nanos TIMESTAMP_NS, instant TIMESTAMPTZ,
                    span INTERVAL, uid UUID, doc JSON, bits BIT, list INTEGER[], texts VARCHAR[], trio INTEGER[3], pair STRUCT(x INTEGER, "y z" VARCHAR), pairs MAP(VARCHAR, INTEGER),
                    choice UNION(n INTEGER, s VARCHAR), "odd "" name" VARCHAR);
                INSERT INTO "Con tract"."Things" SELECT i,
                    CASE i % 5 WHEN 0 THEN NULL WHEN 1 THEN -128 WHEN 2 THEN 127 ELSE i % 100 END,
                    CASE i % 5 WHEN 0 THEN NULL WHEN 1 THEN -32768 ELSE i END,
                    CASE i % 7 WHEN 1 THEN 9223372036854775807 WHEN 2 THEN -9223372036854775808 ELSE i % 20 END,
                    CASE i % 3 WHEN 0 THEN NULL WHEN 1 THEN 255 ELSE i % 200 END, CASE i % 3 WHEN 0 THEN NULL WHEN 1 THEN 65535 ELSE i END,
                    CASE i % 3 WHEN 0 THEN NULL WHEN 1 THEN 4294967295 ELSE i END, CASE i % 3 WHEN 0 THEN NULL WHEN 1 THEN 18446744073709551615 ELSE i END,
                    CASE WHEN i % 3 = 0 THEN NULL WHEN i = 1 THEN 99999999999999999999999999999999999999 ELSE -i END,
                    CASE i % 7 WHEN 0 THEN NULL WHEN 1 THEN 'nan'::DOUBLE WHEN 2 THEN -0.0::DOUBLE WHEN 3 THEN 'inf'::DOUBLE WHEN 4 THEN 0.1 ELSE i / 8 END,
                    CASE i % 6 WHEN 0 THEN NULL WHEN 1 THEN 'nan'::FLOAT WHEN 2 THEN 0.1 ELSE i / 3 END,
                    CASE i % 6 WHEN 0 THEN NULL WHEN 1 THEN 9999999999.99 WHEN 2 THEN -0.01 ELSE i / 100 END,
                    CASE i % 6 WHEN 0 THEN NULL WHEN 1 THEN 999.9 WHEN 2 THEN -0.1 ELSE i / 10 END, CASE i % 6 WHEN 0 THEN NULL WHEN 1 THEN 999999.999 ELSE -i / 1000 END,
                    CASE WHEN i % 6 = 0 THEN NULL WHEN i = 1 THEN 5555555555555555555555555555555555.5555 WHEN i % 6 = 2 THEN -0.0001 ELSE i * 100000000000000000000 END,
                    CASE i % 9 WHEN 0 THEN NULL WHEN 1 THEN '' WHEN 2 THEN 'é' WHEN 3 THEN chr(128512) WHEN 4 THEN chr(57344) WHEN 5 THEN 'it''s \ %_' WHEN 6 THEN repeat('long ', 30) ELSE 'name' || (i % 30) END,
                    CASE i % 4 WHEN 0 THEN NULL WHEN 1 THEN 'sad' WHEN 2 THEN 'ok' ELSE 'happy' END::mood,
                    CASE i % 3 WHEN 0 THEN NULL ELSE i % 3 = 1 END, CASE i % 3 WHEN 0 THEN NULL WHEN 1 THEN ''::BLOB ELSE '\x00\xFF\x27'::BLOB END,
                    CASE i % 6 WHEN 0 THEN NULL WHEN 1 THEN DATE '0001-01-01' WHEN 2 THEN DATE '9999-12-31' ELSE DATE '1994-01-01' + (i % 50)::INTEGER END,
                    CASE i % 4 WHEN 0 THEN NULL WHEN 1 THEN TIME '23:59:59.999999' ELSE TIME '00:00' + to_minutes(i) END,
                    CASE i % 4 WHEN 0 THEN NULL WHEN 1 THEN '23:59:59.999999-08:30'::TIMETZ ELSE '12:00:00+01'::TIMETZ END,
                    CASE i % 4 WHEN 0 THEN NULL WHEN 1 THEN TIMESTAMP '1000-01-01 00:00:00.000001' ELSE TIMESTAMP '1969-12-31 23:59:59.5' + to_hours(i) END,
                    CASE i % 4 WHEN 0 THEN NULL ELSE (TIMESTAMP '1969-12-31 23:59:59' + to_hours(i))::TIMESTAMP_S END,
                    CASE i % 4 WHEN 0 THEN NULL ELSE (TIMESTAMP '1969-12-31 23:59:59.125' + to_hours(i))::TIMESTAMP_MS END,
                    CASE i % 4 WHEN 0 THEN NULL ELSE make_timestamp_ns(i * 1000000001) END,
                    CASE i % 4 WHEN 0 THEN NULL ELSE make_timestamptz(1585443600000000 + i * 3600000001) END,
                    CASE i % 4 WHEN 0 THEN NULL ELSE to_months((i % 20)::INTEGER) + to_days((i % 7)::INTEGER) + to_seconds(i) END,
                    CASE i % 3 WHEN 0 THEN NULL ELSE ('00000000-0000-0000-0000-' || lpad((i % 20)::VARCHAR, 12, '0'))::UUID END,
                    CASE i % 3 WHEN 0 THEN NULL ELSE json_object('a', i) END, CASE i % 3 WHEN 0 THEN NULL ELSE '0101'::BIT END,
                    CASE i % 4 WHEN 0 THEN NULL WHEN 1 THEN [] ELSE [i, NULL, 3] END, CASE i % 4 WHEN 0 THEN NULL ELSE ['a', 'a text that is longer', NULL] END,
                    (CASE i % 4 WHEN 0 THEN NULL ELSE [i, 2, 3] END)::INTEGER[3], CASE i % 4 WHEN 0 THEN NULL ELSE {'x': i, 'y z': 'v' || i} END,
                    CASE i % 4 WHEN 0 THEN NULL WHEN 1 THEN MAP {} ELSE MAP {'k' || i: i, 'z': NULL} END,
                    CASE i % 3 WHEN 0 THEN NULL WHEN 1 THEN i::INTEGER::UNION(n INTEGER, s VARCHAR) ELSE 'text'::UNION(n INTEGER, s VARCHAR) END, CASE i % 3 WHEN 0 THEN NULL ELSE 'x' || i % 3 END
                FROM range(1, 501) AS n(i);
                DELETE FROM "Con tract"."Things" WHERE id BETWEEN 100 AND 200;
                CREATE TABLE "Con tract"."a ""b"" ' c" ("select ; -- ?" VARCHAR);
                INSERT INTO "Con tract"."a ""b"" ' c" VALUES ('x');
                CREATE TABLE "Con tract".keyed (rowid INTEGER);
                INSERT INTO "Con tract".keyed VALUES (5), (6);
                CREATE VIEW "Con tract"."Se en" AS SELECT 1 AS x;
                CREATE TABLE "Con tract".large AS SELECT i, repeat('x', 100) AS filler FROM range(300000) AS n(i);
                """);
        }

        return new ContractSubject(new DuckDbConnectorFactory(), connector, new SchemaTableName("Con tract", "Things"))
        {
            OpenReadOnlyAsync = async () => await _file.OpenAsync(("read-only", "true")),
            HostileTables = [new("Con tract", "a \"b\" ' c"), new("Con tract", "keyed"), new("Con tract", "Se en")],
            LargeTable = new("Con tract", "large"),
        };
    }
}
