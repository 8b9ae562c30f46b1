using QueryEngine.Columnar;
using QueryEngine.Execution.Columns;
using QueryEngine.Spi;

namespace QueryEngine.Execution.Evaluation;

/// <summary>Collects a result whose rows were computed in parts, each over some of the rows.</summary>
internal sealed class RowParts(SqlType type, int rowCount, MemoryContext memory) : IDisposable
{
    private readonly List<ColumnVector> _parts = [];
    private readonly int[] _places = new int[rowCount];
    private int _length;

    /// <summary>Takes over a part: row n of it is row <c>rows[n]</c> of the result.</summary>
    public void Add(ColumnVector part, ReadOnlySpan<int> rows)
    {
        if (part is ConstantVector constant)
        {
            constant.Value.Retain();
            _parts.Add(constant.Value);
            foreach (int row in rows)
                _places[row] = _length;
            _length++;
            part.Dispose();
            return;
        }

        _parts.Add(part);
        for (int row = 0; row < rows.Length; row++)
            _places[rows[row]] = _length + row;
        _length += part.Length;
    }

    /// <summary>The result; every row was in one part. The caller owns it.</summary>
    public ColumnVector Build()
    {
        if (_parts.Count == 0)
            return Gather.Nulls(type, rowCount, memory);

        using ColumnVector all = Concat.Vectors(_parts, memory);
        return Compaction.Rows(all, _places, memory);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (ColumnVector part in _parts)
            part.Dispose();
        _parts.Clear();
    }
}

/// <summary>Numbers of rows.</summary>
internal static class RowNumbers
{
    private static readonly int[] _upToBatch = [.. Enumerable.Range(0, RecordBatch.MaxRows)];

    /// <summary>0 to <paramref name="count"/> - 1.</summary>
    public static ReadOnlySpan<int> UpTo(int count) => count <= RecordBatch.MaxRows ? _upToBatch.AsSpan(0, count) : Enumerable.Range(0, count).ToArray();

    /// <summary>Writes the entries of <paramref name="rows"/> that are not in <paramref name="without"/>, both ascending; returns how many.</summary>
    public static int Except(ReadOnlySpan<int> rows, ReadOnlySpan<int> without, Span<int> result)
    {
        int count = 0;
        int next = 0;
        foreach (int row in rows)
        {
            if (next < without.Length && without[next] == row)
                next++;
            else
                result[count++] = row;
        }

        return count;
    }
}
