using QueryEngine.Spi;

namespace QueryEngine.Execution.Evaluation;

/// <summary>
/// AND and OR in SQL's three values. An operand that may raise sees only the rows that the operands before it left open.
/// </summary>
internal sealed class LogicEvaluator : Evaluator
{
    private readonly Evaluator[] _operands;
    private readonly byte _deciding;

    public LogicEvaluator(Evaluator[] operands, bool isAnd)
        : base(SqlType.Boolean)
    {
        _operands = operands;
        _deciding = isAnd ? Booleans.False : Booleans.True;
        Columns = ColumnsOf(operands);
        MayRaise = operands.Any(operand => operand.MayRaise);
        IsDeterministic = operands.All(operand => operand.IsDeterministic);
    }

    /// <inheritdoc/>
    public override ColumnVector Evaluate(Scope scope)
    {
        byte[] states = new byte[scope.RowCount];
        byte[] operandStates = new byte[scope.RowCount];
        states.AsSpan().Fill(_deciding == Booleans.False ? Booleans.True : Booleans.False);
        foreach (Evaluator operand in _operands)
            Combine(operand, scope, states, operandStates);
        return Booleans.Build(states, scope.Memory);
    }

    /// <inheritdoc/>
    protected override void Release()
    {
        foreach (Evaluator operand in _operands)
            operand.Dispose();
    }

    private void Combine(Evaluator operand, Scope scope, Span<byte> states, Span<byte> operandStates)
    {
        if (!operand.MayRaise || !states.Contains(_deciding))
        {
            using ColumnVector all = operand.Evaluate(scope);
            Booleans.Read(all, operandStates);
            for (int row = 0; row < states.Length; row++)
                states[row] = Merge(states[row], operandStates[row]);
            return;
        }

        int[] open = new int[states.Length];
        int count = 0;
        for (int row = 0; row < states.Length; row++)
        {
            open[count] = row;
            count += states[row] == _deciding ? 0 : 1;
        }

        if (count == 0)
            return;

        using Scope some = scope.Narrow(open.AsSpan(0, count), [.. operand.Columns]);
        using ColumnVector values = operand.Evaluate(some);
        Booleans.Read(values, operandStates[..count]);
        for (int row = 0; row < count; row++)
            states[open[row]] = Merge(states[open[row]], operandStates[row]);
    }

    private byte Merge(byte left, byte right) =>
        left == _deciding || right == _deciding ? _deciding : left == Booleans.Null || right == Booleans.Null ? Booleans.Null : left;
}

/// <summary>NOT.</summary>
internal sealed class NotEvaluator : Evaluator
{
    private readonly Evaluator _operand;

    public NotEvaluator(Evaluator operand)
        : base(SqlType.Boolean) =>
        (_operand, Columns, MayRaise, IsDeterministic) = (operand, operand.Columns, operand.MayRaise, operand.IsDeterministic);

    /// <inheritdoc/>
    public override ColumnVector Evaluate(Scope scope)
    {
        using ColumnVector operand = _operand.Evaluate(scope);
        byte[] states = new byte[scope.RowCount];
        Booleans.Read(operand, states);
        for (int row = 0; row < states.Length; row++)
            states[row] = states[row] == Booleans.Null ? Booleans.Null : (byte)(1 - states[row]);
        return Booleans.Build(states, scope.Memory);
    }

    /// <inheritdoc/>
    protected override void Release() => _operand.Dispose();
}

/// <summary>IS NULL.</summary>
internal sealed class IsNullEvaluator : Evaluator
{
    private readonly Evaluator _operand;

    public IsNullEvaluator(Evaluator operand)
        : base(SqlType.Boolean) =>
        (_operand, Columns, MayRaise, IsDeterministic) = (operand, operand.Columns, operand.MayRaise, operand.IsDeterministic);

    /// <inheritdoc/>
    public override ColumnVector Evaluate(Scope scope)
    {
        using ColumnVector operand = _operand.Evaluate(scope);
        if (!operand.MayHaveNulls)
            return VectorBuilder.Constant(SqlType.Boolean, false, scope.RowCount, scope.Memory);

        NativeBuffer values = scope.Memory.Allocate(scope.RowCount);
        Span<bool> target = values.Span<bool>(scope.RowCount);
        Validity validity = operand.Validity;
        for (int row = 0; row < target.Length; row++)
            target[row] = !validity[row];
        return new FixedWidthVector<bool>(SqlType.Boolean, scope.RowCount, values);
    }

    /// <inheritdoc/>
    protected override void Release() => _operand.Dispose();
}

/// <summary>IS DISTINCT FROM: NULL equals NULL and nothing else.</summary>
internal sealed class IsDistinctEvaluator : Evaluator
{
    private readonly Evaluator _left;
    private readonly Evaluator _right;
    private readonly Functions.Scalar.ScalarFunction _equal;

    public IsDistinctEvaluator(Evaluator left, Evaluator right, Functions.Scalar.ScalarFunction equal)
        : base(SqlType.Boolean)
    {
        (_left, _right, _equal) = (left, right, equal);
        Columns = ColumnsOf(left, right);
        MayRaise = left.MayRaise || right.MayRaise;
        IsDeterministic = left.IsDeterministic && right.IsDeterministic;
    }

    /// <inheritdoc/>
    public override ColumnVector Evaluate(Scope scope)
    {
        using ColumnVector left = _left.Evaluate(scope);
        using ColumnVector right = _right.Evaluate(scope);
        using ColumnVector equal = _equal.Invoke([left, right], scope.RowCount, scope.Functions);
        byte[] states = new byte[scope.RowCount];
        Booleans.Read(equal, states);
        Validity leftValid = left.Validity;
        Validity rightValid = right.Validity;
        for (int row = 0; row < states.Length; row++)
        {
            bool bothValid = leftValid[row] && rightValid[row];
            bool distinct = bothValid ? states[row] != Booleans.True : leftValid[row] != rightValid[row];
            states[row] = distinct ? Booleans.True : Booleans.False;
        }

        return Booleans.Build(states, scope.Memory);
    }

    /// <inheritdoc/>
    protected override void Release()
    {
        _left.Dispose();
        _right.Dispose();
    }
}
