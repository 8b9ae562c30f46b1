using QueryEngine.Execution.Spilling;
using QueryEngine.Plan;
using QueryEngine.Spi;
using Xunit;

namespace QueryEngine.Execution.Tests.Operators;

/// <summary>How the rows of a test come: their number a batch, the encoding of the columns, and how many drivers work on them.</summary>
public sealed record Shape(int BatchSize, int Encoding, int Drivers)
{
    /// <summary>Batch sizes 1, 7 and 8192; flat, dictionary and mixed encodings; 1, 2 and 4 drivers; some of them with all that can be on disk.</summary>
    public static IEnumerable<Shape> All =>
        from size in new[] { 1, 7, 8192 }
        from encoding in new[] { 0, 1, 2 }
        from drivers in new[] { 1, 2, 4 }
        where size > 1 || encoding == 0
        from spills in size == 7 && drivers < 4 ? new[] { false, true } : [false]
        select new Shape(size, encoding, drivers) { Spills = spills };

    /// <summary>Whether operators write to disk whatever the memory.</summary>
    public bool Spills { get; init; }

    public override string ToString() => $"{BatchSize} rows a batch, encoding {Encoding}, {Drivers} drivers{(Spills ? ", on disk" : string.Empty)}";
}

/// <summary>A table of boxed rows that a plan can read.</summary>
internal sealed class TestTable(int id, params Column[] columns)
{
    public Column[] Columns { get; } = columns;

    public List<object?[]> Rows { get; } = [];

    public RemoteSourceNode Node => new(id, [.. Columns]);

    public IEnumerable<RecordBatch> Batches(Shape shape, MemoryContext memory)
    {
        foreach (object?[][] chunk in Rows.Chunk(shape.BatchSize))
        {
            var vectors = new ColumnVector[Columns.Length];
            for (int column = 0; column < vectors.Length; column++)
                vectors[column] = Encode(Columns[column].Type, [.. chunk.Select(row => row[column])], (shape.Encoding + column * shape.Encoding) % 3, memory);
            yield return new RecordBatch(vectors, chunk.Length);
        }
    }

    public int Id => id;

    // 0: flat, 1: dictionary, 2: flat or, where all values are equal, constant.
    private static ColumnVector Encode(SqlType type, object?[] values, int encoding, MemoryContext memory)
    {
        if (encoding == 2 && values.Distinct().Count() == 1)
            return VectorBuilder.Constant(type, values[0], values.Length, memory);
        ColumnVector flat = VectorBuilder.FromBoxed(type, values, memory);
        if (encoding != 1)
            return flat;
        using (flat)
            return DictionaryVector.Select(flat, [.. Enumerable.Range(0, values.Length)], memory);
    }
}

/// <summary>Runs plans over test tables and checks that all memory comes back.</summary>
internal static class OperatorHarness
{
    /// <summary>The rows of a plan.</summary>
    public static async Task<IReadOnlyList<object?[]>> RunAsync(
        PlanNode plan, Shape shape, IEnumerable<TestTable> tables, long memoryLimit = long.MaxValue, CancellationToken cancellationToken = default)
    {
        var output = new TestOutput();
        await RunAsync(new PlanFragment(0, FragmentKind.Single, plan, ExchangeKind.Gather, []), shape, tables, output, memoryLimit, cancellationToken);
        return output.Rows;
    }

    /// <summary>Runs a fragment into an output.</summary>
    public static async Task RunAsync(
        PlanFragment fragment,
        Shape shape,
        IEnumerable<TestTable> tables,
        TestOutput output,
        long memoryLimit = long.MaxValue,
        CancellationToken cancellationToken = default)
    {
        var inputMemory = new MemoryContext("input");
        var memory = new MemoryContext("query", memoryLimit);
        var inputs = new TestInputs();
        foreach (TestTable table in tables)
            inputs.Add(table.Id, table.Batches(shape, inputMemory));
        using SpillSpace? spill = shape.Spills ? new SpillSpace(new SpillOptions { Always = true }) : null;
        var context = new TaskContext(new ConnectorSession("q", "tester"), memory, new NoConnectors(), shape.Drivers) { RandomSeed = 1, Spill = spill };
        try
        {
            await new LocalTask(fragment, context, inputs, output).RunAsync(cancellationToken);
        }
        finally
        {
            inputs.DisposeRest();
            Assert.Equal(0, memory.Bytes);
            Assert.Equal(0, inputMemory.Bytes);
            Assert.Equal(0, spill?.Bytes ?? 0);
        }
    }

