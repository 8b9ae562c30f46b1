using System.Globalization;
using QueryEngine.Spi;

namespace QueryEngine.Connectors.Formats.Csv;

/// <summary>A column of a text file to read: where it stands in the rows, and its type.</summary>
public readonly record struct CsvColumn(int Ordinal, string Name, SqlType Type);

/// <summary>Reads rows of a text file, from one byte that begins a row to another, as batches.</summary>
public static class CsvReader
{
    /// <summary>
    /// Reads bytes <paramref name="start"/> to <paramref name="end"/>, which both begin a row or end the file. The consumer owns the
    /// batches. <paramref name="onRead"/> is told the bytes and rows of each batch.
    /// </summary>
    public static IEnumerable<RecordBatch> Read(
        ByteSource source, CsvDialect dialect, IReadOnlyList<CsvColumn> columns, long start, long end, MemoryContext memory, Action<long, long>? onRead = null)
    {
        using CsvInput input = CsvInput.Open(source, start, end);
        using var rows = new CsvRows(dialect, input, memory);
        long bytesBefore = 0;
        while (MoveNext(rows, source, dialect, start))
        {
            onRead?.Invoke(input.BytesRead - bytesBefore, rows.RowCount);
            bytesBefore = input.BytesRead;
            yield return ReadBatch(rows, source, dialect, columns, start, memory);
        }
    }

    private static bool MoveNext(CsvRows rows, ByteSource source, CsvDialect dialect, long start)
    {
        try
        {
            return rows.MoveNext(RecordBatch.MaxRows);
        }
        catch (CsvRowException error)
        {
            long line = LineOf(source, start + rows.OffsetOf(error.Place));
            throw error.Fields < 0
                ? new QueryException(
                    ErrorCode.InvalidData,
                    string.Create(CultureInfo.InvariantCulture, $"file '{source.Name}', line {line}: a quote is opened and never closed"),
                    inner: error)
                : new QueryException(
                    ErrorCode.InvalidData,
                    string.Create(
                        CultureInfo.InvariantCulture,
                        $"file '{source.Name}', line {line}: {error.Fields - (dialect.HasTrailingDelimiter ? 1 : 0)} values instead of {dialect.ColumnCount}"),
                    $"Values with the delimiter '{(char)dialect.Delimiter}' in them must be quoted.",
                    error);
        }
    }

    private static unsafe RecordBatch ReadBatch(
        CsvRows rows, ByteSource source, CsvDialect dialect, IReadOnlyList<CsvColumn> columns, long start, MemoryContext memory)
    {
        var vectors = new ColumnVector[columns.Count];
        int read = 0;
        try
        {
            for (; read < vectors.Length; read++)
                vectors[read] = CsvColumns.Read(rows, columns[read].Ordinal, dialect, columns[read].Type, memory);
        }
        catch (Exception error)
        {
            for (int column = 0; column < read; column++)
                vectors[column].Dispose();
            if (error is not CsvValueException wrong)
                throw;

            int place = rows.Ends[(long)wrong.Row * rows.FieldsPerRow + columns[read].Ordinal - 1] + 1;
            long line = LineOf(source, start + rows.OffsetOf(place));
            throw new QueryException(
                ErrorCode.InvalidData,
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"file '{source.Name}', line {line}, column '{columns[read].Name}': '{wrong.Text}' is not of type {columns[read].Type}"),
                columns[read].Type.IsText ? "The file must be in UTF-8." : "The type was found by looking at the first rows of the file.",
                wrong);
        }
        return new RecordBatch(vectors, rows.RowCount);
    }

    /// <summary>The number of the line of a byte, counted from 1; looked up only when there is an error to report.</summary>
    private static long LineOf(ByteSource source, long offset)
    {
        using CsvInput input = CsvInput.Open(source, 0, offset);
        byte[] bytes = new byte[64 << 10];
        long line = 1;
        long left = offset;
        while (left > 0)
        {
            int read = input.Read(bytes.AsSpan(0, (int)Math.Min(bytes.Length, left)));
            if (read == 0)
                break;
            line += bytes.AsSpan(0, read).Count((byte)'\n');
            left -= read;
        }
        return line;
    }
}
