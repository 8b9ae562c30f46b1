using System.Numerics;
using System.Runtime.InteropServices;
using QueryEngine.Spi;

namespace QueryEngine.Functions.Aggregates.Sketches;

/// <summary>
/// Counts different values from their hashes (Flajolet et al. 2007, Ertl's improved estimator of 2017 for all ranges). A sketch of few values keeps their
/// hashes instead and counts exactly. Written as one byte with the number of bits, above it 0x80 when hashes follow, then hashes or registers.
/// </summary>
internal sealed class HyperLogLog(int bits) : ISketch<HyperLogLog>
{
    /// <summary>4096 registers: a standard error of 1.6%.</summary>
    public const int DefaultBits = 12;

    private const byte HashesFollow = 0x80;
    private const int MinBits = 4;
    private const int MaxBits = 16;
    private HashSet<ulong>? _hashes = [];
    private byte[]? _registers;

    /// <inheritdoc/>
    public long Bytes => _registers is null ? 64 + (24L * _hashes!.Count) : _registers.Length;

    // An eighth of the registers' memory, about.
    private int MaxHashes => Math.Max(16, 1 << (bits - 4));

    /// <summary>The bits that a standard error needs.</summary>
    /// <exception cref="QueryException">INVALID_PARAMETER_VALUE.</exception>
    public static int BitsOf(double error) => error is >= 0.0040625 and <= 0.26
        ? Math.Clamp((int)Math.Ceiling(Math.Log2(Math.Pow(1.04 / error, 2))), MinBits, MaxBits)
        : throw new QueryException(ErrorCode.InvalidParameterValue, $"a standard error of {error} is not between 0.0040625 and 0.26");

    /// <inheritdoc/>
    public static HyperLogLog Read(ReadOnlySpan<byte> bytes)
    {
        int bits = bytes.IsEmpty ? 0 : bytes[0] & ~HashesFollow;
        if (bits is < MinBits or > MaxBits)
            throw Invalid();
        var sketch = new HyperLogLog(bits);
        if ((bytes[0] & HashesFollow) != 0)
        {
            if ((bytes.Length - 1) % sizeof(ulong) != 0)
                throw Invalid();
            foreach (ulong hash in MemoryMarshal.Cast<byte, ulong>(bytes[1..]))
                sketch.Add(hash);
            return sketch;
        }

        sketch._registers = bytes.Length == 1 + (1 << bits) ? bytes[1..].ToArray() : throw Invalid();
        sketch._hashes = null;
        return sketch;
    }

    /// <inheritdoc/>
    public byte[] Write() => _registers is null
        ? [(byte)(bits | HashesFollow), .. MemoryMarshal.AsBytes<ulong>([.. _hashes!.Order()])]
        : [(byte)bits, .. _registers];

    /// <summary>Takes in the hash of a value.</summary>
    public void Add(ulong hash)
    {
        if (_registers is not null)
        {
            Set(_registers, hash);
            return;
        }

        _hashes!.Add(hash);
        if (_hashes.Count > MaxHashes)
            MakeDense();
    }

    /// <inheritdoc/>
    public void Merge(HyperLogLog other)
    {
        if (other._registers is null)
        {
            foreach (ulong hash in other._hashes!)
                Add(hash);
            return;
        }

        byte[] registers = MakeDense();
        if (registers.Length != other._registers.Length)
            throw new QueryException(ErrorCode.InvalidParameterValue, "sketches of different standard errors cannot be merged");
        for (int register = 0; register < registers.Length; register++)
            registers[register] = Math.Max(registers[register], other._registers[register]);
    }

    /// <summary>About how many different values there are.</summary>
    public long Cardinality()
    {
        if (_registers is null)
            return _hashes!.Count;

        int most = 64 - bits;
        double size = _registers.Length;
        Span<int> counts = stackalloc int[most + 2];
        foreach (byte register in _registers)
            counts[Math.Min((int)register, most + 1)]++;
        double sum = size * Tau(1 - (counts[most + 1] / size));
        for (int register = most; register >= 1; register--)
            sum = 0.5 * (sum + counts[register]);
        sum += size * Sigma(counts[0] / size);
        return (long)Math.Round(size * size / (2 * Math.Log(2)) / sum);
    }

    private byte[] MakeDense()
    {
        if (_registers is not null)
            return _registers;

        _registers = new byte[1 << bits];
        foreach (ulong hash in _hashes!)
            Set(_registers, hash);
        _hashes = null;
        return _registers;
    }

    private void Set(byte[] registers, ulong hash)
    {
        ref byte register = ref registers[hash >> (64 - bits)];
        register = Math.Max(register, (byte)(BitOperations.LeadingZeroCount((hash << bits) | (1UL << (bits - 1))) + 1));
    }

    private static double Sigma(double x)
    {
        if (x >= 1)
            return double.PositiveInfinity;
        double y = 1, z = x, before;
        do
        {
            x *= x;
            before = z;
            z += x * y;
            y += y;
        }
        while (z != before);
        return z;
    }

    private static double Tau(double x)
    {
        if (x is <= 0 or >= 1)
            return 0;
        double y = 1, z = 1 - x, before;
        do
        {
            x = Math.Sqrt(x);
            before = z;
            y *= 0.5;
            z -= (1 - x) * (1 - x) * y;
        }
        while (z != before);
        return z / 3;
    }

    private static QueryException Invalid() => new(ErrorCode.InvalidParameterValue, "the bytes are not a hyperloglog");
}
