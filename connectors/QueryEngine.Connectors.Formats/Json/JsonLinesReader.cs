using System.Text.Json;
using QueryEngine.Spi;

namespace QueryEngine.Connectors.Formats.Json;

/// <summary>Reads the lines of a stretch of a file as batches. A name that an object has not is NULL; names that are not asked for are passed over.</summary>
public static class JsonLinesReader
{
    /// <summary>
    /// Reads the lines that begin in bytes <paramref name="start"/> to <paramref name="end"/>. The consumer owns the batches.
    /// <paramref name="onRead"/> is told the bytes and rows of each batch.
    /// </summary>
    public static IEnumerable<RecordBatch> Read(
        ByteSource source, IReadOnlyList<FormatColumn> columns, long start, long end, MemoryContext memory, Action<long, long>? onRead = null)
    {
        using var input = new JsonLineInput(source, start, end);
        using var builder = new BatchBuilder(columns.Select(column => column.Type), memory);
        var places = new Dictionary<string, int>(StringComparer.Ordinal);
        for (int column = 0; column < columns.Count; column++)
            places.TryAdd(columns[column].Name, column);
        long bytesBefore = 0;
        while (true)
        {
            bool isMore = Fill(source, input, columns, places, builder);
            if (builder.RowCount > 0)
            {
                onRead?.Invoke(input.BytesRead - bytesBefore, builder.RowCount);
                bytesBefore = input.BytesRead;
                yield return builder.Build();
            }
            if (!isMore)
                yield break;
        }
    }

    private static bool Fill(
        ByteSource source, JsonLineInput input, IReadOnlyList<FormatColumn> columns, Dictionary<string, int> places, BatchBuilder builder)
    {
        object?[] row = new object?[columns.Count];
        long bytes = 0;
        while (!builder.IsFull && bytes < 8 << 20)
        {
            long offset = input.Offset;
            if (!input.TryRead(out ReadOnlyMemory<byte> line))
                return false;
            bytes += line.Length;
            Array.Clear(row);
            try
            {
                ReadRow(line.Span, columns, places, row);
            }
            catch (Exception error) when (error is JsonException or InvalidOperationException or FormatException)
            {
                throw new QueryException(ErrorCode.InvalidData, $"file '{source.Name}', at byte {offset}: {error.Message}", "Each line must be one JSON object.", error);
            }
            builder.AppendRow(row);
        }
        return true;
    }

    private static void ReadRow(ReadOnlySpan<byte> line, IReadOnlyList<FormatColumn> columns, Dictionary<string, int> places, object?[] row)
    {
        if (line.StartsWith("\uFEFF"u8))
            line = line[3..];
        var reader = new Utf8JsonReader(line);
        reader.Read();
        if (reader.TokenType != JsonTokenType.StartObject)
            throw new FormatException("the line is not a JSON object");
        int next = 0;
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            // Objects mostly have their names in the order of the columns.
            int column = next < columns.Count && reader.ValueTextEquals(columns[next].Name) ? next : places.GetValueOrDefault(reader.GetString()!, -1);
            reader.Read();
            if (column < 0)
            {
                reader.Skip();
                continue;
            }
            next = column + 1;
            try
            {
                row[column] = JsonValues.Read(ref reader, line, columns[column].Type);
            }
            catch (FormatException error)
            {
                throw new FormatException($"column '{columns[column].Name}': {error.Message}", error);
            }
        }
        if (reader.Read())
            throw new FormatException("there is something after the JSON object");
    }
}
