using System.Buffers.Binary;
using System.Numerics;

namespace QueryEngine.Connectors.Memory;

/// <summary>
/// Estimates how many different values were seen: HyperLogLog (Flajolet et al., 2007) with 1024 registers, standard error
/// about 3%; below 2,500 values it counts empty registers, which is more exact.
/// </summary>
internal sealed class DistinctSketch
{
    private const int IndexBits = 10;
    private const int Registers = 1 << IndexBits;

    private readonly byte[] _ranks = new byte[Registers];

    /// <summary>Notes a value by a hash of it.</summary>
    public void Add(ulong hash)
    {
        int register = (int)(hash >> (64 - IndexBits));
        byte rank = (byte)(BitOperations.LeadingZeroCount((hash << IndexBits) | (1UL << (IndexBits - 1))) + 1);
        if (rank > _ranks[register])
            _ranks[register] = rank;
    }

    /// <summary>A sketch of the values of both.</summary>
    public DistinctSketch Combine(DistinctSketch other)
    {
        var both = new DistinctSketch();
        for (int register = 0; register < Registers; register++)
            both._ranks[register] = Math.Max(_ranks[register], other._ranks[register]);
        return both;
    }

    /// <summary>The estimate.</summary>
    public double Estimate()
    {
        double sum = 0;
        int empty = 0;
        foreach (byte rank in _ranks)
        {
            sum += Math.ScaleB(1, -rank);
            empty += rank == 0 ? 1 : 0;
        }

        const double Bias = 0.7213 / (1 + (1.079 / Registers));
        double estimate = Bias * Registers * Registers / sum;
        return estimate <= 2.5 * Registers && empty > 0 ? Registers * Math.Log((double)Registers / empty) : estimate;
    }

    /// <summary>A hash of a number.</summary>
    public static ulong Hash(ulong value)
    {
        // The finalizer of splitmix64: every input bit reaches every output bit.
        value = (value ^ (value >> 30)) * 0xBF58476D1CE4E5B9;
        value = (value ^ (value >> 27)) * 0x94D049BB133111EB;
        return value ^ (value >> 31);
    }

    /// <summary>A hash of some bytes.</summary>
    public static ulong Hash(ReadOnlySpan<byte> bytes)
    {
        ulong hash = Hash((ulong)bytes.Length + 0x9E3779B97F4A7C15);
        for (; bytes.Length >= sizeof(ulong); bytes = bytes[sizeof(ulong)..])
            hash = Hash(hash ^ BinaryPrimitives.ReadUInt64LittleEndian(bytes));
        ulong rest = 0;
        foreach (byte value in bytes)
            rest = (rest << 8) | value;
        return Hash(hash ^ rest);
    }
}
