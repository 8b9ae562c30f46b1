using QueryEngine.Columnar;
using QueryEngine.Functions.Catalog;
using QueryEngine.Functions.Scalar;
using QueryEngine.Spi;

namespace QueryEngine.Functions.Operators;

/// <summary>
/// A binary operator on numbers. Whole numbers take the wider type, decimals and whole numbers together are decimal, real with real is real,
/// anything else with a float is double.
/// </summary>
internal abstract class ArithmeticOverload : ScalarOverload
{
    /// <inheritdoc/>
    public override string Signature => "(number, number) -> number";

    /// <inheritdoc/>
    public override Match? Resolve(string name, IReadOnlyList<ArgumentType> arguments)
    {
        if (arguments.Count != 2)
            return null;

        SqlType left = TypeOf(arguments[0], arguments[1]);
        SqlType right = TypeOf(arguments[1], arguments[0]);
        if (!left.IsNumeric || !right.IsNumeric)
            return null;
        if (left is NumberType || right is NumberType)
            return left is FloatType || right is FloatType ? new Match(new FunctionResolution(name, [SqlType.Double, SqlType.Double], SqlType.Double), 2) : null;
        if (left is DecimalType || right is DecimalType)
        {
            if (left is FloatType || right is FloatType)
                return new Match(new FunctionResolution(name, [SqlType.Double, SqlType.Double], SqlType.Double), 2);
            (DecimalType l, DecimalType r) = (Coercion.AsDecimal(left)!, Coercion.AsDecimal(right)!);
            return new Match(new FunctionResolution(name, [l, r], DecimalResult(l, r)), 1);
        }

        SqlType common = Coercion.CommonType(left, right)!;
        return new Match(new FunctionResolution(name, [common, common], common), 0);
    }

    /// <inheritdoc/>
    public override ScalarFunction? Bind(string name, ValueList<SqlType> parameterTypes, SqlType returnType)
    {
        if (parameterTypes.Count != 2 || !parameterTypes[0].IsNumeric || !parameterTypes[1].IsNumeric)
            return null;
        if (parameterTypes[0] is DecimalType left && parameterTypes[1] is DecimalType right)
            return returnType == DecimalResult(left, right) ? BindDecimal(name, left, right, (DecimalType)returnType) : null;
        if (parameterTypes[0] != parameterTypes[1] || returnType != parameterTypes[0])
            return null;
        return returnType.Kind switch
        {
            TypeKind.TinyInt => BindNumber<sbyte>(name, returnType),
            TypeKind.SmallInt => BindNumber<short>(name, returnType),
            TypeKind.Integer => BindNumber<int>(name, returnType),
            TypeKind.BigInt => BindNumber<long>(name, returnType),
            TypeKind.Real => BindFloat<float>(name, returnType),
            TypeKind.Double => BindFloat<double>(name, returnType),
            _ => null,
        };
    }

    /// <summary>The type of the result on decimals.</summary>
    protected abstract DecimalType DecimalResult(DecimalType left, DecimalType right);

    /// <summary>The function on decimals.</summary>
    protected abstract ScalarFunction BindDecimal(string name, DecimalType left, DecimalType right, DecimalType result);

    /// <summary>The function on whole numbers.</summary>
    protected abstract ScalarFunction BindNumber<T>(string name, SqlType type)
        where T : unmanaged, System.Numerics.IBinaryInteger<T>, System.Numerics.ISignedNumber<T>, System.Numerics.IMinMaxValue<T>;

    /// <summary>The function on doubles or reals.</summary>
    protected abstract ScalarFunction BindFloat<T>(string name, SqlType type)
        where T : unmanaged, System.Numerics.IBinaryFloatingPointIeee754<T>;

    /// <summary>A decimal function for whatever widths the operands have.</summary>
    protected static ScalarFunction Widest<TOperation>(string name, DecimalType left, DecimalType right, DecimalType result, bool canOverflow)
        where TOperation : struct, IDecimalOperation => (left.IsShort, right.IsShort, result.IsShort) switch
        {
            (true, true, true) => new WideDecimalFunction<long, long, long, TOperation>(name, [left, right], result, canOverflow),
            (true, true, false) => new WideDecimalFunction<long, long, Int128, TOperation>(name, [left, right], result, canOverflow),
            (true, false, true) => new WideDecimalFunction<long, Int128, long, TOperation>(name, [left, right], result, canOverflow),
            (true, false, false) => new WideDecimalFunction<long, Int128, Int128, TOperation>(name, [left, right], result, canOverflow),
            (false, true, true) => new WideDecimalFunction<Int128, long, long, TOperation>(name, [left, right], result, canOverflow),
            (false, true, false) => new WideDecimalFunction<Int128, long, Int128, TOperation>(name, [left, right], result, canOverflow),
            (false, false, true) => new WideDecimalFunction<Int128, Int128, long, TOperation>(name, [left, right], result, canOverflow),
            (false, false, false) => new WideDecimalFunction<Int128, Int128, Int128, TOperation>(name, [left, right], result, canOverflow),
        };

    // NULL and untyped text beside a number are of its type.
    private static SqlType TypeOf(ArgumentType argument, ArgumentType other) =>
        argument.IsUntypedLiteral || argument.Type is UnknownType ? other.IsUntypedLiteral ? SqlType.Unknown : other.Type : argument.Type;
}

[ScalarFunction("$add", "The sum of two numbers.")]
[Example("1 + 2", "3")]
[Example("1.5 + 2.25", "3.75")]
[Example("2147483647 + 1", "error 22003")]
[Example("CAST(1 AS bigint) + NULL", "NULL")]
internal sealed class AddOverload : ArithmeticOverload
{
    protected override DecimalType DecimalResult(DecimalType left, DecimalType right) => DecimalTypes.Add(left, right);

