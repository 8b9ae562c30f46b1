using QueryEngine.Columnar;
using QueryEngine.Execution.Columns;
using QueryEngine.Execution.Evaluation;
using QueryEngine.Execution.Sorting;
using QueryEngine.Functions;
using QueryEngine.Plan;
using QueryEngine.Spi;

namespace QueryEngine.Execution.Operators.Windows;

/// <summary>Ordered rows cut into partitions, and partitions cut into groups of peers: rows that are equal in the order keys.</summary>
internal sealed class WindowRows : IDisposable
{
    private readonly ColumnVector[] _partitionKeys;

    /// <summary>Takes over the flat keys.</summary>
    public WindowRows(ColumnVector[] partitionKeys, SortKey[] partition, ColumnVector[] orderKeys, SortKey[] order, int rowCount)
    {
        (_partitionKeys, OrderKeys, Order, RowCount) = (partitionKeys, orderKeys, order, rowCount);
        (PartitionStart, PartitionEnd, PeerStart, PeerEnd, PeerGroup) =
            (new int[rowCount], new int[rowCount], new int[rowCount], new int[rowCount], new int[rowCount]);
        var byPartition = new SortComparer(partitionKeys, partition);
        var byOrder = new SortComparer(orderKeys, order);
        for (int row = 0; row < rowCount; row++)
        {
            bool startsPartition = row == 0 || (partition.Length > 0 && byPartition.Compare(row, row - 1) != 0);
            bool startsPeers = startsPartition || (order.Length > 0 && byOrder.Compare(row, row - 1) != 0);
            PartitionStart[row] = startsPartition ? row : PartitionStart[row - 1];
            PeerStart[row] = startsPeers ? row : PeerStart[row - 1];
            PeerGroup[row] = startsPartition ? 0 : startsPeers ? PeerGroup[row - 1] + 1 : PeerGroup[row - 1];
        }

        for (int row = rowCount - 1; row >= 0; row--)
        {
            bool isLast = row == rowCount - 1;
            PartitionEnd[row] = isLast || PartitionStart[row + 1] == row + 1 ? row + 1 : PartitionEnd[row + 1];
            PeerEnd[row] = isLast || PeerStart[row + 1] == row + 1 ? row + 1 : PeerEnd[row + 1];
        }
    }

    /// <summary>All rows.</summary>
    public int RowCount { get; }

    /// <summary>The order keys, flat.</summary>
    public ColumnVector[] OrderKeys { get; }

    /// <summary>The order.</summary>
    public SortKey[] Order { get; }

    /// <summary>The first row of each row's partition.</summary>
    public int[] PartitionStart { get; }

    /// <summary>The row behind each row's partition.</summary>
    public int[] PartitionEnd { get; }

    /// <summary>The first of each row's peers.</summary>
    public int[] PeerStart { get; }

    /// <summary>The row behind each row's peers.</summary>
    public int[] PeerEnd { get; }

    /// <summary>The number of each row's peers in its partition, from 0.</summary>
    public int[] PeerGroup { get; }

    /// <inheritdoc/>
    public void Dispose()
    {
        Compaction.DisposeAll(_partitionKeys);
        Compaction.DisposeAll(OrderKeys);
    }
}

/// <summary>The arguments, filter and frame offsets of a call, computed for all rows.</summary>
internal sealed class WindowInputs : IDisposable
{
    private readonly List<ColumnVector> _owned = [];

    public WindowInputs(WindowCall call, ExpressionCompiler compiler, RecordBatch rows, FunctionContext functions)
    {
        using var scope = new Scope(rows.Columns, rows.RowCount, functions);
        try
        {
            Arguments = [.. call.Arguments.Select(argument => Evaluate(argument, compiler, scope))];
            Filter = call.Filter is null ? null : Evaluate(call.Filter, compiler, scope);
            StartOffset = call.Frame.Start.Offset is null ? null : Evaluate(call.Frame.Start.Offset, compiler, scope);
            EndOffset = call.Frame.End.Offset is null ? null : Evaluate(call.Frame.End.Offset, compiler, scope);
        }
        catch
        {
            Dispose();
            throw;
        }
    }

    /// <summary>The arguments.</summary>
    public ColumnVector[] Arguments { get; } = [];

    /// <summary>The FILTER clause.</summary>
    public ColumnVector? Filter { get; }

    /// <summary>The offset of the frame's start.</summary>
    public ColumnVector? StartOffset { get; }

    /// <summary>The offset of the frame's end.</summary>
    public ColumnVector? EndOffset { get; }

    /// <inheritdoc/>
    public void Dispose() => Compaction.DisposeAll([.. _owned]);

    private ColumnVector Evaluate(Expression expression, ExpressionCompiler compiler, Scope scope)
    {
        using Evaluator evaluator = compiler.Compile([expression])[0];
        using ColumnVector value = evaluator.Evaluate(scope);
        ColumnVector flat = Gather.Flatten(value, scope.Memory);
        _owned.Add(flat);
        return flat;
    }
}
