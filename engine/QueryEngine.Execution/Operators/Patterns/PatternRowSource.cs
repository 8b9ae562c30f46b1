using QueryEngine.Columnar;
using QueryEngine.Execution.Columns;
using QueryEngine.Execution.Evaluation;
using QueryEngine.Execution.Operators.Windows;
using QueryEngine.Execution.Planning;
using QueryEngine.Functions;
using QueryEngine.Functions.Aggregates;
using QueryEngine.Plan;
using QueryEngine.Spi;

namespace QueryEngine.Execution.Operators.Patterns;

/// <summary>Evaluates expressions over matches: fetches what they read of the ordered rows.</summary>
internal sealed class PatternRowSource(
    RecordBatch sorted, WindowRows rows, RowStream input, PlanningContext context, MatchRecognizeNode node, FunctionContext functions) : IDisposable
{
    private readonly Dictionary<PatternExpression, Evaluator> _evaluators = new(ReferenceEqualityComparer.Instance);

    /// <summary>The values for rows of matches, which the caller owns.</summary>
    public ColumnVector Evaluate(PatternExpression expression, ReadOnlySpan<MatchedRow> at)
    {
        var columns = new ColumnVector[expression.Inputs.Count];
        try
        {
            for (int column = 0; column < columns.Length; column++)
                columns[column] = Fetch(expression.Inputs[column], at);
            return Evaluate(expression, columns, at.Length);
        }
        finally
        {
            Compaction.DisposeAll(columns);
        }
    }

    /// <summary>For every row whether a condition holds that reads only columns at a distance from the row.</summary>
    public bool[] EvaluateEverywhere(PatternExpression condition)
    {
        bool[] holds = new bool[sorted.RowCount];
        for (int first = 0; first < holds.Length; first += RecordBatch.MaxRows)
        {
            int count = Math.Min(RecordBatch.MaxRows, holds.Length - first);
            int[] numbers = [.. Enumerable.Range(first, count)];
            var columns = new ColumnVector[condition.Inputs.Count];
            try
            {
                for (int column = 0; column < columns.Length; column++)
                {
                    PatternInput read = condition.Inputs[column];
                    columns[column] = Take(read.Source!, [.. numbers.Select(row => Within(row + read.Offset, rows.PartitionStart[row], rows.PartitionEnd[row]))]);
                }

                using ColumnVector values = Evaluate(condition, columns, count);
                int[] passing = new int[count];
                foreach (int row in passing.AsSpan(0, Booleans.TrueRows(values, numbers, passing)))
                    holds[row] = true;
            }
            finally
            {
                Compaction.DisposeAll(columns);
            }
        }

        return holds;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (Evaluator evaluator in _evaluators.Values)
            evaluator.Dispose();
        _evaluators.Clear();
    }

    private ColumnVector Evaluate(PatternExpression expression, ColumnVector[] columns, int rowCount)
    {
        if (!_evaluators.TryGetValue(expression, out Evaluator? evaluator))
            _evaluators.Add(expression, evaluator = context.Compiler(expression.Inputs.Select(read => read.Column)).Compile([expression.Expression])[0]);
        using var scope = new Scope(columns, rowCount, functions);
        using ColumnVector value = evaluator.Evaluate(scope);
        return Gather.Flatten(value, functions.Memory);
    }

    private ColumnVector Fetch(PatternInput read, ReadOnlySpan<MatchedRow> at)
    {
        switch (read.Kind)
        {
            case PatternInputKind.Value:
                int[] found = new int[at.Length];
                for (int row = 0; row < found.Length; row++)
                    found[row] = RowOf(read, at[row]);
                return Take(read.Source!, found);
            case PatternInputKind.Classifier:
                object?[] names = new object?[at.Length];
                for (int row = 0; row < names.Length; row++)
                    names[row] = RowOf(read, at[row]) is >= 0 and var number ? NameOf(at[row], number) : null;
                return VectorBuilder.FromBoxed(SqlType.Varchar, names, functions.Memory);
            case PatternInputKind.MatchNumber:
                object?[] numbers = new object?[at.Length];
                for (int row = 0; row < numbers.Length; row++)
                    numbers[row] = at[row].Match!.Number;
                return VectorBuilder.FromBoxed(SqlType.BigInt, numbers, functions.Memory);
            case PatternInputKind.Aggregate:
                return Aggregate(read, at);
            default:
                throw new System.Diagnostics.UnreachableException();
        }
    }

    // Rows outside of the match, which PREV and NEXT reach, have no variable.
    private string? NameOf(MatchedRow at, int row)
    {
        int place = row - at.Match!.Start;
        return place >= 0 && place < at.Match.Count ? node.Variables[at.Match[place]].ToUpperInvariant() : null;
    }

    private static int RowOf(PatternInput read, MatchedRow at)
    {
        Match match = at.Match!;
        int count = read.IsFinal ? match.Count : at.UpTo;
        int left = read.Skip;
        for (int step = 0; step < count; step++)
        {
            int place = read.FromFirst ? step : count - 1 - step;
            if (Counts(read, match, place) && left-- == 0)
                return Within(match.Start + place + read.Offset, match.PartitionStart, match.PartitionEnd);
        }

        return -1;
    }

    private static bool Counts(PatternInput read, Match match, int place) => read.Variables.Count == 0 || read.Variables.Contains(match[place]);

    private static int Within(long row, int start, int end) => row >= start && row < end ? (int)row : -1;

    private ColumnVector Take(Column column, ReadOnlySpan<int> numbers) => Gather.TakeOrNull(sorted[input.PlaceOf(column)], numbers, functions.Memory);

    // Running over the rows of one match, each row is added once.
    private ColumnVector Aggregate(PatternInput read, ReadOnlySpan<MatchedRow> at)
    {
        AggregateFunction function = context.Binder.Aggregate(read.Function!, read.Arguments.Select(argument => argument.Type).ToValueList());
        using VectorBuilder results = VectorBuilder.Create(function.ReturnType, functions.Memory, at.Length);
        Accumulator? state = null;
        Match? current = null;
        int taken = 0;
        try
        {
            foreach (MatchedRow row in at)
            {
                int upTo = read.IsFinal ? row.Match!.Count : row.UpTo;
                if (row.Match != current || upTo < taken)
                {
                    state?.Dispose();
                    state = function.CreateAccumulator(functions);
                    state.EnsureGroups(1);
                    (current, taken) = (row.Match, 0);
                }

                AddRows(read, state!, row.Match!, taken, upTo);
                taken = upTo;
                using ColumnVector result = state!.BuildResults(0, 1);
                results.AppendFrom(result, 0);
            }
        }
        finally
        {
            state?.Dispose();
        }

        return results.Build();
    }

    private void AddRows(PatternInput read, Accumulator state, Match match, int from, int upTo)
    {
        var numbers = new List<int>();
        for (int place = from; place < upTo; place++)
            if (Counts(read, match, place))
                numbers.Add(match.Start + place);
        int[] chosen = read.Filter is null ? [.. numbers] : Passing(read.Filter, [.. numbers]);
        if (chosen.Length == 0)
            return;
        var arguments = new ColumnVector[read.Arguments.Count];
        try
        {
            for (int argument = 0; argument < arguments.Length; argument++)
                arguments[argument] = Gather.Take(sorted[input.PlaceOf(read.Arguments[argument])], chosen, functions.Memory);
            state.AddToOne(arguments, chosen.Length, group: 0);
        }
        finally
        {
            Compaction.DisposeAll(arguments);
        }
    }

    private int[] Passing(Column filter, int[] numbers)
    {
        using ColumnVector values = Take(filter, numbers);
        int[] passing = new int[numbers.Length];
        return passing[..Booleans.TrueRows(values, numbers, passing)];
    }
}
