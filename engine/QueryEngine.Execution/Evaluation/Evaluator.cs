using QueryEngine.Spi;

namespace QueryEngine.Execution.Evaluation;

/// <summary>A compiled expression. Belongs to one driver: it may keep what it learnt of the last batch's dictionary.</summary>
internal abstract class Evaluator(SqlType type) : IDisposable
{
    /// <summary>The type of the result.</summary>
    public SqlType Type { get; } = type;

    /// <summary>The columns of the scope that are read, each once.</summary>
    public IReadOnlyList<int> Columns { get; protected init; } = [];

    /// <summary>Whether some values make this an error, so that it must not see rows that an earlier condition excludes.</summary>
    public bool MayRaise { get; protected init; }

    /// <summary>Whether equal rows give equal results.</summary>
    public bool IsDeterministic { get; protected init; } = true;

    /// <summary>The value for each row of the scope, in any encoding. The caller owns it.</summary>
    public abstract ColumnVector Evaluate(Scope scope);

    /// <inheritdoc/>
    public void Dispose()
    {
        Release();
        GC.SuppressFinalize(this);
    }

    /// <summary>Gives back what is held.</summary>
    protected virtual void Release()
    {
    }

    /// <summary>The columns of several evaluators, each once.</summary>
    public static IReadOnlyList<int> ColumnsOf(params IEnumerable<Evaluator> evaluators) =>
        [.. evaluators.SelectMany(evaluator => evaluator.Columns).Distinct()];
}

/// <summary>A column of the input, passed on as it is.</summary>
internal sealed class ColumnEvaluator : Evaluator
{
    public ColumnEvaluator(int column, SqlType type)
        : base(type) => (Column, Columns) = (column, [column]);

    /// <summary>The place of the column.</summary>
    public int Column { get; }

    /// <inheritdoc/>
    public override ColumnVector Evaluate(Scope scope)
    {
        ColumnVector column = scope[Column];
        column.Retain();
        return column;
    }
}

/// <summary>One value for all rows.</summary>
internal sealed class ConstantValueEvaluator(object? value, SqlType type) : Evaluator(type)
{
    private ColumnVector? _row;

    /// <summary>The boxed value; null for NULL.</summary>
    public object? Value { get; } = value;

    /// <inheritdoc/>
    public override ColumnVector Evaluate(Scope scope)
    {
        _row ??= VectorBuilder.FromBoxed(Type, [Value], scope.Memory);
        _row.Retain();
        return new ConstantVector(_row, scope.RowCount);
    }

    /// <inheritdoc/>
    protected override void Release()
    {
        _row?.Dispose();
        _row = null;
    }
}

/// <summary>A subexpression that occurs several times: computed once a scope.</summary>
internal sealed class SharedEvaluator : Evaluator
{
    private readonly Evaluator _inner;
    private readonly int _slot;

    public SharedEvaluator(Evaluator inner, int slot)
        : base(inner.Type)
    {
        (_inner, _slot) = (inner, slot);
        (Columns, MayRaise, IsDeterministic) = (inner.Columns, inner.MayRaise, inner.IsDeterministic);
    }

    /// <inheritdoc/>
    public override ColumnVector Evaluate(Scope scope)
    {
        if (scope.TryGetShared(_slot) is { } shared)
            return shared;

        ColumnVector result = _inner.Evaluate(scope);
        scope.Share(_slot, result);
        return result;
    }

    /// <inheritdoc/>
    protected override void Release() => _inner.Dispose();
}
