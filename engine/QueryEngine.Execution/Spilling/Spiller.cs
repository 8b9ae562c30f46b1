using QueryEngine.Spi;

namespace QueryEngine.Execution.Spilling;

/// <summary>
/// What one operator writes to disk: when it must, the file, the reading back. The file is made with the first block and is gone with the operator. Thread-safe.
/// </summary>
internal sealed class Spiller(SpillSpace? space, OperatorStatistics statistics) : IDisposable
{
    // Blocks are small beside the budget: as many as are merged at once must be in memory together.
    private const int BlocksInBudget = 64;
    private const int MinBlockBytes = 16 << 10;

    // An operator that holds less than this part of the budget would gain nothing by giving it up.
    private const int WorthwhilePart = 16;

    private readonly Lock _lock = new();
    private SpillFile? _file;

    /// <summary>The operator's memory.</summary>
    public MemoryContext Memory => statistics.Memory!;

    /// <summary>Whether the operator may write at all.</summary>
    public bool IsEnabled => space is { IsEnabled: true };

    /// <summary>Whether the operator writes whatever the memory: in tests.</summary>
    public bool IsForced => space is { IsForced: true, IsEnabled: true };

    /// <summary>
    /// Whether the operator should give up what it holds: less than a quarter of the query's budget is left, or less than that and the bytes that going on would
    /// need. The quarter is for batches under way. <paramref name="held"/> is what it would give up, where its memory does not tell because others made the rows.
    /// </summary>
    public bool IsPressed(long need = 0, long held = 0)
    {
        if (!IsEnabled)
            return false;
        if (IsForced)
            return true;
        long budget = Memory.Budget;
        return Memory.Room - need < budget / 4 && Math.Max(held, Memory.Bytes) >= budget / WorthwhilePart;
    }

    /// <summary>Bytes that one of so many may use of what is left.</summary>
    public long ShareOfRoom(int parts) => Math.Max(0, Memory.Room / parts);

    /// <summary>Writes rows, in blocks that are small beside the budget. The batch stays the caller's.</summary>
    public void Write(RecordBatch batch, List<SpillBlock> blocks)
    {
        int rows = RowsOfBlock(batch);
        for (int start = 0; start < batch.RowCount; start += rows)
        {
            using RecordBatch part = batch.Slice(start, Math.Min(rows, batch.RowCount - start));
            using NativeBuffer bytes = BlockCodec.Encode(part, SpillFile.HeaderBytes, Memory, out int length);
            blocks.Add(File().Append(bytes.Bytes[..length], part.RowCount));
            statistics.AddSpilled(length);
        }
    }

    /// <summary>The rows of a block, which the caller owns.</summary>
    public RecordBatch Read(SpillBlock block, IReadOnlyList<SqlType> types)
    {
        using NativeBuffer bytes = Memory.Allocate(block.Length);
        File().Read(block, bytes.Bytes[..block.Length]);
        return BlockCodec.Decode(bytes, SpillFile.HeaderBytes, types, block.Rows);
    }

    /// <summary>The rows of blocks, one after another; the caller owns each.</summary>
    public IEnumerable<RecordBatch> ReadAll(IEnumerable<SpillBlock> blocks, IReadOnlyList<SqlType> types) => blocks.Select(block => Read(block, types));

    /// <summary>Rows of one block of rows like these.</summary>
    public int RowsOfBlock(RecordBatch batch)
    {
        long bytesOfRow = 1 + (batch.Columns.ToArray().Sum(FlatBytes) / Math.Max(1, batch.RowCount));
        long bytesOfBlock = Math.Max(MinBlockBytes, Memory.Budget / BlocksInBudget);
        return (int)Math.Clamp(bytesOfBlock / bytesOfRow, 1, RecordBatch.MaxRows);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        lock (_lock)
            _file?.Dispose();
    }

    private static long FlatBytes(ColumnVector column) => column switch
    {
        ConstantVector constant => constant.Value.SizeInBytes * constant.Length,
        DictionaryVector coded => coded.Dictionary.SizeInBytes / coded.Dictionary.Length * coded.Length,
        _ => column.SizeInBytes,
    };

    private SpillFile File()
    {
        if (_file is { } file)
            return file;
        lock (_lock)
            return _file ??= space!.CreateFile();
    }
}
