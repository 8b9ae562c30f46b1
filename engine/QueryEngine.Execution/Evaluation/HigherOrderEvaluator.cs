using QueryEngine.Execution.Columns;
using QueryEngine.Functions.Scalar;
using QueryEngine.Spi;

namespace QueryEngine.Execution.Evaluation;

/// <summary>A call that takes lambdas.</summary>
internal sealed class HigherOrderEvaluator : Evaluator
{
    private readonly HigherOrderFunction _function;
    private readonly Evaluator?[] _arguments;
    private readonly CompiledLambda?[] _lambdas;

    public HigherOrderEvaluator(HigherOrderFunction function, Evaluator?[] arguments, CompiledLambda?[] lambdas)
        : base(function.ReturnType)
    {
        (_function, _arguments, _lambdas) = (function, arguments, lambdas);
        Columns = [.. ColumnsOf(arguments.OfType<Evaluator>()).Concat(lambdas.SelectMany(lambda => lambda?.Captured ?? [])).Distinct()];
        MayRaise = true;
    }

    /// <inheritdoc/>
    public override ColumnVector Evaluate(Scope scope)
    {
        var arguments = new ColumnVector?[_arguments.Length];
        try
        {
            for (int argument = 0; argument < arguments.Length; argument++)
                arguments[argument] = _arguments[argument]?.Evaluate(scope);
            ILambda?[] lambdas = [.. _lambdas.Select(lambda => lambda is null ? null : new BoundLambda(lambda, scope))];
            return _function.Invoke(arguments, lambdas, scope.RowCount, scope.Functions);
        }
        finally
        {
            Compaction.DisposeAll(arguments!);
        }
    }

    /// <inheritdoc/>
    protected override void Release()
    {
        foreach (Evaluator? argument in _arguments)
            argument?.Dispose();
        foreach (CompiledLambda? lambda in _lambdas)
            lambda?.Body.Dispose();
    }

    private sealed class BoundLambda(CompiledLambda lambda, Scope outer) : ILambda
    {
        public ColumnVector Invoke(ReadOnlySpan<ColumnVector> parameters, ReadOnlySpan<int> outerRows)
        {
            using Scope scope = outer.ForLambda(outerRows, [.. lambda.Captured], parameters);
            return lambda.Body.Evaluate(scope);
        }
    }
}

/// <summary>A lambda's body, over the enclosing columns and after them its parameters; and which enclosing columns it reads.</summary>
internal sealed record CompiledLambda(Evaluator Body, IReadOnlyList<int> Captured);
