using System.Numerics;
using QueryEngine.Client;
using Xunit;

namespace QueryEngine.Cli.Tests.AdoNet;

public sealed class ValueTests
{
    public static TheoryData<string, object> Values => new()
    {
        { "true", true },
        { "CAST(7 AS tinyint)", (sbyte)7 },
        { "CAST(7 AS smallint)", (short)7 },
        { "7", 7 },
        { "CAST(7 AS bigint)", 7L },
        { "CAST(1.5 AS real)", 1.5f },
        { "CAST(1.5 AS double)", 1.5 },
        { "12.50", 12.50m },
        { "CAST(-79228162514264337593543950335 AS decimal(38,0))", decimal.MinValue },
        { "'é東'", "é東" },
        { "X'00FF'", new byte[] { 0, 255 } },
        { "DATE '2024-02-29'", new DateOnly(2024, 2, 29) },
        { "TIME '12:34:56.789'", new TimeOnly(12, 34, 56, 789) },
        { "TIMESTAMP '2024-02-29 12:34:56.789012'", new DateTime(2024, 2, 29, 12, 34, 56, 789, 12) },
        { "INTERVAL '1' DAY", TimeSpan.FromDays(1) },
        { "UUID '00112233-4455-6677-8899-aabbccddeeff'", Guid.Parse("00112233-4455-6677-8899-aabbccddeeff") },
        { "ARRAY[1, NULL, 3]", new object?[] { 1, null, 3 } },
    };

    [Theory]
    [MemberData(nameof(Values))]
    public async Task Reads_each_type(string expression, object expected)
    {
        await using QueryEngineConnection connection = await Embedded.OpenAsync();

        object? value = await connection.ScalarAsync($"SELECT {expression}");

        Assert.Equal(expected, value);
        Assert.Equal(expected.GetType(), value!.GetType());
    }

    public static TheoryData<object> Parameters => new()
    {
        true, (sbyte)1, (short)1, 1, 1L, 1.5f, 1.5, 1.50m, decimal.MaxValue, "it's", new byte[] { 1, 2 }, new DateOnly(2024, 1, 2),
        new TimeOnly(1, 2, 3, 456), new DateTime(2024, 1, 2, 3, 4, 5), new DateTime(2024, 1, 2).AddTicks(1),
        new DateTimeOffset(2024, 1, 2, 3, 4, 5, TimeSpan.Zero), TimeSpan.FromMinutes(5), Guid.Parse("00112233-4455-6677-8899-aabbccddeeff"),
    };

    [Theory]
    [MemberData(nameof(Parameters))]
    public async Task Gives_a_parameter_back_as_it_was(object value)
    {
        await using QueryEngineConnection connection = await Embedded.OpenAsync();

        Assert.Equal(value, await connection.ScalarAsync("SELECT @value", ("value", value)));
    }

    [Fact]
    public async Task Finds_parameters_by_name_and_by_place_outside_of_texts()
    {
        await using QueryEngineConnection connection = await Embedded.OpenAsync();

        Assert.Equal("@a ?3", await connection.ScalarAsync("SELECT '@a ?' || CAST(@A + :b AS varchar) -- @c", ("@a", 1), ("b", 2)));
        Assert.Equal(-1, await connection.ScalarAsync("SELECT ? - ?", (null, 1), (null, 2)));
        Assert.Equal(3, await connection.ScalarAsync("SELECT $2 - $1 + $1 * 2", (null, 1), (null, 2)));
        Assert.Equal(3L, await connection.ScalarAsync("SELECT count(*) FROM nation WHERE n_regionkey = @r AND n_nationkey < @k AND @r = @r", ("r", 1), ("k", 4)));
        await Assert.ThrowsAsync<InvalidOperationException>(() => connection.ScalarAsync("SELECT @missing"));
        await Assert.ThrowsAsync<InvalidOperationException>(() => connection.ScalarAsync("SELECT ?"));
    }

