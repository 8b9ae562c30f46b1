using System.Numerics;
using System.Runtime.InteropServices;
using QueryEngine.Columnar;
using QueryEngine.Functions.Catalog;
using QueryEngine.Spi;

namespace QueryEngine.Functions.Aggregates;

[AggregateFunction("approx_distinct", "About how many different values there are; the standard error is 1.6%.", Aliases = ["approx_count_distinct"])]
internal sealed class DistinctCountAggregate : AggregateOverload
{
    /// <inheritdoc/>
    public override string Signature => "(T) -> bigint";

    /// <inheritdoc/>
    public override ValueList<SqlType>? Resolve(ValueList<SqlType> types) => types.Count == 1 ? types : null;

    /// <inheritdoc/>
    public override AggregateFunction? Bind(string name, ValueList<SqlType> types) => types.Count != 1 ? null
        : new SimpleAggregate(name, types, SqlType.BigInt, [SqlType.Varbinary], context => new DistinctCountAccumulator(context)) { Idempotent = true };
}

/// <summary>
/// HyperLogLog with 4096 registers a group (Flajolet et al. 2007, Ertl's improved estimator of 2017 for all ranges). Groups of few values keep their
/// hashes instead and count exactly.
/// </summary>
internal sealed class DistinctCountAccumulator(FunctionContext context) : Accumulator
{
    private const int Bits = 12;
    private const int Registers = 1 << Bits;
    private const int MaxHashes = 256;
    private readonly List<Sketch> _groups = [];
    private long _bytes;

    /// <inheritdoc/>
    public override long ExtraBytes => _bytes;

    /// <inheritdoc/>
    public override void EnsureGroups(int count) => CollectionsMarshal.SetCount(_groups, Math.Max(count, _groups.Count));

    /// <inheritdoc/>
    public override void Add(ReadOnlySpan<ColumnVector> arguments, ReadOnlySpan<int> groups)
    {
        var hashes = new ulong[groups.Length];
        RowHash.Hash(arguments[..1], hashes);
        Validity valid = arguments[0].Validity;
        for (int row = 0; row < groups.Length; row++)
            if (valid[row])
                Add(groups[row], hashes[row]);
    }

    /// <inheritdoc/>
    public override void AddToOne(ReadOnlySpan<ColumnVector> arguments, int rowCount, int group)
    {
        int[] groups = new int[rowCount];
        groups.AsSpan().Fill(group);
        Add(arguments, groups);
    }

    /// <inheritdoc/>
    public override void Merge(ReadOnlySpan<ColumnVector> states, ReadOnlySpan<int> groups)
    {
        var reader = new BytesReader(states[0]);
        for (int row = 0; row < groups.Length; row++)
        {
            ReadOnlySpan<byte> state = reader[row];
            if (state.Length == Registers)
            {
                byte[] registers = MakeDense(groups[row]);
                for (int register = 0; register < Registers; register++)
                    registers[register] = Math.Max(registers[register], state[register]);
            }
            else
            {
                foreach (ulong hash in MemoryMarshal.Cast<byte, ulong>(state))
                    Add(groups[row], hash);
            }
        }
    }

    /// <inheritdoc/>
    public override ColumnVector[] BuildStates(int firstGroup, int count)
    {
        using var builder = new BytesBuilder(SqlType.Varbinary, context.Memory, count);
        foreach (ref readonly Sketch sketch in CollectionsMarshal.AsSpan(_groups).Slice(firstGroup, count))
            builder.Append(sketch.Registers ?? MemoryMarshal.AsBytes<ulong>([.. sketch.Hashes ?? []]));
        return [builder.Build()];
    }

    /// <inheritdoc/>
    public override ColumnVector BuildResults(int firstGroup, int count)
    {
        using var builder = new FixedWidthBuilder<long>(SqlType.BigInt, context.Memory, count);
        foreach (ref readonly Sketch sketch in CollectionsMarshal.AsSpan(_groups).Slice(firstGroup, count))
            builder.Append(sketch.Registers is null ? sketch.Hashes?.Count ?? 0 : Estimate(sketch.Registers));
        return builder.Build();
    }

    /// <inheritdoc/>
    protected override void Release() => _groups.Clear();

    private void Add(int group, ulong hash)
    {
        ref Sketch sketch = ref CollectionsMarshal.AsSpan(_groups)[group];
        if (sketch.Registers is null)
        {
            sketch.Hashes ??= [];
            if (sketch.Hashes.Add(hash))
                _bytes += 24;
            if (sketch.Hashes.Count > MaxHashes)
                MakeDense(group);
            return;
        }

        Set(sketch.Registers, hash);
    }

    private byte[] MakeDense(int group)
    {
        ref Sketch sketch = ref CollectionsMarshal.AsSpan(_groups)[group];
        if (sketch.Registers is not null)
            return sketch.Registers;

        sketch.Registers = new byte[Registers];
        _bytes += Registers;
        foreach (ulong hash in sketch.Hashes ?? [])
            Set(sketch.Registers, hash);
        sketch.Hashes = null;
        return sketch.Registers;
    }

    private static void Set(byte[] registers, ulong hash)
    {
        ref byte register = ref registers[hash >> (64 - Bits)];
        register = Math.Max(register, (byte)(BitOperations.LeadingZeroCount((hash << Bits) | (1UL << (Bits - 1))) + 1));
    }

    private static long Estimate(byte[] registers)
    {
        const int most = 64 - Bits;
        Span<int> counts = stackalloc int[most + 2];
        foreach (byte register in registers)
            counts[Math.Min((int)register, most + 1)]++;
        double sum = Registers * Tau(1 - (counts[most + 1] / (double)Registers));
        for (int register = most; register >= 1; register--)
            sum = 0.5 * (sum + counts[register]);
        sum += Registers * Sigma(counts[0] / (double)Registers);
        return (long)Math.Round(Registers * (double)Registers / (2 * Math.Log(2)) / sum);
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

    private struct Sketch
    {
        public HashSet<ulong>? Hashes;
        public byte[]? Registers;
    }
}
