using QueryEngine.Spi;

namespace QueryEngine.Connectors.Formats.Csv;

/// <summary>What sniffing found: how the file is written, its columns, and the bytes of a row on average.</summary>
public sealed record CsvShape(CsvDialect Dialect, IReadOnlyList<FormatColumn> Columns, double AverageRowBytes);

/// <summary>Finds out how a text file is written and what its columns are, from its first rows.</summary>
public static unsafe class CsvSniffer
{
    private const int SampleSize = 2 << 20;
    private const int MostRows = 10_000;
    private const int WindowSize = 64 << 10;
    private const int Windows = 8;
    private static readonly byte[] _delimiters = ",;\t|"u8.ToArray();

    /// <summary>Looks at the beginning of a file.</summary>
    /// <exception cref="QueryException">INVALID_DATA when the file is empty or no text.</exception>
    public static CsvShape Sniff(ByteSource source)
    {
        using var scratch = new NativeScratch();
        byte* sample = scratch.Ensure(SampleSize);
        int length = ReadSample(source, sample, out bool isWhole);
        int start = length >= 3 && sample[0] == 0xEF && sample[1] == 0xBB && sample[2] == 0xBF ? 3 : 0;
        if (length >= 2 && (sample[0], sample[1]) is (0xFF, 0xFE) or (0xFE, 0xFF))
            throw new QueryException(ErrorCode.InvalidData, $"file '{source.Name}' is UTF-16", "Convert it to UTF-8.");
        if (new ReadOnlySpan<byte>(sample, length).Contains((byte)0))
            throw new QueryException(ErrorCode.InvalidData, $"file '{source.Name}' has zero bytes: it is no text file");
        if (start == length)
            throw new QueryException(ErrorCode.InvalidData, $"file '{source.Name}' is empty: a text file without a line has no columns");

        bool isTable = HasEnding(source.Name, ".tbl");
        byte quote = isTable ? (byte)0 : QuoteOf(new ReadOnlySpan<byte>(sample + start, length - start));
        byte delimiter = isTable ? (byte)'|' : HasEnding(source.Name, ".tsv") ? (byte)'\t' : DelimiterOf(sample + start, length - start, quote);
        List<string?[]> rows = SampleRows.Read(sample + start, length - start, delimiter, quote, isWhole, MostRows, out List<int> starts, out List<bool[]> quoted);
        if (rows.Count == 0)
            throw new QueryException(ErrorCode.InvalidData, $"file '{source.Name}' has no complete row in its first {length} bytes");

        int fields = rows.GroupBy(row => row.Length).OrderByDescending(group => group.Count()).ThenByDescending(group => group.Key).First().Key;
        bool trailing = fields > 1 && rows.TrueForAll(row => row.Length == fields && row[^1] is null) && !quoted.Exists(row => row[^1]);
        int columns = trailing ? fields - 1 : fields;
        string?[] first = rows[0];
        List<string?[]> data = [.. rows.Skip(1).Where(row => row.Length == fields)];
        ColumnGuess[] guesses = [.. Enumerable.Range(0, columns).Select(column => ColumnGuess.Of(data, column))];
        bool hasHeader = first.Length == fields && IsHeader(first.AsSpan(0, columns), guesses, data.Count, isTable);
        if (!hasHeader && first.Length == fields)
        {
            for (int column = 0; column < columns; column++)
                guesses[column] = guesses[column].With(first[column]);
        }

        bool sawAll = isWhole && rows.Count < MostRows;
        if (!isWhole && !CsvInput.IsCompressed(source.Name))
            LookFurther(source, scratch, delimiter, quote, fields, guesses);
        string[] names = hasHeader ? NamesOf(first.AsSpan(0, columns)) : [.. Enumerable.Range(1, columns).Select(column => $"column{column}")];
        long dataStart = start + (hasHeader ? (starts.Count > 1 ? starts[1] : length - start) : starts[0]);
        var dialect = new CsvDialect(delimiter, quote, hasHeader, columns, trailing, dataStart);
        FormatColumn[] found = [.. names.Select((name, column) => new FormatColumn(name, guesses[column].TypeOf(sawAll)))];
        return new CsvShape(dialect, found, Math.Max(1, (double)(starts[^1] - starts[0]) / rows.Count));
    }

