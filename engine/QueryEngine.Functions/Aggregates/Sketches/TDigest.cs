using System.Runtime.InteropServices;
using QueryEngine.Spi;

namespace QueryEngine.Functions.Aggregates.Sketches;

/// <summary>
/// Quantiles of weighted numbers: centroids that are small near both ends (Dunning and Ertl, "Computing extremely accurate quantiles using t-digests",
/// 2019, the merging variant). Written as doubles: compression, least, greatest, then mean and weight of each centroid.
/// </summary>
internal sealed class TDigest(double compression) : ISketch<TDigest>
{
    /// <summary>At most about so many centroids.</summary>
    public const double DefaultCompression = 100;

    private const int BufferSize = 500;
    private readonly List<(double Mean, double Weight)> _buffer = [];
    private (double Mean, double Weight)[] _centroids = [];
    private double _least = double.PositiveInfinity;
    private double _greatest = double.NegativeInfinity;

    /// <inheritdoc/>
    public long Bytes => 96 + (16L * (_centroids.Length + _buffer.Capacity));

    /// <summary>The sum of the weights.</summary>
    public double Weight => Compressed().Sum(centroid => centroid.Weight);

    /// <inheritdoc/>
    public static TDigest Read(ReadOnlySpan<byte> bytes)
    {
        ReadOnlySpan<double> numbers = bytes.Length % sizeof(double) == 0 ? MemoryMarshal.Cast<byte, double>(bytes) : [];
        if (numbers.Length < 3 || numbers.Length % 2 == 0 || !(numbers[0] >= 10))
            throw new QueryException(ErrorCode.InvalidParameterValue, "the bytes are not a tdigest");
        var digest = new TDigest(numbers[0]) { _least = numbers[1], _greatest = numbers[2], _centroids = new (double, double)[(numbers.Length - 3) / 2] };
        for (int at = 0; at < digest._centroids.Length; at++)
            digest._centroids[at] = (numbers[3 + (2 * at)], numbers[4 + (2 * at)]);
        return digest;
    }

    /// <inheritdoc/>
    public byte[] Write()
    {
        double[] numbers = [compression, _least, _greatest, .. Compressed().SelectMany(centroid => (double[])[centroid.Mean, centroid.Weight])];
        return MemoryMarshal.AsBytes<double>(numbers).ToArray();
    }

    /// <summary>Takes in a value.</summary>
    /// <exception cref="QueryException">INVALID_PARAMETER_VALUE for NaN and for weights that are not above zero.</exception>
    public void Add(double value, double weight)
    {
        if (double.IsNaN(value))
            throw new QueryException(ErrorCode.InvalidParameterValue, "a tdigest does not take NaN");
        if (!(weight > 0) || double.IsInfinity(weight))
            throw new QueryException(ErrorCode.InvalidParameterValue, $"the weight {weight} is not above zero");
        (_least, _greatest) = (Math.Min(_least, value), Math.Max(_greatest, value));
        _buffer.Add((value, weight));
        if (_buffer.Count >= BufferSize)
            Compressed();
    }

    /// <inheritdoc/>
    public void Merge(TDigest other)
    {
        (_least, _greatest) = (Math.Min(_least, other._least), Math.Max(_greatest, other._greatest));
        _buffer.AddRange(other.Compressed());
        if (_buffer.Count >= BufferSize)
            Compressed();
    }

    /// <summary>The same values with their weights multiplied.</summary>
    public TDigest Scaled(double factor) => new(compression)
    {
        _least = _least,
        _greatest = _greatest,
        _centroids = [.. Compressed().Select(centroid => (centroid.Mean, centroid.Weight * factor))],
    };

    /// <summary>The value at a fraction of the weight; null when there is none.</summary>
    public double? ValueAt(double fraction)
    {
        Percentiles.Check(fraction);
        (double Mean, double Weight)[] all = Compressed();
        if (all.Length == 0)
            return null;
        double total = Weight, at = fraction * total;
        if (at < 1)
            return _least;
        if (at > total - 1)
            return _greatest;
        (double first, double last) = (all[0].Weight, all[^1].Weight);
        if (first > 1 && at < first / 2)
            return _least + ((at - 1) / ((first / 2) - 1) * (all[0].Mean - _least));
        if (last > 1 && total - at <= last / 2)
            return _greatest - ((total - at - 1) / ((last / 2) - 1) * (_greatest - all[^1].Mean));

        double before = first / 2;
        for (int left = 0; left + 1 < all.Length; left++)
        {
            double step = (all[left].Weight + all[left + 1].Weight) / 2;
            if (before + step > at)
                return Between(all[left], all[left + 1], at - before, before + step - at);
            before += step;
        }

        return all[^1].Mean;
    }

    /// <summary>The fraction of the weight that is at or below a value; null when there is none.</summary>
    public double? FractionAt(double value)
    {
        (double Mean, double Weight)[] all = Compressed();
        if (all.Length == 0)
            return null;
        if (value < _least)
            return 0;
        if (value >= _greatest)
            return 1;
        double below = 0, lower = _least;
        double total = Weight, before = 0;
        foreach ((double mean, double weight) in all)
        {
            if (value < mean)
                return (below + ((before + (weight / 2) - below) * (value - lower) / (mean - lower))) / total;
            (below, lower) = (before + (weight / 2), mean);
            before += weight;
        }

        return (below + ((total - below) * (value - lower) / (_greatest - lower))) / total;
    }

    // Centroids of weight one are exact values.
    private static double Between((double Mean, double Weight) left, (double Mean, double Weight) right, double fromLeft, double toRight)
    {
        if (left.Weight == 1 && fromLeft < 0.5)
            return left.Mean;
        if (right.Weight == 1 && toRight <= 0.5)
            return right.Mean;
        fromLeft -= left.Weight == 1 ? 0.5 : 0;
        toRight -= right.Weight == 1 ? 0.5 : 0;
        double sum = fromLeft + toRight;
        return sum == 0 || left.Mean == right.Mean ? left.Mean : ((left.Mean * toRight) + (right.Mean * fromLeft)) / sum;
    }

    private (double Mean, double Weight)[] Compressed()
    {
        if (_buffer.Count == 0)
            return _centroids;

        _buffer.AddRange(_centroids);
        _buffer.Sort();
        double total = _buffer.Sum(centroid => centroid.Weight), before = 0, limit = total * Next(0);
        var merged = new List<(double Mean, double Weight)> { _buffer[0] };
        foreach ((double mean, double weight) in CollectionsMarshal.AsSpan(_buffer)[1..])
        {
            (double Mean, double Weight) last = merged[^1];
            if (before + last.Weight + weight <= limit)
            {
                double sum = last.Weight + weight;
                merged[^1] = (mean == last.Mean ? mean : last.Mean + ((mean - last.Mean) * weight / sum), sum);
                continue;
            }

            before += last.Weight;
            limit = total * Next(before / total);
            merged.Add((mean, weight));
        }

        _buffer.Clear();
        return _centroids = [.. merged];
    }

    // The fraction up to which a centroid that begins at one may reach: one step of the scale function k1.
    private double Next(double fraction)
    {
        double k = (compression / (2 * Math.PI) * Math.Asin((2 * fraction) - 1)) + 1;
        return k >= compression / 4 ? 1 : (Math.Sin(2 * Math.PI * k / compression) + 1) / 2;
    }
}
