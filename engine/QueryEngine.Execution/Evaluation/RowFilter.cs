using System.Diagnostics;
using QueryEngine.Spi;

namespace QueryEngine.Execution.Evaluation;

/// <summary>
/// The terms of an AND, applied one after another to the rows that are left. Terms that cannot raise change places: what drops most rows for its time goes
/// first. Those that may raise stay behind all terms written before them.
/// </summary>
internal sealed class RowFilter(Conjunct[] conjuncts) : IDisposable
{
    private const int BatchesBetweenOrderings = 16;
    private readonly Conjunct[] _conjuncts = conjuncts;
    private int _batches;

    /// <summary>Writes the rows of the scope that pass to <paramref name="rows"/>, ascending; returns how many.</summary>
    public int Apply(Scope scope, Span<int> rows)
    {
        int count = scope.RowCount;
        RowNumbers.UpTo(count).CopyTo(rows);
        foreach (Conjunct conjunct in _conjuncts)
        {
            if (count == 0)
                break;
            long started = Stopwatch.GetTimestamp();
            int left = conjunct.Apply(scope, rows[..count]);
            conjunct.Note(count, left, Stopwatch.GetTimestamp() - started);
            count = left;
        }

        if (++_batches % BatchesBetweenOrderings == 1 && _batches < 1000)
            Reorder();
        return count;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (Conjunct conjunct in _conjuncts)
            conjunct.Dispose();
    }

    private void Reorder()
    {
        int start = 0;
        while (start < _conjuncts.Length)
        {
            int end = start;
            while (end < _conjuncts.Length && !_conjuncts[end].MayRaise)
                end++;
            _conjuncts.AsSpan(start, end - start).Sort((left, right) => left.Rank.CompareTo(right.Rank));
            start = end + 1;
        }
    }
}

/// <summary>One term of a filter.</summary>
internal abstract class Conjunct : IDisposable
{
    private double _rowsIn;
    private double _rowsOut;
    private double _ticks;

    /// <summary>Whether some values make it an error.</summary>
    public abstract bool MayRaise { get; }

    /// <summary>Time a dropped row; small is good. Terms not tried yet come first, to be tried.</summary>
    public double Rank => _rowsIn == 0 ? 0 : (_ticks / _rowsIn) / Math.Max(1 - (_rowsOut / _rowsIn), 1e-6);

    /// <summary>Moves the rows that pass to the front, in their order; returns how many.</summary>
    public abstract int Apply(Scope scope, Span<int> rows);

    /// <summary>Remembers what a batch cost.</summary>
    public void Note(int rowsIn, int rowsOut, long ticks)
    {
        _rowsIn += rowsIn;
        _rowsOut += rowsOut;
        _ticks += ticks;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        Release();
        GC.SuppressFinalize(this);
    }

    /// <summary>Gives back what is held.</summary>
    protected virtual void Release()
    {
    }
}

/// <summary>A term of any kind: a boolean vector is computed, for the rows that are left or, where most are left and nothing can raise, for all.</summary>
internal sealed class ExpressionConjunct(Evaluator condition) : Conjunct
{
    private readonly int[] _columns = [.. condition.Columns];

    /// <inheritdoc/>
    public override bool MayRaise => condition.MayRaise;

    /// <inheritdoc/>
    public override int Apply(Scope scope, Span<int> rows)
    {
        if (rows.Length == scope.RowCount)
        {
            using ColumnVector all = condition.Evaluate(scope);
            return Booleans.TrueRows(all, rows, rows);
        }

        if (!MayRaise && rows.Length > scope.RowCount / 2)
        {
            using ColumnVector all = condition.Evaluate(scope);
            byte[] states = new byte[scope.RowCount];
            Booleans.Read(all, states);
            int count = 0;
            for (int row = 0; row < rows.Length; row++)
            {
                int place = rows[row];
                rows[count] = place;
                count += states[place] == Booleans.True ? 1 : 0;
            }

            return count;
        }

        using Scope some = scope.Narrow(rows, _columns);
        using ColumnVector values = condition.Evaluate(some);
        return Booleans.TrueRows(values, rows, rows);
    }

    /// <inheritdoc/>
    protected override void Release() => condition.Dispose();
}
