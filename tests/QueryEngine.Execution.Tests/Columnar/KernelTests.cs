using FsCheck;
using FsCheck.Fluent;
using QueryEngine.Columnar;
using QueryEngine.Spi;
using Xunit;

namespace QueryEngine.Execution.Tests.Columnar;

/// <summary>Kernels against the obvious way, over random vectors of every type and encoding.</summary>
public sealed class KernelTests
{
    private static readonly MemoryContext _memory = MemoryContext.Unlimited;

    [Fact]
    public void Flattening_keeps_every_value() => Check(random =>
    {
        using ColumnVector vector = random.Vector(random.Type(), random.Next(40), withNulls: true);

        using ColumnVector flat = Gather.Flatten(vector, _memory);

        Assert.False(flat is ConstantVector or DictionaryVector);
        Assert.Equal(Values(vector), Values(flat));
    });

    [Fact]
    public void Taking_rows_gives_their_values() => Check(random =>
    {
        using ColumnVector vector = random.Vector(random.Type(), 1 + random.Next(40), withNulls: true);
        int[] rows = random.Rows(random.Next(50), vector.Length);

        using ColumnVector taken = Gather.Take(vector, rows, _memory);

        Assert.Equal(rows.Select(vector.GetValue), Values(taken));
    });

    [Fact]
    public void Taking_no_row_gives_null() => Check(random =>
    {
        using ColumnVector vector = random.Vector(random.Type(), 1 + random.Next(40), withNulls: true);
        int[] rows = [.. random.Rows(random.Next(50), vector.Length + 1).Select(row => row - 1)];

        using ColumnVector taken = Gather.TakeOrNull(vector, rows, _memory);

        Assert.Equal(rows.Select(row => row < 0 ? null : vector.GetValue(row)), Values(taken));
    });

    [Fact]
    public void Concatenation_gives_all_rows_in_order() => Check(random =>
    {
        SqlType type = random.Type();
        ColumnVector[] parts = [.. Enumerable.Range(0, 1 + random.Next(4)).Select(_ => random.Vector(type, random.Next(30), withNulls: true))];

        using ColumnVector all = Concat.Vectors(parts, _memory);

        Assert.Equal(parts.SelectMany(Values), Values(all));
    });

    [Fact]
    public void Equal_rows_have_equal_hashes_in_every_encoding() => Check(random =>
    {
        SqlType first = random.Type(), second = random.Type();
        ColumnVector[] left = [random.Vector(first, 60, withNulls: true), random.Vector(second, 60, withNulls: true)];
        ColumnVector[] right = [random.Vector(first, 60, withNulls: false), random.Vector(second, 60, withNulls: true)];
        ulong[] leftHashes = new ulong[60], rightHashes = new ulong[60];

        RowHash.Hash(left, leftHashes);
        RowHash.Hash(right, rightHashes);

        for (int row = 0; row < 60; row++)
            for (int other = 0; other < 60; other++)
                Assert.Equal(RowComparer.Equal(left, row, right, other), leftHashes[row] == rightHashes[other]);
    });

    [Fact]
    public void Hashes_of_consecutive_numbers_spread_over_all_bits()
    {
        using ColumnVector numbers = VectorBuilder.FromBoxed(SqlType.BigInt, Enumerable.Range(0, 100_000).Select(n => (object?)(long)n), _memory);
        ulong[] hashes = new ulong[100_000];

        RowHash.Hash([numbers], hashes);

        Assert.Equal(100_000, hashes.Distinct().Count());
        foreach (int shift in (int[])[0, 16, 32, 48, 56])
        {
            int[] buckets = new int[256];
            foreach (ulong hash in hashes)
                buckets[(byte)(hash >> shift)]++;
            Assert.InRange(buckets.Max(), 300, 520); // 390 on average
        }
    }

    [Fact]
    public void Sort_keys_order_rows_as_their_values_do() => Check(random =>
    {
        SqlType[] types = [random.Type(), random.Type()];
        SortKeyOrder[] orders = [new(random.Next(2) == 0, random.Next(2) == 0), new(random.Next(2) == 0, random.Next(2) == 0)];
        ColumnVector[] keys = [random.Vector(types[0], 25, withNulls: true), random.Vector(types[1], 25, withNulls: true)];

        using BytesVector encoded = SortKeys.Encode(keys, orders, 25, _memory);

        for (int left = 0; left < 25; left++)
            for (int right = 0; right < 25; right++)
                Assert.Equal(Order(keys, orders, left, right), Math.Sign(encoded[left].SequenceCompareTo(encoded[right])));
    });

    [Fact]
    public void Selection_has_the_rows_that_are_true() => Check(random =>
    {
        using ColumnVector condition = random.Vector(SqlType.Boolean, random.Next(100), withNulls: random.Next(2) == 0);
        int[] rows = new int[condition.Length];

        int count = Selection.FromCondition(condition, rows);

        Assert.Equal(Enumerable.Range(0, condition.Length).Where(row => condition.GetValue(row) is true), rows[..count]);
    });

    [Fact]
    public void Bitmaps_pack_and_unpack() => Check(random =>
    {
        bool[] values = [.. random.Rows(random.Next(70), 2).Select(bit => bit == 1)];
        byte[] bits = new byte[Validity.BytesFor(values.Length)];
        bool[] unpacked = new bool[values.Length];

        ValidityBitmap.Pack(values, bits);
        ValidityBitmap.Unpack(new Validity(bits), unpacked);

        Assert.Equal(values, unpacked);
        Assert.Equal(values.Count(value => !value), new Validity(bits).CountNulls(values.Length));
    });

    private static void Check(Action<RandomVectors> property) =>
        Prop.ForAll(ArbMap.Default.ArbFor<int>(), seed => property(new RandomVectors(seed)))
            .Check(Config.QuickThrowOnFailure.WithMaxTest(200).WithEndSize(int.MaxValue));

    private static object?[] Values(ColumnVector vector) => [.. Enumerable.Range(0, vector.Length).Select(vector.GetValue)];

    private static int Order(ColumnVector[] keys, SortKeyOrder[] orders, int left, int right)
    {
        for (int column = 0; column < keys.Length; column++)
        {
            bool leftNull = keys[column].IsNull(left), rightNull = keys[column].IsNull(right);
            if (leftNull && rightNull)
                continue;
            if (leftNull || rightNull)
                return leftNull == orders[column].NullsFirst ? -1 : 1;
            int order = Math.Sign(RowComparer.Compare(keys[column], left, keys[column], right));
            if (order != 0)
                return orders[column].IsDescending ? -order : order;
        }

        return 0;
    }
}
