using QueryEngine.Connectors.Formats.Parquet;
using QueryEngine.Spi;

namespace QueryEngine.Connectors.Files.Formats;

/// <summary>Sums up what the row groups of some files say of a column; what one of them does not know is not known.</summary>
internal sealed class ColumnMeasure
{
    private object? _min;
    private object? _max;
    private long _nulls;
    private long _bytes;
    private double _largestGroupDistinct;
    private double _largestGroupRows;
    private bool _any;
    private bool _boundsKnown = true;
    private bool _nullsKnown = true;
    private bool _distinctKnown = true;

    /// <summary>Adds a row group.</summary>
    public void Add(ColumnBounds bounds, long rows, long bytes)
    {
        _any = true;
        _bytes += bytes;
        _nullsKnown &= bounds.NullCount is not null;
        _nulls += bounds.NullCount ?? 0;
        if (bounds.NullCount is { } nulls && nulls == bounds.ValueCount)
            return;

        _distinctKnown &= bounds.DistinctCount is not null;
        if (bounds.DistinctCount is { } distinct && distinct > _largestGroupDistinct)
            (_largestGroupDistinct, _largestGroupRows) = (distinct, rows);
        _boundsKnown &= bounds.Min is not null && bounds.Max is not null;
        if (!_boundsKnown)
            return;
        _min = _min is null || BoxedValue.Compare(bounds.Min!, _min) < 0 ? bounds.Min : _min;
        _max = _max is null || BoxedValue.Compare(bounds.Max!, _max) > 0 ? bounds.Max : _max;
    }

    /// <summary>The statistics over all <paramref name="rows"/>.</summary>
    public ColumnStatistics Finish(long rows)
    {
        if (!_any || rows == 0)
            return new ColumnStatistics();
        return new ColumnStatistics
        {
            Min = _boundsKnown ? _min : null,
            Max = _boundsKnown ? _max : null,
            NullFraction = _nullsKnown ? (double)_nulls / rows : null,
            AverageBytes = (double)_bytes / rows,
            DistinctCount = EstimateDistinct(rows),
        };
    }

    private double? EstimateDistinct(long rows)
    {
        double? values = Width() is { } width ? Math.Min(width, rows) : null;
        if (!_distinctKnown || _largestGroupDistinct == 0)
            return values;
        double scaled = Scale(_largestGroupDistinct, _largestGroupRows, rows);
        return values is { } most ? Math.Min(most, scaled) : scaled;
    }

    /// <summary>How many whole numbers or days there are between the bounds.</summary>
    private double? Width() => !_boundsKnown ? null : (_min, _max) switch
    {
        (sbyte min, sbyte max) => max - min + 1.0,
        (short min, short max) => max - min + 1.0,
        (int min, int max) => (double)max - min + 1,
        (long min, long max) => (double)max - min + 1,
        _ => null,
    };

    /// <summary>
    /// How many of N equally frequent values all rows have, when a sample of them has <paramref name="distinct"/>: the N that explains
    /// the sample is found by bisection of d = N (1 - e^(-n/N)).
    /// </summary>
    private static double Scale(double distinct, double sampleRows, double rows)
    {
        if (distinct >= sampleRows * 0.99)
            return rows * distinct / sampleRows;
        double low = distinct;
        double high = Math.Max(rows, distinct) * 2;
        for (int step = 0; step < 60; step++)
        {
            double middle = (low + high) / 2;
            if (middle * (1 - Math.Exp(-sampleRows / middle)) < distinct)
                low = middle;
            else
                high = middle;
        }
        return Math.Min(rows, low * (1 - Math.Exp(-rows / low)));
    }
}
