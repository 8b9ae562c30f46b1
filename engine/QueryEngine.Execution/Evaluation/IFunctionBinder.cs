using QueryEngine.Functions.Aggregates;
using QueryEngine.Functions.Scalar;
using QueryEngine.Spi;

namespace QueryEngine.Execution.Evaluation;

/// <summary>Finds the implementations of functions by the names and exact types that a plan has.</summary>
internal interface IFunctionBinder
{
    /// <summary>A scalar function.</summary>
    ScalarFunction Scalar(string name, ValueList<SqlType> parameterTypes, SqlType returnType);

    /// <summary>A cast.</summary>
    ScalarFunction Cast(SqlType source, SqlType target, bool isTry);

    /// <summary>An aggregate function.</summary>
    AggregateFunction Aggregate(string name, ValueList<SqlType> parameterTypes);
}
