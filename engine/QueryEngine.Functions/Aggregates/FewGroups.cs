using System.Numerics;
using System.Runtime.CompilerServices;

namespace QueryEngine.Functions.Aggregates;

/// <summary>
/// Counts and sums of few groups. Each group has four places, and four rows after each other use different ones: with one place a row would wait for
/// the store of the row before it.
/// </summary>
internal static class FewGroups
{
    private const int Most = 256;
    private const int Lanes = 4;
    private const int LeastRows = 64;
    private const int MostRows = 1 << 20;

    // Sums of so many numbers below this cannot leave an int64, not even those of all four places.
    private const long SafeMagnitude = 1L << 41;

    /// <summary>Whether there are few enough groups, and rows enough to be worth it.</summary>
    public static bool Pays(int groups, int rows) => groups <= Most && rows is >= LeastRows and <= MostRows && groups <= rows / 4;

    /// <summary>Adds the rows of each group to its count.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Count(ReadOnlySpan<int> groups, Span<long> counts)
    {
        Span<long> places = stackalloc long[Lanes * Most];
        places.Clear();
        int row = 0;
        for (; row <= groups.Length - Lanes; row += Lanes)
        {
            places[groups[row]]++;
            places[Most + groups[row + 1]]++;
            places[(2 * Most) + groups[row + 2]]++;
            places[(3 * Most) + groups[row + 3]]++;
        }

        for (; row < groups.Length; row++)
            places[groups[row]]++;
        for (int group = 0; group < counts.Length; group++)
            counts[group] += TotalOf(places, group);
    }

    /// <summary>Adds up the values of each group. Gives false, and sums that mean nothing, where some value is too large to be sure.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static bool TrySum<T>(ReadOnlySpan<T> values, ReadOnlySpan<int> groups, Span<long> sums)
        where T : unmanaged, IBinaryInteger<T>
    {
        Span<long> places = stackalloc long[Lanes * Most];
        places.Clear();
        values = values[..groups.Length];
        long magnitude = 0;
        bool isNarrow = true;
        int row = 0;
        for (; row <= groups.Length - Lanes; row += Lanes)
        {
            long first = Narrow(values[row], ref isNarrow), second = Narrow(values[row + 1], ref isNarrow);
            long third = Narrow(values[row + 2], ref isNarrow), fourth = Narrow(values[row + 3], ref isNarrow);
            magnitude |= (first ^ (first >> 63)) | (second ^ (second >> 63)) | (third ^ (third >> 63)) | (fourth ^ (fourth >> 63));
            places[groups[row]] += first;
            places[Most + groups[row + 1]] += second;
            places[(2 * Most) + groups[row + 2]] += third;
            places[(3 * Most) + groups[row + 3]] += fourth;
        }

        for (; row < groups.Length; row++)
        {
            long value = Narrow(values[row], ref isNarrow);
            magnitude |= value ^ (value >> 63);
            places[groups[row]] += value;
        }

        for (int group = 0; group < sums.Length; group++)
            sums[group] = TotalOf(places, group);
        return isNarrow && magnitude < SafeMagnitude;
    }

    private static long Narrow<T>(T value, ref bool isNarrow)
        where T : unmanaged, IBinaryInteger<T>
    {
        if (typeof(T) != typeof(Int128))
            return long.CreateTruncating(value);
        var wide = (Int128)(object)value;
        long narrow = (long)wide;
        isNarrow &= narrow == wide;
        return narrow;
    }

    private static long TotalOf(Span<long> places, int group) =>
        places[group] + places[Most + group] + places[(2 * Most) + group] + places[(3 * Most) + group];
}
