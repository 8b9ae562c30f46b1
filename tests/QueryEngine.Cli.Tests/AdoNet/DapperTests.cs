using Dapper;
using QueryEngine.Client;
using Xunit;

namespace QueryEngine.Cli.Tests.AdoNet;

public sealed class DapperTests
{
    [Fact]
    public void Maps_rows_to_objects()
    {
        using var connection = new QueryEngineConnection(Embedded.ConnectionString);

        List<Nation> nations = [.. connection.Query<Nation>("SELECT n_nationkey AS Key, n_name AS Name FROM nation WHERE n_regionkey = @region ORDER BY 1", new { region = 1 })];

        Assert.Equal(["ARGENTINA", "BRAZIL", "CANADA", "PERU", "UNITED STATES"], nations.Select(nation => nation.Name));
        Assert.Equal(1, nations[0].Key);
        Assert.Equal(System.Data.ConnectionState.Closed, connection.State);
    }

    [Fact]
    public async Task Maps_every_common_type()
    {
        await using var connection = new QueryEngineConnection(Embedded.ConnectionString);

        Everything row = await connection.QuerySingleAsync<Everything>(
            """
            SELECT o_orderdate AS Day, o_orderdate AS Date, o_totalprice AS Price, CAST(o_totalprice AS double) AS Approximately, o_orderkey AS Key,
                   o_orderkey AS Short, CAST(NULL AS integer) AS Nothing, true AS Flag, TIMESTAMP '2024-01-02 03:04:05' AS Time,
                   UUID '00112233-4455-6677-8899-aabbccddeeff' AS Id, 'Friday' AS Weekday
            FROM orders WHERE o_orderkey = @Key
            """,
            new { Key = 1L });

        Assert.Equal(new DateOnly(1996, 1, 2), row.Day);
        Assert.Equal(new DateTime(1996, 1, 2), row.Date);
        Assert.Equal((1L, 1, null, true), (row.Key, row.Short, row.Nothing, row.Flag));
        Assert.Equal((double)row.Price, row.Approximately);
        Assert.Equal((new DateTime(2024, 1, 2, 3, 4, 5), DayOfWeek.Friday), (row.Time, row.Weekday));
    }

    [Fact]
    public async Task Gives_scalars_dynamic_rows_and_several_results()
    {
        await using var connection = new QueryEngineConnection(Embedded.ConnectionString);

        Assert.Equal(25L, await connection.ExecuteScalarAsync<long>("SELECT count(*) FROM nation"));
        Assert.Equal(25, connection.ExecuteScalar<int>("SELECT count(*) FROM nation"));
        dynamic region = connection.QueryFirst("SELECT r_name AS name, r_regionkey AS key FROM region ORDER BY r_regionkey DESC");
        Assert.Equal("MIDDLE EAST", (string)region.name);
        using SqlMapper.GridReader results = await connection.QueryMultipleAsync("SELECT 1; SELECT n_name FROM nation ORDER BY 1 LIMIT 2");
        Assert.Equal(1, results.ReadSingle<int>());
        Assert.Equal(["ALGERIA", "ARGENTINA"], results.Read<string>());
    }

    [Fact]
    public async Task Expands_lists_and_writes_many_rows()
    {
        await using var connection = new QueryEngineConnection(Embedded.ConnectionString);

        Assert.Equal(2L, await connection.ExecuteScalarAsync<long>("SELECT count(*) FROM nation WHERE n_name IN @names", new { names = new[] { "PERU", "CHINA" } }));
        await connection.ExecuteAsync("CREATE TABLE memory.\"default\".written_by_dapper (id bigint, name varchar)");
        int written = await connection.ExecuteAsync(
            "INSERT INTO memory.\"default\".written_by_dapper VALUES (@Id, @Name)",
            new[] { new { Id = 1L, Name = "a" }, new { Id = 2L, Name = "it's" } });
        Assert.Equal(2, written);
        Assert.Equal(["a", "it's"], await connection.QueryAsync<string>("SELECT name FROM memory.\"default\".written_by_dapper ORDER BY id"));
    }

    [Fact]
    public async Task Streams_without_a_buffer()
    {
        await using QueryEngineConnection connection = await Embedded.OpenAsync();

        long last = connection.Query<long>("SELECT l_orderkey FROM tpch.sf100.lineitem", buffered: false).Skip(10000).First();

        Assert.True(last > 0);
    }

    private sealed record Nation(int Key, string Name);

    private sealed class Everything
    {
        public DateOnly Day { get; set; }

        public DateTime Date { get; set; }

        public decimal Price { get; set; }

        public double Approximately { get; set; }

        public long Key { get; set; }

        public int Short { get; set; }

        public int? Nothing { get; set; }

        public bool Flag { get; set; }

        public DateTime Time { get; set; }

        public Guid Id { get; set; }

        public DayOfWeek Weekday { get; set; }
    }
}
