using System.Runtime.CompilerServices;
using QueryEngine.Plan;
using QueryEngine.Spi;

namespace QueryEngine.Optimizer.Pushdown;

/// <summary>Plan expressions as connectors see them: columns by handle, special forms by name.</summary>
internal static class ConnectorExpressions
{
    /// <summary>The expression for a connector, or null when a part of it has no such form (lambdas, rows, subscripts).</summary>
    public static ConnectorExpression? TryConvert(Expression expression, IReadOnlyDictionary<Column, ColumnHandle> columns)
    {
        RuntimeHelpers.EnsureSufficientExecutionStack();
        return expression switch
        {
            ColumnExpression column => columns.TryGetValue(column.Column, out ColumnHandle? handle) ? new ConnectorColumn(handle) : null,
            ConstantExpression constant => new ConnectorConstant(constant.Value, constant.Type),
            CallExpression call => Call(call.Function, call.Arguments, call.Type, columns),
            CastExpression { Target: VarcharType { Length: null }, Operand: { Type: VarcharType } text } => TryConvert(text, columns), // nothing changes
            CastExpression { IsTry: false } cast => Call("$cast", [cast.Operand], cast.Type, columns),
            SpecialExpression special when Name(special.Form) is { } name => Call(name, special.Arguments, special.Type, columns),
            _ => null,
        };
    }

    private static ConnectorCall? Call(string name, ValueList<Expression> arguments, SqlType type, IReadOnlyDictionary<Column, ColumnHandle> columns)
    {
        var converted = new ConnectorExpression[arguments.Count];
        for (int argument = 0; argument < converted.Length; argument++)
        {
            if (TryConvert(arguments[argument], columns) is not { } operand)
                return null;
            converted[argument] = operand;
        }

        return new ConnectorCall(name, ValueList.Create<ConnectorExpression>(converted), type);
    }

    private static string? Name(SpecialForm form) => form switch
    {
        SpecialForm.And => "$and",
        SpecialForm.Or => "$or",
        SpecialForm.Not => "$not",
        SpecialForm.IsNull => "$is_null",
        SpecialForm.IsDistinctFrom => "$is_distinct",
        SpecialForm.Case => "$case",
        SpecialForm.Coalesce => "$coalesce",
        SpecialForm.In => "$in",
        SpecialForm.Try or SpecialForm.Row or SpecialForm.Array => null,
        _ => throw new System.Diagnostics.UnreachableException(),
    };
}
