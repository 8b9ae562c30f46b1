using QueryEngine.Columnar;
using QueryEngine.Execution.Columns;
using QueryEngine.Execution.Evaluation;
using QueryEngine.Execution.Grouping;
using QueryEngine.Execution.Spilling;
using QueryEngine.Spi;

namespace QueryEngine.Execution.Operators.Aggregation;

/// <summary>Arguments of a call, each but once in a group.</summary>
internal static class DistinctRows
{
    /// <summary>What was seen of a call's arguments: none.</summary>
    public static GroupKeys NewKeys(AggregateLayout layout, int call) =>
        GroupKeys.Create([SqlType.Integer, .. layout.Calls[call].Arguments.Select(argument => argument.Type)], layout.Memory);

    /// <summary>Those of some places in the arguments whose values were not seen in their group before.</summary>
    public static int[] Choose(AggregateLayout layout, GroupKeys seen, ColumnVector[] arguments, ReadOnlySpan<int> groupOfRow, int[] places)
    {
        var keys = new ColumnVector[arguments.Length + 1];
        try
        {
            NativeBuffer numbers = layout.Memory.Allocate((long)places.Length * sizeof(int));
            Span<int> groups = numbers.Span<int>(places.Length);
            for (int row = 0; row < places.Length; row++)
                groups[row] = groupOfRow[places[row]];
            keys[0] = new FixedWidthVector<int>(SqlType.Integer, places.Length, numbers);
            for (int argument = 0; argument < arguments.Length; argument++)
                keys[argument + 1] = Compaction.Rows(arguments[argument], places, layout.Memory);

            int before = seen.Count;
            int[] ids = new int[places.Length];
            seen.Resolve(keys, places.Length, ids);
            var first = new List<int>(seen.Count - before);
            for (int row = 0; row < ids.Length; row++)
                if (ids[row] == before + first.Count)
                    first.Add(places[row]);
            return [.. first];
        }
        finally
        {
            Compaction.DisposeAll(keys);
        }
    }

    /// <summary>Takes some places of the arguments in.</summary>
    public static void Add(AggregateLayout layout, AggregateTable table, int call, ColumnVector[] arguments, int[] groupOfRow, int[] places)
    {
        var taken = new ColumnVector[arguments.Length];
        try
        {
            for (int argument = 0; argument < taken.Length; argument++)
                taken[argument] = Compaction.Rows(arguments[argument], places, layout.Memory);
            table.AddRows(call, taken, [.. places.Select(place => groupOfRow[place])]);
        }
        finally
        {
            Compaction.DisposeAll(taken);
        }
    }
}

/// <summary>
/// A partition of rows on disk, aggregated batch by batch. Where what DISTINCT has seen does not fit in memory, the rows are read several times, each time for the
/// arguments of some hashes.
/// </summary>
internal sealed class SpilledGroups(AggregateLayout layout, Partitions partitions, int part, Spiller spiller)
{
    // Of a value that was seen beside its bytes: the group, the hash, slots of the table.
    private const int BytesOfSeen = 48;

    /// <summary>The groups; the caller owns the table.</summary>
    public AggregateTable Aggregate(AggregateInputs inputs, CancellationToken cancellationToken)
    {
        int distinct = layout.Calls.Count(call => call.IsDistinct);
        long needed = distinct * (partitions.BytesOf(part) + (partitions.RowsOf(part) * BytesOfSeen));
        int passes = spiller.IsForced && distinct > 0 ? 2 : (int)(needed / Math.Max(1, spiller.ShareOfRoom(4))) + 1;
        var table = new AggregateTable(layout);
        try
        {
            for (int pass = 0; pass < passes; pass++)
                Run(table, inputs, pass, passes, cancellationToken);
        }
        catch
        {
            table.Dispose();
            throw;
        }

        return table;
    }

    private void Run(AggregateTable table, AggregateInputs inputs, int pass, int passes, CancellationToken cancellationToken)
    {
        var seen = new GroupKeys?[layout.Calls.Count];
        try
        {
            for (int call = 0; call < seen.Length; call++)
                seen[call] = layout.Calls[call].IsDistinct ? DistinctRows.NewKeys(layout, call) : null;
            foreach (RecordBatch batch in partitions.ReadDisk(part))
            {
                using (batch)
                {
                    cancellationToken.ThrowIfCancellationRequested();
                    ReadOnlySpan<int> groups = table.Resolve(batch, layout.Keys);
                    using Scope scope = inputs.Open(batch);
                    for (int call = 0; call < seen.Length; call++)
                        if (pass == 0 || seen[call] is not null)
                            Add(table, inputs, scope, groups, call, seen[call], pass, passes);
                }
            }
        }
        finally
        {
            foreach (GroupKeys? keys in seen)
                keys?.Dispose();
        }
    }

    private void Add(
        AggregateTable table, AggregateInputs inputs, Scope scope, ReadOnlySpan<int> groups, int call, GroupKeys? seen, int pass, int passes)
    {
        ColumnVector[] arguments = inputs.Evaluate(call, scope, out int[]? passing);
        try
        {
            int[] rows = passing ?? RowNumbers.UpTo(scope.RowCount).ToArray();
            int[] groupOfRow = new int[rows.Length];
            for (int row = 0; row < rows.Length; row++)
                groupOfRow[row] = groups[rows[row]];
            int[] places = RowNumbers.UpTo(rows.Length).ToArray();
            if (seen is not null)
                places = DistinctRows.Choose(layout, seen, arguments, groupOfRow, OfPass(arguments, places, pass, passes));
            DistinctRows.Add(layout, table, call, arguments, groupOfRow, places);
        }
        finally
        {
            Compaction.DisposeAll(arguments);
        }
    }

    private static int[] OfPass(ColumnVector[] arguments, int[] places, int pass, int passes)
    {
        if (passes == 1)
            return places;
        ulong[] hashes = new ulong[places.Length];
        RowHash.Hash(arguments, hashes);
        return Array.FindAll(places, place => (int)((hashes[place] >> 33) % (ulong)passes) == pass);
    }
}
