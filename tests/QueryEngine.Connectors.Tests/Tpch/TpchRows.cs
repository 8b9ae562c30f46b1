using System.Globalization;
using System.Text;
using QueryEngine.Connectors.Tpch.Generation;

namespace QueryEngine.Connectors.Tests.Tpch;

/// <summary>Rows of the generator in the reference generator's text form.</summary>
internal static class TpchRows
{
    public static IEnumerable<string> Generate(
        TpchTable table, ScaleFactor scale, long first, long end, int maxRows = 1000, string[]? columns = null)
    {
        var generator = new TableGenerator(table, scale, first, end, maxRows);
        TpchColumn[] shown = [.. TpchColumn.Of(table).Where(column => columns?.Contains(column.Name) ?? true)];
        while (generator.MoveNext())
        {
            string[][] values = [.. shown.Select(column => Format(generator, column))];
            for (int row = 0; row < generator.Window.RowCount; row++)
                yield return string.Join('|', values.Select(column => column[row]));
        }
    }

    public static List<string> All(TpchTable table, ScaleFactor scale) =>
        [.. Generate(table, scale, 0, TableGenerator.GroupsOf(table, scale))];

    /// <summary>A value as the reference generator writes it: quantities without decimals.</summary>
    public static string Format(TpchColumn column, object value) => column.Value switch
    {
        TpchValue.Money when column.Name == "l_quantity" => $"{(long)value / 100}",
        TpchValue.Money => ((long)value / 100m).ToString("0.00", CultureInfo.InvariantCulture),
        TpchValue.Date => DateOnly.FromDayNumber((int)value + new DateOnly(1970, 1, 1).DayNumber)
            .ToString("yyyy-MM-dd", CultureInfo.InvariantCulture),
        _ => Convert.ToString(value, CultureInfo.InvariantCulture)!,
    };

    private static string[] Format(TableGenerator generator, TpchColumn column)
    {
        int rows = generator.Window.RowCount;
        switch (generator.Column(column.Name))
        {
            case LongColumn source:
                long[] numbers = new long[rows];
                source.Fill(generator.Window, numbers);
                return [.. numbers.Select(value => Format(column, value))];
            case IntColumn source:
                int[] integers = new int[rows];
                source.Fill(generator.Window, integers);
                return [.. integers.Select(value => Format(column, value))];
            case CodeColumn source:
                int[] codes = new int[rows];
                source.Fill(generator.Window, codes);
                return [.. codes.Select(code => source.Words[code])];
            case TextColumn source:
                int[] offsets = new int[rows + 1];
                byte[] bytes = new byte[rows * source.MaxLength];
                source.Fill(generator.Window, offsets, bytes);
                return [.. Enumerable.Range(0, rows).Select(row =>
                    Encoding.ASCII.GetString(bytes, offsets[row], offsets[row + 1] - offsets[row]))];
            default:
                throw new InvalidOperationException($"no form for {column.Name}");
        }
    }
}
