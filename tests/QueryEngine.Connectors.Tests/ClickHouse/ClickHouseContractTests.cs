using System.Globalization;
using QueryEngine.Connectors.ClickHouse;
using QueryEngine.Spi;
using QueryEngine.Tests.Servers;
using Xunit;

namespace QueryEngine.Connectors.Tests.ClickHouse;

/// <summary>The server of all ClickHouse tests.</summary>
[CollectionDefinition(Name)]
public sealed class ClickHouseTestCollection : ICollectionFixture<ClickHouseServerOfTests>
{
    public const string Name = "clickhouse";

    internal static async Task<ClickHouseConnector> OpenAsync(ClickHouseServerOfTests server, params (string Name, string Value)[] properties)
    {
        var factory = new ClickHouseConnectorFactory();
        Dictionary<string, string> all = new(factory.ParseUrl(new Uri(server.Url)));
        foreach ((string name, string value) in properties)
            all[name] = value;
        return (ClickHouseConnector)await factory.CreateAsync(new ConnectorContext("click"), PropertyBag.Check("clickhouse", factory.Properties, all), default);
    }
}

[Collection(ClickHouseTestCollection.Name)]
public sealed class ClickHouseContractTests(ClickHouseServerOfTests server) : ConnectorContractTests
{
    protected override async ValueTask<ContractSubject> OpenAsync()
    {
        await server.ExecuteAsync(
            "DROP DATABASE IF EXISTS `Con tract`",
            "CREATE DATABASE `Con tract`",
            """
            CREATE TABLE `Con tract`.`Things` (id Int32, tiny Nullable(Int8), `Big` Nullable(Int64), small Nullable(Int16), byte Nullable(UInt8), word Nullable(UInt16),
                wide Nullable(UInt32), widest UInt64, ratio Nullable(Float64), half Nullable(Float32), exact Nullable(Decimal(9,2)), more Decimal(18,3), huge Nullable(Decimal(38,4)),
                name Nullable(String), plain String, short LowCardinality(String), fixed Nullable(FixedString(4)), day Nullable(Date), moment Nullable(DateTime), instant DateTime('Europe/Berlin'),
                ident Nullable(UUID), feeling Nullable(Enum8('sad' = -1, 'o\'k' = 2, 'happy' = 3)), mood Enum16('a' = 1, 'b' = 300), list Array(Nullable(Int32)), nested Array(Array(String)),
                pair Tuple(Int32, String))
            ENGINE = MergeTree ORDER BY id
            """,
            """
            INSERT INTO `Con tract`.`Things` SELECT i,
                if(i % 5 = 0, NULL, toInt8(if(i % 5 = 1, 127, if(i % 5 = 2, -128, i % 20)))), if(i % 7 = 0, NULL, if(i % 7 = 1, toInt64(9223372036854775807), toInt64(i % 20))),
                if(i % 3 = 0, NULL, toInt16(i)), if(i % 3 = 0, NULL, toUInt8(i)), if(i % 3 = 0, NULL, 65535 - i), if(i % 3 = 0, NULL, 4294967295 - i), toUInt64(18446744073709551615) - toUInt64(i % 10),
                if(i % 7 = 0, NULL, if(i % 7 = 1, nan, if(i % 7 = 2, -0.0, i / 8))), if(i % 6 = 0, NULL, toFloat32(i / 3)),
                if(i % 6 = 0, NULL, toDecimal32(i, 2)), toDecimal64(i % 30, 3), if(i % 6 = 0, NULL, toDecimal128('5555555555555555555555555555555555.5555', 4)),
                if(i % 9 = 0, NULL, arrayElement(['', 'é', '😀', 'it\'s \\ %_', 'NAME7', 'name7 ', 'a\0b', concat('name', toString(i % 30))], i % 8 + 1)), concat('a', toString(i % 7)),
                arrayElement(['x', 'y', 'Z'], i % 3 + 1), if(i % 4 = 0, NULL, toFixedString('ab', 4)), if(i % 5 = 0, NULL, toDate('1994-01-01') + i % 50),
                if(i % 4 = 0, NULL, toDateTime('1994-01-01 23:59:59') + i * 3600), toDateTime('2020-03-29 00:30:00') + i * 600,
                if(i % 3 = 0, NULL, toUUID(concat('00000000-0000-0000-0000-0000000000', toString(10 + i % 20)))),
                if(i % 4 = 0, NULL, CAST(arrayElement(['sad', 'o\'k', 'happy'], i % 3 + 1) AS Enum8('sad' = -1, 'o\'k' = 2, 'happy' = 3))), if(i % 2 = 0, 'a', 'b'),
                arraySlice([i, NULL, toInt32(5)], 1, i % 4), arraySlice([['x', toString(i)], [''], ['y']], 1, i % 3), (i, 'member')
            FROM (SELECT toInt32(number) AS i FROM system.numbers LIMIT 500)
            """,
            "CREATE TABLE `Con tract`.`a \"b\" ' c\\`d` (`select ; -- ?{x` String) ENGINE = Log",
            "INSERT INTO `Con tract`.`a \"b\" ' c\\`d` VALUES ('x')",
            "CREATE TABLE `Con tract`.`MIXED` (x Int32) ENGINE = TinyLog",
            "INSERT INTO `Con tract`.`MIXED` VALUES (1)",
            "CREATE VIEW `Con tract`.`mixed` AS SELECT 1 AS x",
            "CREATE DATABASE IF NOT EXISTS large",
            "CREATE TABLE IF NOT EXISTS large.large (i Int64, filler String) ENGINE = MergeTree ORDER BY filler");
        if (await server.QueryAsync("SELECT count() FROM large.large") == "0")
            await server.ExecuteAsync("INSERT INTO large.large SELECT number, concat(toString(number), ' and so that it takes its time some more text in every row of the table') FROM system.numbers LIMIT 2000000");
        ClickHouseConnector connector = await ClickHouseTestCollection.OpenAsync(server, ("rows-per-split", "100"));
        return new ContractSubject(new ClickHouseConnectorFactory(), connector, new SchemaTableName("Con tract", "Things"))
        {
            HostileTables = [new("Con tract", "a \"b\" ' c`d"), new("Con tract", "MIXED"), new("Con tract", "mixed")],
            LargeTable = new("large", "large"),
            Secrets = [ClickHouseServerOfTests.Password],
            RunningQueries = async () => long.Parse(
                await server.QueryAsync("SELECT count() FROM system.processes WHERE query LIKE '%filler%' AND query NOT LIKE '%system.processes%'"), CultureInfo.InvariantCulture),
        };
    }
}
