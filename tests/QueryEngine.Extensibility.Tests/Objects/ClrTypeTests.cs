using QueryEngine.Connectors.Objects;
using QueryEngine.Server;
using QueryEngine.Spi;
using Xunit;

namespace QueryEngine.Extensibility.Tests.Objects;

/// <summary>What types of .NET are in SQL, with their extremes.</summary>
public sealed class ClrTypeTests
{
    private enum Mood
    {
        Sad,
        Happy,
    }

    [Fact]
    public async Task Types_of_net_are_types_of_sql()
    {
        await using EngineHost host = await EngineHost.StartAsync(new EngineHostOptions(), default);
        host.Engine.Register("everything", [new Everything(), new Everything { Nothing = 1, Text = "é😀'" }]);

        List<object?[]> columns = await host.Statements.RunAsync("DESCRIBE objects.default.everything");
        List<object?[]> rows = await host.Statements.RunAsync(
            "SELECT big, CAST(exact AS varchar), CAST(price AS varchar), CAST(day AS varchar), CAST(at AS varchar), CAST(moment AS varchar), CAST(id AS varchar), CAST(map AS json), "
            + "inner_row.name, cardinality(items), mood, nothing, text, CAST(took AS varchar), CAST(clock AS varchar), length(bytes) FROM objects.default.everything ORDER BY nothing");

        Assert.Equal(
            [
                "flag boolean", "big decimal(20,0)", "exact decimal(38,10)", "price decimal(12,2)", "day date", "at timestamp(6)", "moment timestamp(6) with time zone", "clock time(6)",
                "took interval day to second", "id uuid", "bytes varbinary", "map map(varchar,integer)", "items array(smallint)", "inner_row row(\"name\" varchar,\"size\" integer)",
                "mood varchar", "nothing integer", "text varchar",
            ],
            columns.Select(row => $"{row[0]} {row[1]}"));
        Assert.Equal(2, rows.Count);
        Assert.Equal(
            ["18446744073709551615", "-79228162514264.3375935431", "12.50", "0001-01-01", "1969-12-31 23:59:59.999999", "2026-01-01 10:00:00+00", "00112233-4455-6677-8899-aabbccddeeff"],
            rows[0].Take(7).Select((value, at) => at == 0 ? ((Int128)value!).ToString(null, System.Globalization.CultureInfo.InvariantCulture) : (string)value!));
        Assert.Equal(["x", 3L, "Happy", 1, "é😀'"], rows[0].Skip(8).Take(5));
        Assert.Null(rows[1][12]);
    }

    [Fact]
    public async Task A_decimal_that_does_not_fit_is_an_error_and_never_rounded()
    {
        await using EngineHost host = await EngineHost.StartAsync(new EngineHostOptions(), default);
        host.Engine.Register("numbers", [0.12345678901m]);

        QueryException error = await host.Statements.FailAsync("SELECT * FROM objects.default.numbers");

        Assert.Equal((ErrorCode.NumericValueOutOfRange, "0.12345678901 has more digits after the point than decimal(38,10)"), (error.Code, error.Message));
    }

    [Fact]
    public void A_method_that_cannot_be_a_table_says_why()
    {
        QueryException key = Assert.Throws<QueryException>(() => new LooseKey());
        QueryException result = Assert.Throws<QueryException>(() => new NoRows());

        Assert.Equal("Add [RequiredKey] to it, or a property to the rows.", key.Hint);
        Assert.Contains("method Table as a table, for it gives Int32", result.Message, StringComparison.Ordinal);
    }

    private sealed record Inner(string Name, int Size);

    private sealed record Everything
    {
        public bool Flag => true;

        public ulong Big => ulong.MaxValue;

        public decimal Exact => -79228162514264.3375935431m;

        [Column(Type = "decimal(12,2)")]
        public decimal Price => 12.5m;

        public DateOnly Day => DateOnly.MinValue;

        public DateTime At => new DateTime(1970, 1, 1).AddTicks(-1);

        public DateTimeOffset Moment => new(2026, 1, 1, 12, 0, 0, TimeSpan.FromHours(2));

        public TimeOnly Clock => new(23, 59, 59);

        public TimeSpan Took => TimeSpan.FromMinutes(90);

        public Guid Id => Guid.Parse("00112233-4455-6677-8899-aabbccddeeff");

        public byte[] Bytes => [0, 255];

        public Dictionary<string, int> Map => new() { ["a"] = 1 };

        public IReadOnlyList<byte> Items => [1, 2, 3];

        public Inner InnerRow => new("x", 1);

        public Mood Mood => Mood.Happy;

        public int? Nothing { get; init; }

        public string? Text { get; init; }

        [NotAColumn]
        public object Other => this;
    }

    private sealed class LooseKey : ObjectConnector
    {
        [Table]
        public IEnumerable<Inner> Table(string? other) => [new(other ?? "", 1)];
    }

    private sealed class NoRows : ObjectConnector
    {
        [Table]
        public int Table() => 1;
    }
}
