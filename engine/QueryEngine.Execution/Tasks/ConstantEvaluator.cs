using QueryEngine.Execution.Evaluation;
using QueryEngine.Functions;
using QueryEngine.Plan;
using QueryEngine.Spi;

namespace QueryEngine.Execution;

/// <summary>Folds constants with the kernels that run queries.</summary>
public sealed class ConstantEvaluator : IConstantEvaluator
{
    private readonly CatalogBinder _binder = new(FunctionCatalog.BuiltIn);

    /// <inheritdoc/>
    public ConstantExpression Evaluate(Expression expression, ConnectorSession session)
    {
        if (expression is ConstantExpression constant)
            return constant;

        using Evaluator evaluator = new ExpressionCompiler(_binder, []).Compile([expression])[0];
        using var scope = new Scope([], 1, new FunctionContext(MemoryContext.Unlimited, session));
        using ColumnVector result = evaluator.Evaluate(scope);
        return new ConstantExpression(result.GetValue(0), expression.Type);
    }

    /// <inheritdoc/>
    public bool IsDeterministic(Expression expression)
    {
        if (expression is CallExpression call && !_binder
            .Scalar(call.Function, call.Arguments.Select(argument => argument.Type).ToValueList(), call.Type).IsDeterministic)
            return false;
        return expression.Children.All(IsDeterministic);
    }
}
