using QueryEngine.Analysis.Types;
using QueryEngine.Functions;
using QueryEngine.Metadata.Sessions;
using QueryEngine.Plan;
using QueryEngine.Spi;

namespace QueryEngine.Analysis.Expressions;

/// <content>
/// What SET SESSION dialect = 'trino' changes: functions and operators whose answers differ between PostgreSQL and Trino have another one of the name
/// <c>$trino_name</c> that is taken where its types fit.
/// </content>
internal sealed partial class ExpressionAnalyzer
{
    private bool IsTrino => context.Query.Properties.Get(SessionProperties.Dialect) == "trino";

    /// <summary>The name of the function that answers as Trino does; the name itself where there is none for these arguments.</summary>
    private string InDialect(string name, IReadOnlyList<ArgumentType> arguments)
    {
        if (!IsTrino)
            return name;
        string other = "$trino_" + name.TrimStart('$');
        if (!context.Functions.IsScalar(other))
            return name;

        // Division of whole numbers and decimals is the same in both: only what is double already is taken as double.
        bool isForFloats = name is OperatorNames.Divide or OperatorNames.Modulus or "sign";
        if (isForFloats && !arguments.Any(argument => argument.Type is FloatType))
            return name;
        return context.Functions.TryResolveScalar(other, arguments) is null ? name : other;
    }

    /// <summary>left operator right, where Trino compares otherwise than PostgreSQL; else null.</summary>
    private Expression? CompareInDialect(string function, Expression left, Expression right)
    {
        if (!IsTrino || left.Type is not (FloatType or ArrayType))
            return null;
        string name = InDialect(function, [ArgumentType.Of(left.Type), ArgumentType.Of(right.Type)]);
        return name == function ? null : new CallExpression(name, [left, right], SqlType.Boolean);
    }

    /// <summary>Trino's length of char(n), which is n; null for other calls.</summary>
    private Expression? LengthInDialect(string name, Operand[] operands) => IsTrino && name == "length" && operands is [{ Type: CharType type } operand]
        ? Case([Make.IsNull(operand.Expression)], [ConstantExpression.Null(SqlType.BigInt), new ConstantExpression((long)type.Length, SqlType.BigInt)])
        : null;

    /// <summary>A value that becomes text: char(n) keeps its blanks then, to Trino.</summary>
    private Operand PaddedInDialect(Operand operand) => IsTrino && operand.Type is CharType type
        ? operand with
        {
            Expression = new CallExpression(
                "rpad", [new CastExpression(operand.Expression, SqlType.Varchar), new ConstantExpression((long)type.Length, SqlType.BigInt)], SqlType.Varchar),
        }
        : operand;

    /// <summary>The type of Trino's concat of char(n) and literals, which is char of all their lengths; null for other calls.</summary>
    private CharType? ConcatInDialect(string name, Operand[] operands)
    {
        if (!IsTrino || name != "concat" || !operands.Any(operand => operand.Type is CharType))
            return null;
        int length = 0;
        foreach (Operand operand in operands)
        {
            if (operand is { Type: CharType type })
                length += type.Length;
            else if (operand.Expression is ConstantExpression { Value: string text })
                length += text.EnumerateRunes().Count();
            else
                return null;
        }

        return SqlType.Char(length);
    }
}
