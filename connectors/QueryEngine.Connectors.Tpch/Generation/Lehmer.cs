namespace QueryEngine.Connectors.Tpch.Generation;

/// <summary>
/// The "minimal standard" generator of Park and Miller that TPC-H data is drawn from:
/// x' = 16807 x modulo the Mersenne prime 2^31 - 1.
/// </summary>
internal static class Lehmer
{
    public const uint Modulus = 2147483647;
    private const uint Multiplier = 16807;

    /// <summary>The state that follows <paramref name="state"/>.</summary>
    public static uint Next(uint state) => Multiply(state, Multiplier);

    /// <summary>The product of two numbers below the modulus, modulo it.</summary>
    public static uint Multiply(uint left, uint right)
    {
        // 2^31 = 1 modulo 2^31 - 1, so the high bits are added to the low ones instead of dividing.
        ulong product = (ulong)left * right;
        uint sum = (uint)(product >> 31) + ((uint)product & Modulus);
        return sum >= Modulus ? sum - Modulus : sum;
    }

    /// <summary>The factor that advances a state by <paramref name="steps"/> steps at once.</summary>
    public static uint Jump(long steps)
    {
        uint result = 1;
        uint square = Multiplier;
        for (long rest = steps; rest > 0; rest >>= 1)
        {
            if ((rest & 1) != 0)
                result = Multiply(result, square);
            square = Multiply(square, square);
        }

        return result;
    }

    /// <summary>Maps a state to [0, <paramref name="range"/>), rounding as the reference generator does (in doubles).</summary>
    public static long Scale(uint state, double range) => (long)(state / (double)Modulus * range);

    /// <summary>
    /// <see cref="Scale"/> for a range of at most 2^20 without floating point. The quotient state * range / modulus is
    /// never an integer and at least 4.6e-10 away from one, while the doubles err by less than 2.4e-10 for such ranges,
    /// so that both truncate to the same number.
    /// </summary>
    public static int ScaleSmall(uint state, uint range)
    {
        ulong product = (ulong)state * range;
        uint quotient = (uint)(product >> 31);
        uint remainder = (uint)product & Modulus;
        return (int)(quotient + (quotient + remainder >= Modulus ? 1u : 0u));
    }
}
