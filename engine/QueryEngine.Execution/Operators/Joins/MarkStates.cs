using QueryEngine.Columnar;
using QueryEngine.Execution.Columns;
using QueryEngine.Execution.Evaluation;
using QueryEngine.Plan;
using QueryEngine.Spi;

namespace QueryEngine.Execution.Operators.Joins;

/// <summary>
/// The answers of a mark join: true where there is a match, else false, or NULL where the join is null-aware and a pair would match if a NULL
/// were some value: x IN (..., NULL), NULL IN (something).
/// </summary>
internal static class MarkStates
{
    /// <summary>One state a row of a probe batch.</summary>
    public static byte[] Of(JoinLayout layout, RecordBatch batch, bool[] matched)
    {
        byte[] states = new byte[matched.Length];
        for (int row = 0; row < states.Length; row++)
            states[row] = matched[row] ? Booleans.True : Booleans.False;
        if (!layout.Node.IsNullAware || layout.Build.RowCount == 0)
            return states;

        bool isSimple = layout.Node is { Criteria.Count: 1, Filter: null };
        for (int row = 0; row < states.Length; row++)
        {
            if (matched[row])
                continue;
            bool probeNull = HasNullKey(layout, batch, row);
            if (!probeNull && !layout.Build.HasNullKeys)
                continue;
            if (isSimple || MayMatch(layout, batch, row, probeNull))
                states[row] = Booleans.Null;
        }

        return states;
    }

    private static bool HasNullKey(JoinLayout layout, RecordBatch batch, int row)
    {
        for (int key = 0; key < layout.ProbeKeys.Length; key++)
            if (!layout.Node.Criteria[key].IsNullSafe && batch[layout.ProbeKeys[key]].IsNull(row))
                return true;
        return false;
    }

    // Rare: several criteria or a filter, and NULLs. Looks at every build row that could be meant.
    private static bool MayMatch(JoinLayout layout, RecordBatch batch, int row, bool probeNull)
    {
        var candidates = new List<int>();
        for (int build = 0; build < layout.Build.Table.RowCount; build++)
            if (KeysMayMatch(layout, batch, row, build, probeNull))
                candidates.Add(build);
        if (candidates.Count == 0 || layout.Node.Filter is null)
            return candidates.Count > 0;

        using RowFilter filter = layout.NewFilter()!;
        for (int start = 0; start < candidates.Count; start += RecordBatch.MaxRows)
        {
            int[] some = [.. candidates.Skip(start).Take(RecordBatch.MaxRows)];
            if (AnyPasses(layout, batch, row, some, filter))
                return true;
        }

        return false;
    }

    private static bool AnyPasses(JoinLayout layout, RecordBatch batch, int row, int[] builds, RowFilter filter)
    {
        int[] probes = new int[builds.Length];
        probes.AsSpan().Fill(row);
        ColumnVector[] columns =
        [
            .. layout.FilterProbe.Select(column => Gather.Take(batch[column], probes, layout.Build.Memory)),
            .. layout.FilterBuild.Select(column => Gather.Take(layout.Build.Rows![column], builds, layout.Build.Memory)),
        ];
        try
        {
            using var scope = new Scope(columns, builds.Length, layout.Functions);
            return filter.Apply(scope, new int[builds.Length]) > 0;
        }
        finally
        {
            Compaction.DisposeAll(columns);
        }
    }

    private static bool KeysMayMatch(JoinLayout layout, RecordBatch batch, int row, int build, bool probeNull)
    {
        bool anyNull = probeNull;
        for (int key = 0; key < layout.ProbeKeys.Length; key++)
        {
            JoinCriterion criterion = layout.Node.Criteria[key];
            object? left = batch[layout.ProbeKeys[key]].GetValue(row);
            object? right = layout.Build.Rows![layout.Build.PlaceOf(criterion.Right)].GetValue(build);
            if (left is null || right is null)
            {
                if (criterion.IsNullSafe && !(left is null && right is null))
                    return false;
                anyNull |= !criterion.IsNullSafe;
                continue;
            }

            if (!left.Equals(right))
                return false;
        }

        return anyNull;
    }
}
