using QueryEngine.Functions;
using QueryEngine.Plan;
using QueryEngine.Spi;

namespace QueryEngine.Analysis.Types;

/// <summary>An analyzed expression and where it is written.</summary>
internal readonly record struct Operand(Expression Expression, SourcePosition Position)
{
    public SqlType Type => Expression.Type;

    /// <summary>Whether it is a text literal that has no type of its own yet.</summary>
    public bool IsUntypedText => Coercer.IsUntypedText(Expression);
}

/// <summary>
/// Makes implicit casts explicit. A text literal is a constant of type unknown until its surroundings say what it is; constants are converted
/// here and now, so that what is wrong with them is said at their place.
/// </summary>
internal sealed class Coercer(ConstantFolder constants)
{
    /// <summary>Whether it is a text literal that has no type of its own yet.</summary>
    public static bool IsUntypedText(Expression expression) => expression is ConstantExpression { ValueType: UnknownType, Value: not null };

    /// <summary>The expression as a type that it converts to without being told.</summary>
    public Expression To(Operand operand, SqlType target)
    {
        Expression expression = operand.Expression;
        if (expression.Type == target)
            return expression;
        if (expression is not ConstantExpression constant)
            return new CastExpression(expression, target);
        try
        {
            return constants.Cast(constant, target);
        }
        catch (QueryException error)
        {
            throw error.At(operand.Position);
        }
    }

    /// <summary>The expression with a type of its own: a text literal that nothing gave a type is varchar.</summary>
    public static Expression Finish(Expression expression) =>
        IsUntypedText(expression) ? new ConstantExpression(((ConstantExpression)expression).Value, SqlType.Varchar) : expression;

    /// <summary>As boolean.</summary>
    /// <exception cref="QueryException">TYPE_MISMATCH.</exception>
    public Expression ToBoolean(Operand operand, string what)
    {
        if (operand.Type is not BooleanType and not UnknownType)
            throw new QueryException(ErrorCode.TypeMismatch, $"{what} must be boolean, not {operand.Type}", operand.Position);
        return To(operand, SqlType.Boolean);
    }

    /// <summary>The type that all operands become without being told, untyped literals following the others; null when there is none.</summary>
    public static SqlType? Common(IReadOnlyList<Operand> operands)
    {
        SqlType? common = SqlType.Unknown;
        bool hasText = false;
        foreach (Operand operand in operands)
        {
            if (operand.IsUntypedText)
            {
                hasText = true;
                continue;
            }

            common = Coercion.CommonType(common, operand.Type);
            if (common is null)
                return null;
        }

        if (!hasText)
            return common;
        return common switch
        {
            UnknownType => SqlType.Varchar,
            VarcharType { Length: not null } or CharType => operands.Where(operand => operand.IsUntypedText).All(operand => Fits(operand, common)) ? common : SqlType.Varchar,
            BitType => SqlType.BitVarying,
            DecimalType => WithDecimalLiterals(common, operands),
            _ => common,
        };
    }

    /// <summary>All operands as their common type.</summary>
    /// <exception cref="QueryException">TYPE_MISMATCH at the first that does not fit; <paramref name="what"/> names what they belong to.</exception>
    public Expression[] Unify(IReadOnlyList<Operand> operands, string what)
    {
        SqlType common = Common(operands) ?? throw Mismatch(operands, what);
        var unified = new Expression[operands.Count];
        for (int at = 0; at < unified.Length; at++)
            unified[at] = To(operands[at], common);
        return unified;
    }

    /// <summary>The error for operands without a common type.</summary>
    public static QueryException Mismatch(IReadOnlyList<Operand> operands, string what)
    {
        Operand first = operands.First(operand => operand.Type is not UnknownType);
        Operand odd = operands.FirstOrDefault(operand => !operand.IsUntypedText && Coercion.CommonType(first.Type, operand.Type) is null, operands[^1]);
        return new QueryException(
            ErrorCode.TypeMismatch, $"{what} types {first.Type} and {odd.Type} cannot be matched", odd.Position, "Cast one of them.");
    }

    private static bool Fits(Operand operand, SqlType type)
    {
        string text = (string)((ConstantExpression)operand.Expression).Value!;
        return type is CharType character ? text.TrimEnd(' ').Length <= character.Length : text.Length <= ((VarcharType)type).Length;
    }

    // A literal keeps its digits next to a decimal column: price = '1.005' is not price = 1.01.
    private static SqlType? WithDecimalLiterals(SqlType common, IReadOnlyList<Operand> operands)
    {
        foreach (Operand operand in operands)
        {
            if (operand.IsUntypedText && Literals.TryParseDecimal(((string)((ConstantExpression)operand.Expression).Value!).Trim()) is { } literal)
                common = Coercion.CommonType(common, literal.ValueType) ?? common;
        }

        return common;
    }
}
