using QueryEngine.Execution.Columns;
using QueryEngine.Functions.Scalar;
using QueryEngine.Spi;

namespace QueryEngine.Execution.Evaluation;

/// <summary>A call of a scalar function or a cast.</summary>
internal sealed class CallEvaluator : Evaluator
{
    private readonly ScalarFunction _function;
    private readonly Evaluator[] _arguments;

    public CallEvaluator(ScalarFunction function, Evaluator[] arguments, bool mayRaise)
        : base(function.ReturnType)
    {
        (_function, _arguments) = (function, arguments);
        Columns = ColumnsOf(arguments);
        MayRaise = mayRaise || arguments.Any(argument => argument.MayRaise);
        IsDeterministic = function.IsDeterministic && arguments.All(argument => argument.IsDeterministic);
    }

    /// <inheritdoc/>
    public override ColumnVector Evaluate(Scope scope)
    {
        var arguments = new ColumnVector[_arguments.Length];
        try
        {
            for (int argument = 0; argument < arguments.Length; argument++)
                arguments[argument] = _arguments[argument].Evaluate(scope);
            return _function.Invoke(arguments, scope.RowCount, scope.Functions);
        }
        finally
        {
            Compaction.DisposeAll(arguments);
        }
    }

    /// <inheritdoc/>
    protected override void Release()
    {
        foreach (Evaluator argument in _arguments)
            argument.Dispose();
    }
}
