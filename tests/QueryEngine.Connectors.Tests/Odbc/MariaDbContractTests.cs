using QueryEngine.Connectors.Odbc.MariaDb;
using QueryEngine.Spi;
using QueryEngine.Tests.Servers;
using Xunit;

namespace QueryEngine.Connectors.Tests.Odbc;

[Collection(MariaDbTests.Name)]
public sealed class MariaDbContractTests(MariaDbServer server) : ConnectorContractTests
{
    protected override async ValueTask<ContractSubject> OpenAsync()
    {
        server.Execute(
            "DROP DATABASE IF EXISTS `Con tract`",
            "CREATE DATABASE `Con tract` CHARACTER SET latin1",
            """
            CREATE TABLE `Con tract`.`Things` (id int PRIMARY KEY, tiny tinyint, `Big` bigint, small smallint unsigned, medium mediumint, wide bigint unsigned,
                ratio double, half float, exact decimal(12,2), huge decimal(38,4), loose decimal(65,10),
                name varchar(50) CHARACTER SET utf8mb4 COLLATE utf8mb4_general_ci, plain varchar(20) CHARACTER SET utf8mb4 COLLATE utf8mb4_nopad_bin,
                padded varchar(20) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin, word varchar(20) CHARACTER SET latin1, code char(5), note text CHARACTER SET utf8mb4,
                flag boolean, bits bit(1), many bit(12), data varbinary(20), raw longblob, day date, clock time(6), moment datetime(6), second datetime, instant timestamp(3) NULL,
                ident uuid, doc json, feeling enum('sad', 'ok', 'happy'), several set('a', 'b'), since year, place point, address inet6) ENGINE = InnoDB
            """,
            """
            INSERT INTO `Con tract`.`Things` SELECT i,
                CASE i % 5 WHEN 0 THEN NULL WHEN 1 THEN 127 WHEN 2 THEN -128 ELSE i % 20 END,
                CASE i % 7 WHEN 0 THEN NULL WHEN 1 THEN 9223372036854775807 WHEN 2 THEN -9223372036854775808 ELSE i % 20 END,
                CASE i % 3 WHEN 0 THEN NULL WHEN 1 THEN 65535 ELSE i END, CASE i % 3 WHEN 0 THEN NULL WHEN 1 THEN -8388608 ELSE i END,
                CASE i % 3 WHEN 0 THEN NULL WHEN 1 THEN 18446744073709551615 ELSE i END,
                CASE i % 7 WHEN 0 THEN NULL WHEN 1 THEN 1.7976931348623157e308 WHEN 2 THEN -0.0 WHEN 3 THEN 0.1 ELSE i / 8e0 END,
                CASE i % 6 WHEN 0 THEN NULL WHEN 1 THEN 0.1 ELSE i / 3e0 END,
                CASE i % 6 WHEN 0 THEN NULL WHEN 1 THEN 9999999999.99 WHEN 2 THEN -0.01 ELSE i / 100.0 END,
                CASE WHEN i % 6 = 0 THEN NULL WHEN i = 1 THEN 5555555555555555555555555555555555.5555 WHEN i % 6 = 2 THEN -0.0001 ELSE i * 100000000000000000000.0 END,
                CASE i % 3 WHEN 0 THEN NULL ELSE 1234567890123456789012345678901234567890123456789012345.0123456789 END,
                CASE i % 11 WHEN 0 THEN NULL WHEN 1 THEN '' WHEN 2 THEN 'é' WHEN 3 THEN _utf8mb4 x'F09F9880' WHEN 4 THEN _utf8mb4 x'EE8080' WHEN 5 THEN 'it''s \\ %_' WHEN 6 THEN 'NAME7' WHEN 7 THEN 'name7 ' ELSE concat('name', i % 30) END,
                CASE i % 5 WHEN 0 THEN NULL WHEN 1 THEN concat('A', i % 7) WHEN 2 THEN 'a1 ' ELSE concat('a', i % 7) END,
                CASE i % 5 WHEN 0 THEN NULL WHEN 1 THEN concat('A', i % 7) WHEN 2 THEN 'a1 ' ELSE concat('a', i % 7) END,
                CASE i % 5 WHEN 0 THEN NULL WHEN 1 THEN 'ÄÖ' WHEN 2 THEN 'äö' ELSE concat('b', i % 7) END,
                CASE i % 4 WHEN 0 THEN 'ab  ' WHEN 1 THEN 'ab' WHEN 2 THEN NULL ELSE 'ABCDE' END,
                CASE i % 4 WHEN 0 THEN NULL WHEN 1 THEN repeat('ü', 3000) ELSE concat('note ', i % 9) END,
                CASE i % 3 WHEN 0 THEN NULL ELSE i % 3 = 1 END, CASE i % 3 WHEN 0 THEN NULL WHEN 1 THEN b'1' ELSE b'0' END, CASE i % 3 WHEN 0 THEN NULL ELSE i END,
                CASE i % 3 WHEN 0 THEN NULL WHEN 1 THEN '' ELSE x'00ff27' END, CASE i % 3 WHEN 0 THEN NULL WHEN 1 THEN repeat('x', 70000) ELSE x'00ff27' END,
                CASE i % 5 WHEN 0 THEN NULL WHEN 1 THEN '1000-01-01' WHEN 2 THEN '9999-12-31' ELSE date_add('1994-01-01', INTERVAL i % 50 DAY) END,
                CASE i % 4 WHEN 0 THEN NULL WHEN 1 THEN '23:59:59.999999' ELSE sec_to_time(i * 60) END,
                CASE i % 4 WHEN 0 THEN NULL WHEN 1 THEN '1000-01-01 00:00:00.000001' ELSE date_add('1969-12-31 23:59:59.5', INTERVAL i HOUR) END,
                CASE i % 4 WHEN 0 THEN NULL ELSE date_add('1969-12-31 23:59:59', INTERVAL i HOUR) END,
                CASE i % 4 WHEN 0 THEN NULL ELSE date_add('2020-03-29 01:30:00.125', INTERVAL i HOUR) END,
                CASE i % 3 WHEN 0 THEN NULL ELSE concat('00000000-0000-0000-0000-', lpad(i % 20, 12, '0')) END,
                CASE i % 3 WHEN 0 THEN NULL ELSE json_object('a', i) END,
                CASE i % 4 WHEN 0 THEN NULL WHEN 1 THEN 'sad' WHEN 2 THEN 'ok' ELSE 'happy' END, CASE i % 4 WHEN 0 THEN NULL WHEN 1 THEN 'a,b' WHEN 2 THEN '' ELSE 'b' END,
                1990 + i % 20, CASE i % 3 WHEN 0 THEN NULL ELSE point(i, 2) END, CASE i % 3 WHEN 0 THEN NULL ELSE '::1' END
            FROM (SELECT seq AS i FROM seq_1_to_500) AS n
            """,
            "CREATE TABLE `Con tract`.`a \"b\" ' \\\\ c``d` (`select ; -- ?{x` text)",
            "INSERT INTO `Con tract`.`a \"b\" ' \\\\ c``d` VALUES ('x')",
            "CREATE TABLE `Con tract`.`MIXED` (x int)",
            "CREATE VIEW `Con tract`.`mixed` AS SELECT 1 AS x",
            "INSERT INTO `Con tract`.`MIXED` VALUES (1)",
            "CREATE TABLE `Con tract`.large (i int PRIMARY KEY, filler varchar(100))",
            "INSERT INTO `Con tract`.large SELECT seq, repeat('x', 100) FROM seq_1_to_300000",
            "ANALYZE TABLE `Con tract`.`Things`, `Con tract`.large");
        MariaDbConnector connector = await MariaDbTests.OpenAsync(server, ("rows-per-split", "40"));
        return new ContractSubject(new MariaDbConnectorFactory(), connector, new SchemaTableName("Con tract", "Things"))
        {
            HostileTables = [new("Con tract", "a \"b\" ' \\\\ c`d"), new("Con tract", "MIXED"), new("Con tract", "mixed")],
            LargeTable = new("Con tract", "large"),
            Server = new ContractServer(server.Port, async port => await MariaDbTests.OpenAsync(server, ("port", $"{port}"), ("rows-per-split", "1000000"))),
        };
    }
}