    /// <summary>Runs a plan in every shape and compares its rows, in any order, with what is expected.</summary>
    public static async Task AssertRowsAsync(PlanNode plan, IReadOnlyList<TestTable> tables, IEnumerable<object?[]> expected)
    {
        string[] wanted = [.. expected.Select(Text).Order(StringComparer.Ordinal)];
        foreach (Shape shape in Shape.All)
        {
            string[] got = [.. (await RunAsync(plan, shape, tables)).Select(Text).Order(StringComparer.Ordinal)];
            AssertSame(wanted, got, shape);
        }
    }

    /// <summary>As <see cref="AssertRowsAsync"/>, in the given order.</summary>
    public static async Task AssertOrderedRowsAsync(PlanNode plan, IReadOnlyList<TestTable> tables, IEnumerable<object?[]> expected)
    {
        string[] wanted = [.. expected.Select(Text)];
        foreach (Shape shape in Shape.All)
            AssertSame(wanted, [.. (await RunAsync(plan, shape, tables)).Select(Text)], shape);
    }

    /// <summary>A row as text.</summary>
    public static string Text(object?[] row) => string.Join("|", row.Select(value => value?.ToString() ?? "NULL"));

    private static void AssertSame(string[] wanted, string[] got, Shape shape)
    {
        if (wanted.SequenceEqual(got))
            return;
        int at = Enumerable.Range(0, Math.Min(wanted.Length, got.Length)).FirstOrDefault(row => wanted[row] != got[row], Math.Min(wanted.Length, got.Length));
        Assert.Fail(
            $"with {shape}: {got.Length} rows for {wanted.Length}; row {at} is {got.ElementAtOrDefault(at)} and should be {wanted.ElementAtOrDefault(at)}");
    }
}

/// <summary>Random rows, the same in every run.</summary>
internal static class RandomRows
{
    public static readonly Column A = new(new ColumnId(1), "a", SqlType.BigInt);
    public static readonly Column B = new(new ColumnId(2), "b", SqlType.Varchar);
    public static readonly Column C = new(new ColumnId(3), "c", SqlType.Integer);
    public static readonly Column D = new(new ColumnId(4), "d", SqlType.Double);
    public static readonly Column E = new(new ColumnId(11), "e", SqlType.BigInt);
    public static readonly Column F = new(new ColumnId(12), "f", SqlType.Varchar);
    public static readonly Column G = new(new ColumnId(13), "g", SqlType.Integer);

    /// <summary>Columns a, b, c, d; about one value in ten is NULL.</summary>
    public static TestTable Left(int rows, int seed = 1, int keys = 40)
    {
        var random = new Random(seed);
        var table = new TestTable(1, A, B, C, D);
        for (int row = 0; row < rows; row++)
            table.Rows.Add([OrNull(random, (long)random.Next(keys)), OrNull(random, $"text {random.Next(12)}"), OrNull(random, random.Next(5)), OrNull(random, random.Next(100) / 4.0)]);
        return table;
    }

    /// <summary>Columns e, f, g.</summary>
    public static TestTable Right(int rows, int seed = 2, int keys = 40)
    {
        var random = new Random(seed);
        var table = new TestTable(2, E, F, G);
        for (int row = 0; row < rows; row++)
            table.Rows.Add([OrNull(random, (long)random.Next(keys)), OrNull(random, $"text {random.Next(12)}"), OrNull(random, random.Next(5))]);
        return table;
    }

    private static object? OrNull(Random random, object value) => random.Next(10) == 0 ? null : value;
}
