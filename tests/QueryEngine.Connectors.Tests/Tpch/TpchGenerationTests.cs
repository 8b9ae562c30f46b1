using System.IO.Compression;
using QueryEngine.Connectors.Tpch.Generation;
using Xunit;
using Xunit.Abstractions;

namespace QueryEngine.Connectors.Tests.Tpch;

public sealed class TpchGenerationTests(ITestOutputHelper output)
{
    private static readonly ScaleFactor _tiny = new(10);

    public static TheoryData<string> Tables => new(Enum.GetNames<TpchTable>());

    [Theory]
    [MemberData(nameof(Tables))]
    public void Rows_equal_those_of_the_reference_generator(string table)
    {
        string? file = SharedFile($"conformance/tpch/data-sf0.01/{table.ToLowerInvariant()}.tbl.gz");
        if (file is null)
            return;

        using var reader = new StreamReader(new GZipStream(File.OpenRead(file), CompressionMode.Decompress));
        List<string> expected = [];
        while (reader.ReadLine() is { } line)
            expected.Add(line);

        List<string> actual = TpchRows.All(Parse(table), _tiny);

        Assert.NotEmpty(expected);
        Assert.Equal(expected, actual);
    }

    [Theory]
    [MemberData(nameof(Tables))]
    public void Parts_of_any_size_and_batches_of_any_size_make_the_same_rows(string table)
    {
        TpchTable parsed = Parse(table);
        long groups = TableGenerator.GroupsOf(parsed, _tiny);
        List<string> expected = TpchRows.All(parsed, _tiny);
        long[] bounds = [0, 1, Math.Min(2, groups), groups / 3, groups / 2, groups - 1, groups];
        Array.Sort(bounds);

        List<string> actual = [];
        int maxRows = 7;
        foreach ((long first, long end) in bounds.Zip(bounds.Skip(1)))
            actual.AddRange(TpchRows.Generate(parsed, _tiny, first, end, maxRows += 91));

        Assert.Equal(expected, actual);
    }

    [Theory]
    [InlineData(TpchTable.LineItem, "l_suppkey")]
    [InlineData(TpchTable.LineItem, "l_extendedprice")]
    [InlineData(TpchTable.LineItem, "l_returnflag", "l_linestatus")]
    [InlineData(TpchTable.Orders, "o_orderstatus")]
    [InlineData(TpchTable.Customer, "c_phone")]
    public void A_column_does_not_depend_on_which_others_are_made(object table, params string[] columns)
    {
        var parsed = (TpchTable)table;
        TpchColumn[] all = [.. TpchColumn.Of(parsed)];
        int[] shown = [.. columns.Select(name => Array.FindIndex(all, column => column.Name == name))];
        string[] expected = [.. TpchRows.All(parsed, _tiny)
            .Select(row => row.Split('|'))
            .Select(fields => string.Join('|', shown.Select(field => fields[field])))];

        string[] actual = [.. TpchRows.Generate(
            parsed, _tiny, 0, TableGenerator.GroupsOf(parsed, _tiny), 500, columns)];

        Assert.Equal(expected, actual);
    }

    [Fact]
    public void Scale_factor_one_has_the_published_number_of_lines_and_answer_to_query_6()
    {
        var generator = new TableGenerator(TpchTable.LineItem, new ScaleFactor(1000), 0, 1_500_000, 8192);
        int[] shipped = new int[8192];
        long[][] numbers = [.. Enumerable.Range(0, 3).Select(_ => new long[8192])];
        LongColumn[] columns = [.. new[] { "l_quantity", "l_extendedprice", "l_discount" }.Select(name => (LongColumn)generator.Column(name))];
        (int from, int to) = (DayOf(1994), DayOf(1995));
        long rows = 0;
        Int128 revenue = 0;
        while (generator.MoveNext())
        {
            ((IntColumn)generator.Column("l_shipdate")).Fill(generator.Window, shipped);
            for (int column = 0; column < columns.Length; column++)
                columns[column].Fill(generator.Window, numbers[column]);
            rows += generator.Window.RowCount;
            for (int row = 0; row < generator.Window.RowCount; row++)
            {
                if (shipped[row] >= from && shipped[row] < to && numbers[2][row] is >= 5 and <= 7 && numbers[0][row] < 2400)
                    revenue += numbers[1][row] * numbers[2][row];
            }
        }

        Assert.Equal(6_001_215, rows);
        Assert.Equal(1_231_410_782_283, revenue);
    }

    [Fact]
    public void Every_segment_of_the_text_pool_ends_where_the_next_one_begins()
    {
        for (int segment = 0; segment < TextPool.SegmentCount - 1; segment++)
        {
            _ = TextPool.Generate(segment, out TextPoolCheckpoint next);

            Assert.Equal(TextPoolCheckpoint.Of(segment + 1), next);
        }
    }

    [Fact]
    public void Wide_keys_of_huge_scale_factors_depend_on_their_position_only()
    {
        ScaleFactor huge = new(30_000_000);
        string[] all = [.. TpchRows.Generate(TpchTable.LineItem, huge, 0, 300, 100, ["l_orderkey", "l_partkey"])];

        string[] parts = [
            .. TpchRows.Generate(TpchTable.LineItem, huge, 0, 123, 50, ["l_orderkey", "l_partkey"]),
            .. TpchRows.Generate(TpchTable.LineItem, huge, 123, 300, 70, ["l_orderkey", "l_partkey"])];

        Assert.Equal(all, parts);
        Assert.All(all, row => Assert.InRange(long.Parse(row.Split('|')[1]), 1, 6_000_000_000));
    }

    [Theory]
    [InlineData("tiny", 10)]
    [InlineData("TINY", 10)]
    [InlineData("sf1", 1000)]
    [InlineData("sf0.1", 100)]
    [InlineData("sf0_01", 10)]
    [InlineData("sf100", 100_000)]
    public void Schema_names_are_scale_factors(string schema, long thousandths)
    {
        Assert.True(ScaleFactor.TryParseSchema(schema, out ScaleFactor scale));
        Assert.Equal(thousandths, scale.Thousandths);
    }

    [Theory]
    [InlineData("sf")]
    [InlineData("sf0")]
    [InlineData("sf-1")]
    [InlineData("sf1.2.3")]
    [InlineData("sf0.0001")]
    [InlineData("sf1e3")]
    [InlineData("sf99999999999999999999999999999999")]
    [InlineData("large")]
    public void Other_names_are_no_schemas(string schema) =>
        Assert.False(ScaleFactor.TryParseSchema(schema, out _));

    private static int DayOf(int year) => new DateOnly(year, 1, 1).DayNumber - new DateOnly(1970, 1, 1).DayNumber;

    private static TpchTable Parse(string table) => Enum.Parse<TpchTable>(table);

    /// <summary>Finds a file of the shared test data; says so where there is none.</summary>
    private string? SharedFile(string path)
    {
        string? root = Environment.GetEnvironmentVariable("QE_SHARED");
        if (root is null)
        {
            string? folder = AppContext.BaseDirectory;
            while (folder is not null && !File.Exists(Path.Combine(folder, "QueryEngine.sln")))
                folder = Path.GetDirectoryName(folder);
            root = Path.Combine(folder ?? ".", "..", "shared");
        }

        string file = Path.Combine(root, path);
        if (File.Exists(file))
            return file;

        output.WriteLine($"not compared: {file} is not there");
        return null;
    }
}
