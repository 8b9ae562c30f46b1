using QueryEngine.Cli.Output;
using QueryEngine.Cli.Tests.Support;
using QueryEngine.Spi;
using Xunit;

namespace QueryEngine.Cli.Tests.Output;

public sealed class FormatTests
{
    private static readonly (string, SqlType)[] _columns = [("name", SqlType.Varchar), ("n", SqlType.BigInt)];

    [Fact]
    public void Aligned_puts_numbers_right_and_counts_wide_characters()
    {
        string text = Printed.As(OutputFormat.Aligned, _columns, ["東京", 7L], ["a", -12345L], [null, null]);

        Assert.Equal(
            """
             name |      n
            ------+--------
             東京 |      7
             a    | -12345
             NULL |   NULL
            (3 rows)

            """,
            text);
    }

    [Fact]
    public void Aligned_keeps_values_on_their_line_and_disarms_escape_sequences()
    {
        string text = Printed.As(OutputFormat.Aligned, [("t", SqlType.Varchar)], ["a\nb"], ["\e[31mred"]);

        Assert.Equal(" t\n-------------\n a\\nb\n \\x1b[31mred\n(2 rows)\n", text);
    }

    [Fact]
    public void Aligned_measures_the_first_thousand_rows_and_streams_the_rest()
    {
        object?[][] rows = [.. Enumerable.Range(0, 1001).Select(row => new object?[] { row < 1000 ? "x" : "longer than all before", (long)row })];

        string[] lines = Printed.As(OutputFormat.Aligned, _columns, rows).Split('\n');

        Assert.Equal(" x    | 999", lines[1001]);
        Assert.Equal(" longer than all before | 1000", lines[1002]);
    }

    [Fact]
    public void Vertical_has_a_line_for_each_value()
    {
        string text = Printed.As(OutputFormat.Vertical, _columns, ["x", 1L], [null, 2L]);

        Assert.Equal(
            """
            -[ row 1 ]----------------
            name | x
            n    | 1
            -[ row 2 ]----------------
            name | NULL
            n    | 2
            (2 rows)

            """,
            text);
    }

    [Fact]
    public void Csv_quotes_as_rfc_4180_and_tells_empty_text_from_null()
    {
        string text = Printed.As(OutputFormat.Csv, [("a,b", SqlType.Varchar), ("n", SqlType.Integer)], ["say \"hi\"", 1], ["two\nlines", 2], ["", 3], [null, null], ["tab\t", 4]);

        Assert.Equal("\"a,b\",n\n\"say \"\"hi\"\"\",1\n\"two\nlines\",2\n\"\",3\n,\ntab\t,4\n", text);
    }

    [Fact]
    public void Tsv_has_tabs_between_fields()
    {
        string text = Printed.As(OutputFormat.Tsv, _columns, ["a,b", 1L], ["tab\there", 2L]);

        Assert.Equal("name\tn\na,b\t1\n\"tab\there\"\t2\n", text);
    }

    [Fact]
    public void Markdown_escapes_bars_and_puts_numbers_right()
    {
        string text = Printed.As(OutputFormat.Markdown, _columns, ["a|b", 1L], ["two\nlines", null]);

        Assert.Equal("| name | n |\n| --- | ---: |\n| a\\|b | 1 |\n| two<br>lines | NULL |\n", text);
    }

    [Fact]
    public void Null_prints_nothing() => Assert.Equal(string.Empty, Printed.As(OutputFormat.Null, _columns, ["a", 1L]));

    [Fact]
    public void Json_keeps_numbers_exact()
    {
        string text = Printed.As(
            OutputFormat.Json,
            [("big", SqlType.BigInt), ("d", SqlType.Decimal(20, 2)), ("x", SqlType.Double)],
            [9007199254740991L, (Int128)123456789012345, 0.1],
            [9007199254740993L, (Int128)1234567890123456, double.NaN],
            [null, null, 1e300]);

        Assert.Equal(
            """
            [{"big":9007199254740991,"d":1234567890123.45,"x":0.1},
             {"big":"9007199254740993","d":"12345678901234.56","x":"NaN"},
             {"big":null,"d":null,"x":1E+300}]

            """,
            text);
    }

    [Fact]
    public void Json_nests_arrays_rows_maps_and_json()
    {
        SqlType row = SqlType.Row(new RowField("a", SqlType.Integer), new RowField(null, SqlType.Varchar));
        string text = Printed.As(
            OutputFormat.Jsonl,
            [("list", SqlType.Array(SqlType.Integer)), ("row", row), ("map", SqlType.Map(SqlType.Varchar, SqlType.BigInt)), ("j", SqlType.Json)],
            [
                ValueList.Create<object?>([1, null]), ValueList.Create<object?>([2, "é\""]),
                ValueList.Create<KeyValuePair<object, object?>>([new("k", 3L)]), "{\"x\": [1.10, true]}",
            ]);

        Assert.Equal("""{"list":[1,null],"row":{"a":2,"field1":"é\""},"map":{"k":3},"j":{"x":[1.10,true]}}""" + "\n", text);
    }

    [Fact]
    public void Json_tells_columns_of_one_name_apart() => Assert.Equal(
        "{\"a\":1,\"a_2\":2}\n", Printed.As(OutputFormat.Jsonl, [("a", SqlType.Integer), ("a", SqlType.Integer)], [1, 2]));

    [Fact]
    public void Json_of_no_rows_is_an_empty_array() => Assert.Equal("[]\n", Printed.As(OutputFormat.Json, _columns));
}