    protected override ScalarFunction BindDecimal(string name, DecimalType left, DecimalType right, DecimalType result) =>
        result.IsShort
            ? ShortDecimals.Bind<AddUnchecked>(name, left, right, result)
            : Widest<AddDecimals>(name, left, right, result, result.Precision == DecimalType.MaxPrecision);

    protected override ScalarFunction BindNumber<T>(string name, SqlType type) => new ArithmeticFunction<T, AddIntegers<T>>(name, "+", type);

    protected override ScalarFunction BindFloat<T>(string name, SqlType type) => new ArithmeticFunction<T, AddFloats<T>>(name, "+", type);
}

[ScalarFunction("$subtract", "The difference of two numbers.")]
[Example("1 - 2", "-1")]
[Example("1 - 0.05", "0.95")]
internal sealed class SubtractOverload : ArithmeticOverload
{
    protected override DecimalType DecimalResult(DecimalType left, DecimalType right) => DecimalTypes.Add(left, right);

    protected override ScalarFunction BindDecimal(string name, DecimalType left, DecimalType right, DecimalType result) =>
        result.IsShort
            ? ShortDecimals.Bind<SubtractUnchecked>(name, left, right, result)
            : Widest<SubtractDecimals>(name, left, right, result, result.Precision == DecimalType.MaxPrecision);

    protected override ScalarFunction BindNumber<T>(string name, SqlType type) => new ArithmeticFunction<T, SubtractIntegers<T>>(name, "-", type);

    protected override ScalarFunction BindFloat<T>(string name, SqlType type) => new ArithmeticFunction<T, SubtractFloats<T>>(name, "-", type);
}

[ScalarFunction("$multiply", "The product of two numbers.")]
[Example("6 * 7", "42")]
[Example("1.5 * 1.25", "1.875")]
[Example("CAST(9223372036854775807 AS bigint) * CAST(2 AS bigint)", "error 22003")]
internal sealed class MultiplyOverload : ArithmeticOverload
{
    protected override DecimalType DecimalResult(DecimalType left, DecimalType right) => DecimalTypes.Multiply(left, right);

    protected override ScalarFunction BindDecimal(string name, DecimalType left, DecimalType right, DecimalType result)
    {
        bool isExact = left.Precision + right.Precision <= DecimalType.MaxPrecision;
        if (result.IsShort)
            return new ShortDecimalFunction<MultiplyUnchecked>(name, [left, right], result, 1, 1);
        if (isExact && left.IsShort && right.IsShort)
            return new WideningMultiplyFunction(name, [left, right], result);
        return Widest<MultiplyDecimals>(name, left, right, result, !isExact);
    }

    protected override ScalarFunction BindNumber<T>(string name, SqlType type) => new ArithmeticFunction<T, MultiplyIntegers<T>>(name, "*", type);

    protected override ScalarFunction BindFloat<T>(string name, SqlType type) => new ArithmeticFunction<T, MultiplyFloats<T>>(name, "*", type);
}

[ScalarFunction("$divide", "The quotient of two numbers: of whole numbers truncated, of decimals rounded.")]
[Example("7 / 2", "3")]
[Example("-7 / 2", "-3")]
[Example("1.00 / 3", "0.3333333333333")]
[Example("1 / 0", "error 22012")]
[Example("CAST(1 AS double) / 0", "error 22012")]
internal sealed class DivideOverload : ArithmeticOverload
{
    protected override DecimalType DecimalResult(DecimalType left, DecimalType right) => DecimalTypes.Divide(left, right);

    protected override ScalarFunction BindDecimal(string name, DecimalType left, DecimalType right, DecimalType result) =>
        Widest<DivideDecimals>(name, left, right, result, canOverflow: true);

    protected override ScalarFunction BindNumber<T>(string name, SqlType type) => new DivisionFunction<T, DivideIntegers<T>>(name, type);

    protected override ScalarFunction BindFloat<T>(string name, SqlType type) => new DivisionFunction<T, DivideFloats<T>>(name, type);
}

[ScalarFunction("$modulus", "The remainder of a division, with the sign of the dividend.", Aliases = ["mod"])]
[Example("7 % 3", "1")]
[Example("-7 % 3", "-1")]
[Example("7.5 % 2", "1.5")]
[Example("mod(7, 0)", "error 22012")]
internal sealed class ModulusOverload : ArithmeticOverload
{
    protected override DecimalType DecimalResult(DecimalType left, DecimalType right) => DecimalTypes.Modulus(left, right);

    protected override ScalarFunction BindDecimal(string name, DecimalType left, DecimalType right, DecimalType result) =>
        Widest<ModulusDecimals>(name, left, right, result, canOverflow: false);

    protected override ScalarFunction BindNumber<T>(string name, SqlType type) => new DivisionFunction<T, ModulusIntegers<T>>(name, type);

    protected override ScalarFunction BindFloat<T>(string name, SqlType type) => new DivisionFunction<T, ModulusFloats<T>>(name, type);
}

/// <summary>Short decimals.</summary>
internal static class ShortDecimals
{
    /// <summary>A sum or difference that fits an int64.</summary>
    public static ScalarFunction Bind<TOperation>(string name, DecimalType left, DecimalType right, DecimalType result)
        where TOperation : struct, IArithmetic<long> => new ShortDecimalFunction<TOperation>(
            name, [left, right], result, DecimalMath.ShortPowerOfTen(result.Scale - left.Scale), DecimalMath.ShortPowerOfTen(result.Scale - right.Scale));
}