    [Fact]
    public async Task Null_is_null()
    {
        await using QueryEngineConnection connection = await Embedded.OpenAsync();

        Assert.Equal(DBNull.Value, await connection.ScalarAsync("SELECT CAST(@a AS bigint)", ("a", null)));
        await using QueryEngineCommand command = connection.Command("SELECT CAST(NULL AS integer)");
        await using QueryEngineDataReader reader = await command.ExecuteReaderAsync();
        await reader.ReadAsync();
        Assert.True(reader.IsDBNull(0));
        Assert.Null(reader.GetFieldValue<int?>(0));
        Assert.Throws<InvalidCastException>(() => reader.GetInt32(0));
    }

    [Fact]
    public async Task Decimals_beyond_dotnets_stay_exact()
    {
        await using QueryEngineConnection connection = await Embedded.OpenAsync();
        await using QueryEngineCommand command = connection.Command("SELECT 12345678901234567890123456789012345678, CAST(1.5 AS decimal(38,30))");
        await using QueryEngineDataReader reader = await command.ExecuteReaderAsync();
        await reader.ReadAsync();

        Assert.Throws<OverflowException>(() => reader.GetValue(0));
        Assert.Equal("12345678901234567890123456789012345678", reader.GetString(0));
        Assert.Equal(Int128.Parse("12345678901234567890123456789012345678"), reader.GetFieldValue<Int128>(0));
        Assert.Equal(BigInteger.Parse("12345678901234567890123456789012345678"), reader.GetFieldValue<BigInteger>(0));
        Assert.Equal(1.5m, reader.GetDecimal(1));
    }

    [Fact]
    public async Task Converts_where_nothing_is_lost()
    {
        await using QueryEngineConnection connection = await Embedded.OpenAsync();
        await using QueryEngineCommand command = connection.Command(
            "SELECT 300, CAST(5 AS bigint), DATE '2024-01-02', TIMESTAMP '2024-01-02 03:04:05', ARRAY[1, 2], 'Friday', 2.5");
        await using QueryEngineDataReader reader = await command.ExecuteReaderAsync();
        await reader.ReadAsync();

        Assert.Equal((short)300, reader.GetInt16(0));
        Assert.Throws<OverflowException>(() => reader.GetByte(0));
        Assert.Equal((5, 5.0, 5m, "5"), (reader.GetInt32(1), reader.GetDouble(1), reader.GetDecimal(1), reader.GetString(1)));
        Assert.Equal(new DateTime(2024, 1, 2), reader.GetDateTime(2));
        Assert.Equal(new DateOnly(2024, 1, 2), reader.GetFieldValue<DateOnly>(3));
        Assert.Equal([1, 2], reader.GetFieldValue<int[]>(4));
        Assert.Equal([1, 2], reader.GetFieldValue<List<long>>(4));
        Assert.Equal(DayOfWeek.Friday, reader.GetFieldValue<DayOfWeek>(5));
        Assert.Throws<InvalidCastException>(() => reader.GetInt32(6));
        Assert.Throws<InvalidCastException>(() => reader.GetGuid(0));
        var letters = new char[3];
        Assert.Equal(3, reader.GetChars(5, 1, letters, 0, 3));
        Assert.Equal("rid", new string(letters));
    }

    [Fact]
    public async Task Instants_are_in_the_sessions_zone()
    {
        await using QueryEngineConnection connection = await Embedded.OpenAsync("Embedded=true;Time Zone=Asia/Tokyo");

        object? instant = await connection.ScalarAsync("SELECT @t", ("t", new DateTimeOffset(2024, 1, 2, 0, 0, 0, TimeSpan.Zero)));

        Assert.Equal(new DateTimeOffset(2024, 1, 2, 9, 0, 0, TimeSpan.FromHours(9)), instant);
        Assert.Equal(TimeSpan.FromHours(9), ((DateTimeOffset)instant!).Offset);
    }
}
