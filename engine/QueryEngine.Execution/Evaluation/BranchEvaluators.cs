using QueryEngine.Spi;

namespace QueryEngine.Execution.Evaluation;

/// <summary>CASE: each condition sees the rows that no earlier one took, each value the rows that its condition took.</summary>
internal sealed class CaseEvaluator : Evaluator
{
    private readonly Evaluator[] _operands;

    public CaseEvaluator(Evaluator[] operands, SqlType type)
        : base(type)
    {
        _operands = operands;
        Columns = ColumnsOf(operands);
        MayRaise = operands.Any(operand => operand.MayRaise);
        IsDeterministic = operands.All(operand => operand.IsDeterministic);
    }

    /// <inheritdoc/>
    public override ColumnVector Evaluate(Scope scope)
    {
        using var parts = new RowParts(Type, scope.RowCount, scope.Memory);
        int[] open = RowNumbers.UpTo(scope.RowCount).ToArray();
        int[] taken = new int[scope.RowCount];
        int openCount = open.Length;
        for (int branch = 0; branch + 1 < _operands.Length && openCount > 0; branch += 2)
        {
            int takenCount = Take(_operands[branch], scope, open.AsSpan(0, openCount), taken);
            if (takenCount == 0)
                continue;
            AddPart(_operands[branch + 1], scope, taken.AsSpan(0, takenCount), parts);
            openCount = RowNumbers.Except(open.AsSpan(0, openCount), taken.AsSpan(0, takenCount), open);
        }

        if (openCount > 0)
            AddPart(_operands[^1], scope, open.AsSpan(0, openCount), parts);
        return parts.Build();
    }

    /// <inheritdoc/>
    protected override void Release()
    {
        foreach (Evaluator operand in _operands)
            operand.Dispose();
    }

    /// <summary>Computes a value for some rows and adds it.</summary>
    internal static void AddPart(Evaluator value, Scope scope, ReadOnlySpan<int> rows, RowParts parts)
    {
        if (rows.Length == scope.RowCount)
        {
            parts.Add(value.Evaluate(scope), rows);
            return;
        }

        using Scope some = scope.Narrow(rows, [.. value.Columns]);
        parts.Add(value.Evaluate(some), rows);
    }

    private static int Take(Evaluator condition, Scope scope, ReadOnlySpan<int> open, Span<int> taken)
    {
        if (open.Length == scope.RowCount)
        {
            using ColumnVector all = condition.Evaluate(scope);
            return Booleans.TrueRows(all, open, taken);
        }

        using Scope some = scope.Narrow(open, [.. condition.Columns]);
        using ColumnVector values = condition.Evaluate(some);
        return Booleans.TrueRows(values, open, taken);
    }
}

/// <summary>COALESCE: each operand sees the rows for which all before it were null.</summary>
internal sealed class CoalesceEvaluator : Evaluator
{
    private readonly Evaluator[] _operands;

    public CoalesceEvaluator(Evaluator[] operands, SqlType type)
        : base(type)
    {
        _operands = operands;
        Columns = ColumnsOf(operands);
        MayRaise = operands.Any(operand => operand.MayRaise);
        IsDeterministic = operands.All(operand => operand.IsDeterministic);
    }

    /// <inheritdoc/>
    public override ColumnVector Evaluate(Scope scope)
    {
        using var parts = new RowParts(Type, scope.RowCount, scope.Memory);
        int[] open = RowNumbers.UpTo(scope.RowCount).ToArray();
        int openCount = open.Length;
        for (int operand = 0; operand < _operands.Length && openCount > 0; operand++)
        {
            ReadOnlySpan<int> rows = open.AsSpan(0, openCount);
            using Scope? some = openCount == scope.RowCount ? null : scope.Narrow(rows, [.. _operands[operand].Columns]);
            ColumnVector value = _operands[operand].Evaluate(some ?? scope);
            if (operand == 0 && !value.MayHaveNulls)
                return value;

            int nulls = 0;
            int[] stillOpen = new int[openCount];
            Validity validity = value.Validity;
            for (int row = 0; row < openCount; row++)
            {
                stillOpen[nulls] = rows[row];
                nulls += validity[row] ? 0 : 1;
            }

            // A later operand's part overwrites the places of the rows that stay null here.
            parts.Add(value, rows);
            stillOpen.AsSpan(0, nulls).CopyTo(open);
            openCount = nulls;
        }

        return parts.Build();
    }

    /// <inheritdoc/>
    protected override void Release()
    {
        foreach (Evaluator operand in _operands)
            operand.Dispose();
    }
}

/// <summary>TRY: NULL for the rows that raise an error of the user's data. Rows are taken one by one only in a batch that raised.</summary>
internal sealed class TryEvaluator : Evaluator
{
    private readonly Evaluator _operand;

    public TryEvaluator(Evaluator operand)
        : base(operand.Type) => (_operand, Columns, IsDeterministic) = (operand, operand.Columns, operand.IsDeterministic);

    /// <inheritdoc/>
    public override ColumnVector Evaluate(Scope scope)
    {
        try
        {
            return _operand.Evaluate(scope);
        }
        catch (QueryException error) when (IsDataError(error))
        {
            return EvaluateRowByRow(scope);
        }
    }

    /// <inheritdoc/>
    protected override void Release() => _operand.Dispose();

    private static bool IsDataError(QueryException error) => error.Code.SqlState.StartsWith("22", StringComparison.Ordinal);

    private ColumnVector EvaluateRowByRow(Scope scope)
    {
        using VectorBuilder results = VectorBuilder.Create(Type, scope.Memory, scope.RowCount);
        Span<int> one = stackalloc int[1];
        for (int row = 0; row < scope.RowCount; row++)
        {
            one[0] = row;
            using Scope single = scope.Narrow(one, [.. Columns]);
            try
            {
                using ColumnVector result = _operand.Evaluate(single);
                results.AppendFrom(result, 0);
            }
            catch (QueryException error) when (IsDataError(error))
            {
                results.AppendNull();
            }
        }

        return results.Build();
    }
}
