using QueryEngine.Functions.Aggregates;
using QueryEngine.Functions.Scalar;
using QueryEngine.Spi;

namespace QueryEngine.Execution.Expressions;

/// <summary>Finds functions in the built-in catalog.</summary>
internal sealed class CatalogBinder : IFunctionBinder
{
    /// <inheritdoc/>
    public ScalarFunction Scalar(string name, ValueList<SqlType> parameterTypes, SqlType returnType) => throw Unknown(name);

    /// <inheritdoc/>
    public ScalarFunction Cast(SqlType source, SqlType target, bool isTry) => throw Unknown("cast");

    /// <inheritdoc/>
    public AggregateFunction Aggregate(string name, ValueList<SqlType> parameterTypes) => throw Unknown(name);

    private static QueryException Unknown(string name) => new(ErrorCode.UndefinedFunction, $"function {name} does not exist");
}
