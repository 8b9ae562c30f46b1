using QueryEngine.Connectors.PostgreSql;
using QueryEngine.Spi;
using QueryEngine.Tests.Servers;
using Xunit;

namespace QueryEngine.Connectors.Tests.PostgreSql;

[Collection(PostgresTests.Name)]
public sealed class PostgresContractTests(PostgresServer server) : ConnectorContractTests
{
    protected override async ValueTask<ContractSubject> OpenAsync()
    {
        await server.ExecuteAsync(
            "DROP SCHEMA IF EXISTS \"Con tract\" CASCADE; CREATE SCHEMA \"Con tract\"; SET search_path = \"Con tract\"; DROP TYPE IF EXISTS public.mood; "
            + "CREATE TYPE public.mood AS ENUM ('sad', 'ok', 'happy'); CREATE DOMAIN \"Con tract\".small AS int CHECK (value < 1000)",
            """
            CREATE TABLE "Con tract"."Things" (id int PRIMARY KEY, tiny smallint, "Big" bigint, ratio double precision, half real, exact numeric(12,2), huge numeric(38,4),
                loose numeric, name text, plain text COLLATE "C", word varchar(20) COLLATE "und-x-icu", code char(5), flag boolean, data bytea, day date,
                clock time, moment timestamp, instant timestamptz(3), span interval, days interval day to second, years interval year to month,
                ident uuid, doc jsonb, raw json, numbers int[], words text[], feeling public.mood, cost money, address inet, bits bit(3), part "Con tract".small, stamp timetz)
            """,
            """
            INSERT INTO "Con tract"."Things" SELECT i,
                CASE i % 5 WHEN 0 THEN NULL WHEN 1 THEN 32767 WHEN 2 THEN -32768 ELSE i % 20 END,
                CASE i % 7 WHEN 0 THEN NULL WHEN 1 THEN 9223372036854775807 WHEN 2 THEN -9223372036854775808 ELSE i % 20 END,
                CASE i % 7 WHEN 0 THEN NULL WHEN 1 THEN 'NaN' WHEN 2 THEN '-Infinity' WHEN 3 THEN 'Infinity' WHEN 4 THEN 5e-324 ELSE i / 8.0 END,
                CASE i % 6 WHEN 0 THEN NULL WHEN 1 THEN 'NaN' ELSE i / 3.0 END,
                CASE i % 6 WHEN 0 THEN NULL WHEN 1 THEN 9999999999.99 WHEN 2 THEN -0.01 ELSE i / 100.0 END,
                CASE WHEN i % 6 = 0 THEN NULL WHEN i = 1 THEN 5555555555555555555555555555555555.5555 WHEN i % 6 = 2 THEN -0.0001 ELSE i * 1e20 END,
                CASE WHEN i % 6 = 0 THEN NULL WHEN i = 1 THEN 1234567890123456789012345678.0123456789 WHEN i % 6 = 2 THEN 1e-10 ELSE i END,
                CASE i % 9 WHEN 0 THEN NULL WHEN 1 THEN '' WHEN 2 THEN 'é' WHEN 3 THEN U&'\+01F600' WHEN 4 THEN U&'\E000' WHEN 5 THEN 'it''s \ %_' ELSE 'name' || (i % 30) END,
                CASE i % 5 WHEN 0 THEN NULL WHEN 1 THEN 'A' || i % 7 ELSE 'a' || i % 7 END,
                CASE i % 5 WHEN 0 THEN NULL WHEN 1 THEN 'Z' ELSE 'b' || i % 7 END,
                CASE i % 4 WHEN 0 THEN 'ab  ' WHEN 1 THEN 'ab' WHEN 2 THEN NULL ELSE 'abcde' END,
                CASE i % 3 WHEN 0 THEN NULL ELSE i % 3 = 1 END,
                CASE i % 3 WHEN 0 THEN NULL WHEN 1 THEN ''::bytea ELSE '\x00ff27'::bytea END,
                CASE i % 5 WHEN 0 THEN NULL WHEN 1 THEN '4713-01-01 BC'::date WHEN 2 THEN '9999-12-31'::date ELSE '1994-01-01'::date + i % 50 END,
                CASE i % 4 WHEN 0 THEN NULL WHEN 1 THEN '23:59:59.999999'::time ELSE '00:00'::time + i * '1 minute'::interval END,
                CASE i % 4 WHEN 0 THEN NULL WHEN 1 THEN '0001-01-01 00:00:00.000001'::timestamp ELSE '1969-12-31 23:59:59.5'::timestamp + i * '1 hour'::interval END,
                CASE i % 4 WHEN 0 THEN NULL ELSE '2020-03-29 01:30+02'::timestamptz + i * '1 hour'::interval END,
                CASE i % 3 WHEN 0 THEN NULL ELSE i * '1 month 2 days'::interval END,
                CASE i % 3 WHEN 0 THEN NULL WHEN 1 THEN '-1 day 1 microsecond'::interval ELSE i * '25 hours'::interval END,
                CASE i % 3 WHEN 0 THEN NULL ELSE (i % 40) * '1 month'::interval END,
                CASE i % 3 WHEN 0 THEN NULL ELSE md5((i % 20)::text)::uuid END,
                CASE i % 3 WHEN 0 THEN NULL ELSE jsonb_build_object('a', i) END,
                CASE i % 3 WHEN 0 THEN NULL ELSE '{"b" :  1}'::json END,
                CASE i % 4 WHEN 0 THEN NULL WHEN 1 THEN '{}'::int[] ELSE ARRAY[i, NULL, -i] END,
                CASE i % 4 WHEN 0 THEN NULL WHEN 1 THEN ARRAY[NULL, '']::text[] ELSE ARRAY['é', 'x"y,z'] END,
                CASE i % 4 WHEN 0 THEN NULL WHEN 1 THEN 'sad' WHEN 2 THEN 'ok' ELSE 'happy' END::public.mood,
                CASE i % 3 WHEN 0 THEN NULL ELSE i::money END, '10.0.0.1'::inet + i % 5, (i % 8)::bit(3), i % 100, '12:00+02'::timetz
            FROM generate_series(1, 500) i
            """,
            "CREATE TABLE \"Con tract\".\"a \"\"b\"\" ' \\ c\" (\"select ; --\" text)",
            "INSERT INTO \"Con tract\".\"a \"\"b\"\" ' \\ c\" VALUES ('x')",
            "CREATE TABLE \"Con tract\".\"MIXED\" (x int)",
            "CREATE VIEW \"Con tract\".\"mixed\" AS SELECT 1 AS x",
            "INSERT INTO \"Con tract\".\"MIXED\" VALUES (1)",
            "CREATE TABLE \"Con tract\".large AS SELECT i, repeat('x', 100) AS filler FROM generate_series(1, 300000) i",
            "ANALYZE \"Con tract\".\"Things\"");
        PostgresConnector connector = await PostgresTests.OpenAsync(server, ("pages-per-split", "4"));
        return new ContractSubject(new PostgresConnectorFactory(), connector, new SchemaTableName("Con tract", "Things"))
        {
            HostileTables = [new("Con tract", "a \"b\" ' \\ c"), new("Con tract", "MIXED"), new("Con tract", "mixed")],
            LargeTable = new("Con tract", "large"),
            OpenReadOnlyAsync = async () => await PostgresTests.OpenAsync(server, ("read-only", "true")),
            Server = new ContractServer(server.Port, async port => await PostgresTests.OpenAsync(server, ("port", $"{port}"), ("pages-per-split", "100000"))),
            Secrets = [PostgresServer.Password],
            RunningQueries = () => server.QueryAsync<long>("SELECT count(*) FROM pg_stat_activity WHERE state = 'active' AND pid <> pg_backend_pid() AND query LIKE '%large%'"),
        };
    }
}