    /// <summary>
    /// Looks at some rows further on, so that a column which only later has other values gets a type that fits them. A window that
    /// does not cut into rows of the right size began inside quotes and is not believed.
    /// </summary>
    private static void LookFurther(ByteSource source, NativeScratch scratch, byte delimiter, byte quote, int fields, ColumnGuess[] guesses)
    {
        byte* window = scratch.Ensure(WindowSize);
        for (int part = 1; part <= Windows; part++)
        {
            long offset = Math.Max(0, source.Length * part / Windows - WindowSize);
            int length = (int)Math.Min(WindowSize, source.Length - offset);
            var bytes = new Span<byte>(window, length);
            source.ReadExactly(offset, bytes);
            int start = bytes.IndexOf((byte)'\n') + 1;
            List<string?[]> rows = SampleRows.Read(window + start, length - start, delimiter, quote, isWhole: false, MostRows, out _, out _);
            if (rows.Exists(row => row.Length != fields))
                continue;
            for (int column = 0; column < guesses.Length; column++)
            {
                foreach (string?[] row in rows)
                    guesses[column] = guesses[column].With(row[column]);
            }
        }
    }

    private static int ReadSample(ByteSource source, byte* sample, out bool isWhole)
    {
        using CsvInput input = CsvInput.Open(source, 0, source.Length);
        int length = 0;
        int read;
        do
        {
            read = input.Read(new Span<byte>(sample + length, SampleSize - length));
            length += read;
        }
        while (read > 0 && length < SampleSize);
        isWhole = read == 0;
        return length;
    }

    private static bool HasEnding(string name, string ending) =>
        name.EndsWith(ending, StringComparison.OrdinalIgnoreCase) || name.EndsWith(ending + ".gz", StringComparison.OrdinalIgnoreCase);

    /// <summary>Single quotes only where values begin and end with them and none does with double ones.</summary>
    private static byte QuoteOf(ReadOnlySpan<byte> sample)
    {
        if (sample.Contains((byte)'"'))
            return (byte)'"';
        int opening = 0;
        int closing = 0;
        for (int at = 0; at < sample.Length; at++)
        {
            if (sample[at] != '\'')
                continue;
            opening += at == 0 || IsBoundary(sample[at - 1]) ? 1 : 0;
            closing += at == sample.Length - 1 || IsBoundary(sample[at + 1]) ? 1 : 0;
        }
        return opening > 1 && opening == closing ? (byte)'\'' : (byte)'"';
    }

    private static bool IsBoundary(byte value) => value is (byte)'\n' or (byte)'\r' || _delimiters.AsSpan().Contains(value);

    /// <summary>The delimiter that cuts the most rows into the same number of values, more than one; the comma when none does.</summary>
    private static byte DelimiterOf(byte* sample, int length, byte quote)
    {
        byte best = (byte)',';
        double bestScore = 0;
        foreach (byte candidate in _delimiters)
        {
            List<string?[]> rows = SampleRows.Read(sample, Math.Min(length, 64 << 10), candidate, quote, isWhole: true, 200, out _, out _);
            if (rows.Count == 0)
                continue;
            var common = rows.GroupBy(row => row.Length).OrderByDescending(group => group.Count()).ThenByDescending(group => group.Key).First();
            if (common.Key < 2)
                continue;

            // Agreement counts first; among candidates that agree equally the one with more values wins.
            double score = Math.Round((double)common.Count() / rows.Count, 1) * 1000 + Math.Min(common.Key, 999);
            if (score > bestScore)
                (best, bestScore) = (candidate, score);
        }
        return best;
    }

    /// <summary>
    /// The first row has names when one of its values does not fit the type of the rows below it, or when all columns are text and
    /// it has distinct values that are no numbers.
    /// </summary>
    private static bool IsHeader(ReadOnlySpan<string?> first, ColumnGuess[] guesses, int dataRows, bool isTable)
    {
        bool allText = true;
        var names = new HashSet<string>(StringComparer.Ordinal);
        foreach (string? name in first)
        {
            if (string.IsNullOrWhiteSpace(name) || !names.Add(name) || !ColumnGuess.Nothing.With(name).IsText)
                return false;
        }
        for (int column = 0; column < first.Length; column++)
        {
            if (guesses[column].HasValues && !guesses[column].IsText)
                return true;
            allText &= guesses[column].IsText || !guesses[column].HasValues;
        }
        return allText && !isTable && (dataRows > 0 || first.Length > 1);
    }

    private static string[] NamesOf(ReadOnlySpan<string?> header)
    {
        var names = new string[header.Length];
        var used = new HashSet<string>(StringComparer.OrdinalIgnoreCase);
        for (int column = 0; column < names.Length; column++)
        {
            string name = header[column]!.Trim();
            for (int number = 1; !used.Add(name); number++)
                name = $"{header[column]!.Trim()}_{number}";
            names[column] = name;
        }
        return names;
    }
}
