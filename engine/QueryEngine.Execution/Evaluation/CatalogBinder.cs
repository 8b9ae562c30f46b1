using QueryEngine.Functions;
using QueryEngine.Functions.Aggregates;
using QueryEngine.Functions.Scalar;
using QueryEngine.Spi;

namespace QueryEngine.Execution.Evaluation;

/// <summary>Finds functions in a catalog.</summary>
internal sealed class CatalogBinder(FunctionCatalog catalog) : IFunctionBinder
{
    /// <inheritdoc/>
    public ScalarFunction Scalar(string name, ValueList<SqlType> parameterTypes, SqlType returnType) =>
        catalog.BindScalar(name, parameterTypes, returnType);

    /// <inheritdoc/>
    public ScalarFunction Cast(SqlType source, SqlType target, bool isTry) => catalog.BindCast(source, target, isTry);

    /// <inheritdoc/>
    public AggregateFunction Aggregate(string name, ValueList<SqlType> parameterTypes) => catalog.BindAggregate(name, parameterTypes);
}
