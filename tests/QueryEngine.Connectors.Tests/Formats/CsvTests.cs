using System.Globalization;
using System.IO.Compression;
using System.Text;
using QueryEngine.Connectors.Formats;
using QueryEngine.Connectors.Formats.Csv;
using QueryEngine.Spi;
using Xunit;

namespace QueryEngine.Connectors.Tests.Formats;

/// <summary>Text files of rows: sniffing, quotes, nulls, splits and errors.</summary>
public sealed class CsvTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("csv").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Theory]
    [InlineData(',')]
    [InlineData(';')]
    [InlineData('\t')]
    [InlineData('|')]
    public void Finds_the_delimiter_the_header_and_the_types(char delimiter)
    {
        string text = """
            id,name,price,born,seen,ok,ratio,code
            1,ann,1.50,2001-02-03,2020-01-01 10:00:00,true,0.1,007
            2,"b, o",20.25,2001-02-04,2020-01-01T11:00:00.5,false,0.25,010
            """.Replace("b, o", "bob", StringComparison.Ordinal).Replace(',', delimiter);

        CsvShape shape = Sniff(Write("a.csv", text));

        Assert.Equal(
            ["id bigint", "name varchar", "price decimal(18,2)", "born date", "seen timestamp(6)", "ok boolean", "ratio double", "code varchar"],
            shape.Columns.Select(column => $"{column.Name} {column.Type}"));
    }

    [Fact]
    public void Reads_quotes_line_ends_inside_them_nulls_and_empty_texts()
    {
        string file = Write("a.csv", "n,t\r\n1,\"a, \"\"b\"\"\nc\"\r\n2,\r\n,\"\"\r\n\r\n4,\u00fc\r\n");

        Assert.Equal(["1|a, \"b\"\nc", "2|NULL", "NULL|", "4|\u00fc"], ReadAll(file));
    }

    [Fact]
    public void A_quote_in_the_middle_of_a_bare_value_is_text()
    {
        string file = Write("a.csv", "n,t,u\n1,5\" pipe,x\n2,\"q,\"\"r\",y\n3,6\" pipe,\"z\nz\"\n");

        Assert.Equal(["1|5\" pipe|x", "2|q,\"r|y", "3|6\" pipe|z\nz"], ReadAll(file));
    }

    [Fact]
    public void Reads_a_table_file_with_a_delimiter_after_the_last_value()
    {
        string file = Write("nation.tbl", "0|ALGERIA|0| haggle. \"x|\n1|ARGENTINA|1|al foxes|\n");

        Assert.Equal(["0|ALGERIA|0| haggle. \"x", "1|ARGENTINA|1|al foxes"], ReadAll(file));
    }

    [Fact]
    public void Without_a_header_columns_have_numbers()
    {
        CsvShape shape = Sniff(Write("a.csv", "1,x\n2,y\n"));

        Assert.Equal(["column1", "column2"], shape.Columns.Select(column => column.Name));
        Assert.False(shape.Dialect.HasHeader);
    }

    [Fact]
    public void Reads_a_compressed_file()
    {
        string path = Path.Combine(_folder, "a.csv.gz");
        using (var stream = new GZipStream(File.Create(path), CompressionLevel.Fastest))
            stream.Write(Encoding.UTF8.GetBytes("n,t\n1,a\n2,b\n"));

        Assert.Equal(["1|a", "2|b"], ReadAll(path));
    }

    [Fact]
    public void Splits_give_every_row_once_wherever_they_cut()
    {
        var text = new StringBuilder("n,t\n");
        var random = new Random(3);
        var expected = new List<string>();
        for (int row = 0; row < 400; row++)
        {
            string value = string.Concat(Enumerable.Range(0, random.Next(30)).Select(_ => "ab,\n\"c"[random.Next(6)]));
            expected.Add($"{row}|{value}");
            text.Append(CultureInfo.InvariantCulture, $"{row},\"{value.Replace("\"", "\"\"", StringComparison.Ordinal)}\"\n");
        }
        string file = Write("a.csv", text.ToString());

        foreach (int target in new[] { 10, 64, 100, 1000, 5000 })
            Assert.Equal(expected, ReadAll(file, target));
    }

    [Fact]
    public void Reads_more_rows_than_a_batch_and_longer_rows_than_a_read()
    {
        string longText = new('x', 600_000);
        var text = new StringBuilder("n,t\n");
        for (int row = 0; row < 20_000; row++)
            text.Append(CultureInfo.InvariantCulture, $"{row},{(row == 9000 ? longText : "t" + row)}\n");
        string file = Write("a.csv", text.ToString());

        List<string> rows = ReadAll(file);

        Assert.Equal(20_000, rows.Count);
        Assert.Equal("19999|t19999", rows[^1]);
        Assert.Equal("9000|" + longText, rows[9000]);
    }

    [Fact]
    public void A_column_that_only_later_has_text_is_text()
    {
        var text = new StringBuilder("n,t\n");
        for (int row = 0; row < 400_000; row++)
            text.Append(CultureInfo.InvariantCulture, $"{row},{(row > 300_000 ? "none" : row)}\n");

        CsvShape shape = Sniff(Write("a.csv", text.ToString()));

        Assert.Equal(["bigint", "varchar"], shape.Columns.Select(column => column.Type.ToString()));
    }

    [Fact]
    public void A_value_of_another_type_is_an_error_with_its_line_and_column()
    {
        var text = new StringBuilder("n,t\n");
        for (int row = 0; row < 20_000; row++)
            text.Append(CultureInfo.InvariantCulture, $"{row},\"two\nlines\"\n");
        string file = Write("a.csv", text.Append("oops,x\n").ToString());

        QueryException error = Assert.Throws<QueryException>(() => ReadAll(file));

        Assert.Equal(ErrorCode.InvalidData, error.Code);
        Assert.Contains("line 40002, column 'n': 'oops' is not of type bigint", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_row_with_too_many_values_is_an_error_with_its_line()
    {
        QueryException error = Assert.Throws<QueryException>(() => ReadAll(Write("a.csv", "n,t\n1,a\n2,b\n3,c,d\n4,e\n")));

        Assert.Contains("line 4: 3 values instead of 2", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_quote_that_is_never_closed_is_an_error()
    {
        QueryException error = Assert.Throws<QueryException>(() => ReadAll(Write("a.csv", "n,t\n1,a\n2,\"b\n3,c\n")));

        Assert.Contains("never closed", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Any_bytes_give_rows_or_a_clean_error()
    {
        var random = new Random(11);
        int rows = 0;
        for (int attempt = 0; attempt < 300; attempt++)
        {
            byte[] bytes = new byte[random.Next(400)];
            for (int at = 0; at < bytes.Length; at++)
                bytes[at] = (byte)"a1,;\n\r\"'|.-\t \u00e9"[random.Next(14)];
            string path = Path.Combine(_folder, "a.csv");
            File.WriteAllBytes(path, bytes);
            try
            {
                rows += ReadAll(path, 50).Count;
            }
            catch (QueryException)
            {
                continue;
            }
        }
        Assert.True(rows > 0);
    }

    private static CsvShape Sniff(string path)
    {
        using ByteSource source = ByteSource.OpenFile(path);
        return CsvSniffer.Sniff(source);
    }

    private static List<string> ReadAll(string path, long targetBytes = long.MaxValue / 4)
    {
        using ByteSource source = ByteSource.OpenFile(path);
        CsvShape shape = CsvSniffer.Sniff(source);
        CsvColumn[] columns = [.. shape.Columns.Select((column, ordinal) => new CsvColumn(ordinal, column.Name, column.Type))];
        var rows = new List<string>();
        foreach ((long start, long end) in CsvSplitter.Split(source, shape.Dialect, targetBytes))
        {
            foreach (RecordBatch batch in CsvReader.Read(source, shape.Dialect, columns, start, end, MemoryContext.Unlimited))
            {
                using (batch)
                {
                    for (int row = 0; row < batch.RowCount; row++)
                        rows.Add(string.Join('|', Enumerable.Range(0, batch.ColumnCount).Select(column => batch[column].GetValue(row) ?? "NULL")));
                }
            }
        }
        return rows;
    }

    private string Write(string name, string text)
    {
        string path = Path.Combine(_folder, name);
        File.WriteAllText(path, text);
        return path;
    }
}
