using QueryEngine.Functions;
using QueryEngine.Plan;
using QueryEngine.Spi;

namespace QueryEngine.Analysis.Expressions;

/// <summary>Tells whether expressions give the same when they are computed again.</summary>
internal static class Volatility
{
    /// <summary>Whether a function such as random() is in it.</summary>
    public static bool IsVolatile(Expression expression, FunctionCatalog functions) =>
        (expression is CallExpression call
            && !functions.BindScalar(call.Function, call.Arguments.Select(argument => argument.Type).ToValueList(), call.ReturnType).IsDeterministic)
        || expression.Children.Any(child => IsVolatile(child, functions));
}
