using System.Text;

namespace QueryEngine.Connectors.Formats.Csv;

/// <summary>Cuts a sample into rows and values, for sniffing: simple rather than fast.</summary>
internal static unsafe class SampleRows
{
    /// <summary>The rows with their values, null for empty ones without quotes. A row that the sample's end cuts is left out.</summary>
    public static List<string?[]> Read(
        byte* sample, int length, byte delimiter, byte quote, bool isWhole, int most, out List<int> starts, out List<bool[]> quoted)
    {
        var scanner = new CsvScanner(delimiter, quote);
        var rows = new List<string?[]>();
        var row = new List<string?>();
        var rowQuoted = new List<bool>();
        starts = [];
        quoted = [];
        int valueStart = 0;
        int rowStart = 0;
        for (int at = 0; at < length && rows.Count < most; at += 64)
        {
            scanner.Classify(sample + at, Math.Min(64, length - at), out ulong ends, out ulong lineEnds);
            for (; ends != 0 && rows.Count < most; ends &= ends - 1)
            {
                int bit = System.Numerics.BitOperations.TrailingZeroCount(ends);
                bool endsLine = (lineEnds >> bit & 1) != 0;
                Add(sample + valueStart, at + bit - valueStart, quote, endsLine, row, rowQuoted);
                valueStart = at + bit + 1;
                if (endsLine)
                    EndRow(rows, row, rowQuoted, starts, quoted, ref rowStart, valueStart);
            }
        }
        if (isWhole && rows.Count < most && (valueStart < length || row.Count > 0))
        {
            Add(sample + valueStart, length - valueStart, quote, true, row, rowQuoted);
            EndRow(rows, row, rowQuoted, starts, quoted, ref rowStart, length);
        }
        starts.Add(rowStart);
        return rows;
    }

    private static void Add(byte* value, int length, byte quote, bool endsLine, List<string?> row, List<bool> rowQuoted)
    {
        if (endsLine && length > 0 && value[length - 1] == '\r')
            length--;
        bool isQuoted = quote != 0 && length >= 2 && value[0] == quote && value[length - 1] == quote;
        string text = Encoding.UTF8.GetString(isQuoted ? value + 1 : value, isQuoted ? length - 2 : length);
        string mark = ((char)quote).ToString();
        row.Add(isQuoted ? text.Replace(mark + mark, mark, StringComparison.Ordinal) : text.Length == 0 ? null : text);
        rowQuoted.Add(isQuoted);
    }

    private static void EndRow(
        List<string?[]> rows, List<string?> row, List<bool> rowQuoted, List<int> starts, List<bool[]> quoted, ref int rowStart, int nextStart)
    {
        // Blank lines are no rows, where rows have several values or none was seen yet.
        bool isBlank = row is [null] && (rows.Count == 0 || rows[0].Length > 1);
        if (!isBlank)
        {
            rows.Add([.. row]);
            quoted.Add([.. rowQuoted]);
            starts.Add(rowStart);
        }
        rowStart = nextStart;
        row.Clear();
        rowQuoted.Clear();
    }
}
