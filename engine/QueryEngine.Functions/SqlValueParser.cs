using System.Text;
using QueryEngine.Functions.Casts;
using QueryEngine.Functions.Scalar;
using QueryEngine.Spi;

namespace QueryEngine.Functions;

/// <summary>
/// Reads the text of a literal as a boxed value: <c>DATE '2020-01-01'</c>, and untyped literals that took another operand's type. The same rules as
/// CAST, but text is never cut: <c>'abcd'</c> beside a char(3) column stays as it is and so equals none of its values.
/// </summary>
public static class SqlValueParser
{
    /// <summary>The value.</summary>
    /// <exception cref="QueryException">INVALID_TEXT_REPRESENTATION, INVALID_DATETIME_FORMAT, NUMERIC_VALUE_OUT_OF_RANGE, CANNOT_CAST.</exception>
    public static object Parse(SqlType type, string text, ConnectorSession session)
    {
        switch (type)
        {
            case VarcharType or UnknownType:
                return text;
            case CharType:
                return text.TrimEnd(' ');
        }

        ScalarFunction cast = CastFunctions.Bind(SqlType.Varchar, type, isTry: false);
        var context = new FunctionContext(MemoryContext.Unlimited, session);
        using ColumnVector argument = VectorBuilder.FromBoxed(SqlType.Varchar, [text], context.Memory);
        using ColumnVector result = cast.Invoke([argument], 1, context);
        return result.GetValue(0)!;
    }

    /// <summary>The type that a numeric literal has (integer, bigint, decimal, or double where it has an exponent, numeric beyond 38 digits), and its value.</summary>
    public static (SqlType Type, object Value) ParseNumber(string text)
    {
        byte[] bytes = Encoding.UTF8.GetBytes(text.Replace("_", string.Empty, StringComparison.Ordinal));
        if (text.Contains('e', StringComparison.OrdinalIgnoreCase))
            return NumberText.TryParseDouble(bytes, out double number, out _)
                ? (SqlType.Double, number)
                : throw new QueryException(ErrorCode.NumericValueOutOfRange, $"{text} is out of range for double");
        if (!text.Contains('.', StringComparison.Ordinal) && NumberText.TryParseInteger(bytes, out long whole, out _))
            return whole is >= int.MinValue and <= int.MaxValue ? (SqlType.Integer, (object)(int)whole) : (SqlType.BigInt, whole);

        string digits = Encoding.UTF8.GetString(bytes).TrimStart('-', '+');
        int point = digits.IndexOf('.', StringComparison.Ordinal);
        int scale = point < 0 ? 0 : digits.Length - point - 1;
        int integral = (point < 0 ? digits : digits[..point]).TrimStart('0').Length;
        if (integral + scale > DecimalType.MaxPrecision)
            return (SqlType.Number, BigNumberText.TryParse(Encoding.UTF8.GetString(bytes), out BigNumber big, out _)
                ? big : throw new QueryException(ErrorCode.NumericValueOutOfRange, $"{text} is out of range for numeric"));
        DecimalType type = SqlType.Decimal(Math.Max(1, Math.Max(scale, integral + scale)), scale);
        if (!NumberText.TryParseDecimal(bytes, type, out Int128 value, out _))
            throw new QueryException(ErrorCode.InvalidText, $"'{text}' is not a number");
        return (type, type.IsShort ? (object)(long)value : value);
    }
}
