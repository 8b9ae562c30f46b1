using System.Runtime.CompilerServices;
using QueryEngine.Columnar;
using QueryEngine.Functions.Catalog;
using QueryEngine.Functions.Operators;
using QueryEngine.Functions.Scalar;
using QueryEngine.Spi;

namespace QueryEngine.Functions.Maths;

/// <summary>A function of one decimal, and perhaps of a number of digits.</summary>
internal abstract class DecimalOverload : ScalarOverload
{
    /// <summary>Whether there is a second argument, an integer.</summary>
    protected virtual bool HasDigits => false;

    /// <summary>Whether whole numbers are taken as decimals without digits after the point.</summary>
    protected virtual bool TakesIntegers => false;

    /// <inheritdoc/>
    public override string Signature => HasDigits ? "(decimal, integer) -> decimal" : "(decimal) -> decimal";

    /// <inheritdoc/>
    public override Match? Resolve(string name, IReadOnlyList<ArgumentType> arguments)
    {
        if (arguments.Count != (HasDigits ? 2 : 1) || (arguments[0].Type as DecimalType ?? (TakesIntegers ? Coercion.AsDecimal(arguments[0].Type) : null)) is not { } type)
            return null;
        if (!HasDigits)
            return new Match(new FunctionResolution(name, [type], ResultOf(type)), 0);
        int cost = CostOf(arguments[1], SqlType.Integer);
        return cost < 0 ? null : new Match(new FunctionResolution(name, [type, SqlType.Integer], ResultOf(type)), cost);
    }

    /// <inheritdoc/>
    public override ScalarFunction? Bind(string name, ValueList<SqlType> parameterTypes, SqlType returnType)
    {
        if (parameterTypes.Count != (HasDigits ? 2 : 1) || parameterTypes[0] is not DecimalType type || returnType != ResultOf(type))
            return null;
        return (type.IsShort, ((DecimalType)returnType).IsShort) switch
        {
            (true, true) => new DecimalFunction<long, long>(name, parameterTypes, (DecimalType)returnType, Compute),
            (true, false) => new DecimalFunction<long, Int128>(name, parameterTypes, (DecimalType)returnType, Compute),
            (false, true) => new DecimalFunction<Int128, long>(name, parameterTypes, (DecimalType)returnType, Compute),
            (false, false) => new DecimalFunction<Int128, Int128>(name, parameterTypes, (DecimalType)returnType, Compute),
        };
    }

    /// <summary>The type of the result.</summary>
    protected virtual DecimalType ResultOf(DecimalType type) => type;

    /// <summary>The unscaled result.</summary>
    protected abstract Int128 Compute(Int128 value, int scale, int digits);

    /// <summary>decimal with a digit more before the point and none after it.</summary>
    protected static DecimalType Whole(DecimalType type) => SqlType.Decimal(Math.Min(DecimalType.MaxPrecision, type.Precision - type.Scale + 1), 0);
}

/// <summary>Runs a <see cref="DecimalOverload"/>.</summary>
internal sealed class DecimalFunction<TFrom, TTo>(
    string name, ValueList<SqlType> parameterTypes, DecimalType returnType, Func<Int128, int, int, Int128> compute)
    : VectorFunction(name, parameterTypes, returnType)
    where TFrom : unmanaged
    where TTo : unmanaged
{
    private readonly int _scale = ((DecimalType)parameterTypes[0]).Scale;

    /// <inheritdoc/>
    protected override ColumnVector Compute(ReadOnlySpan<ColumnVector> arguments, int rowCount, FunctionContext context)
    {
        NativeBuffer values = context.Memory.Allocate((long)rowCount * Unsafe.SizeOf<TTo>());
        NativeBuffer? validity = ValidityBitmap.And(arguments, rowCount, context.Memory);
        try
        {
            var valid = new Validity(validity is null ? default : validity.Span<byte>(Validity.BytesFor(rowCount)));
            var source = new FixedReader<TFrom>(arguments[0]);
            FixedReader<int> digits = arguments.Length > 1 ? new FixedReader<int>(arguments[1]) : default;
            Span<TTo> result = values.Span<TTo>(rowCount);
            for (int row = 0; row < result.Length; row++)
            {
                Int128 value = valid[row] ? compute(Wide.From(source[row]), _scale, arguments.Length > 1 ? digits[row] : 0) : 0;
                result[row] = Wide.To<TTo>(DecimalMath.Check(value, returnType));
            }

            return new FixedWidthVector<TTo>(ReturnType, rowCount, values, validity);
        }
        catch
        {
            validity?.Dispose();
            values.Dispose();
            throw;
        }
    }
}

[ScalarFunction("$negate", "The number with the other sign.")]
[Example("-(1.5)", "-1.5")]
internal sealed class NegateDecimalOverload : DecimalOverload
{
    protected override Int128 Compute(Int128 value, int scale, int digits) => -value;
}

[ScalarFunction("abs", "The absolute value.")]
[Example("abs(-1.50)", "1.50")]
internal sealed class AbsDecimalOverload : DecimalOverload
{
    protected override Int128 Compute(Int128 value, int scale, int digits) => Int128.Abs(value);
}

[ScalarFunction("sign", "-1, 0 or 1: the sign of a number.", Aliases = ["signum"])]
[Example("sign(-1.50)", "-1")]
internal sealed class SignDecimalOverload : DecimalOverload
{
    protected override DecimalType ResultOf(DecimalType type) => SqlType.Decimal(1, 0);

    protected override Int128 Compute(Int128 value, int scale, int digits) => Int128.Sign(value);
}

[ScalarFunction("floor", "The largest whole number not above a number.")]
[Example("floor(-1.5)", "-2")]
internal sealed class FloorDecimalOverload : DecimalOverload
{
    protected override DecimalType ResultOf(DecimalType type) => Whole(type);

    protected override Int128 Compute(Int128 value, int scale, int digits)
    {
        (Int128 quotient, Int128 rest) = Int128.DivRem(value, DecimalMath.PowerOfTen(scale));
        return rest < 0 ? quotient - 1 : quotient;
    }
}

[ScalarFunction("ceil", "The smallest whole number not below a number.", Aliases = ["ceiling"])]
[Example("ceil(1.2)", "2")]
internal sealed class CeilingDecimalOverload : DecimalOverload
{
    protected override DecimalType ResultOf(DecimalType type) => Whole(type);

    protected override Int128 Compute(Int128 value, int scale, int digits)
    {
        (Int128 quotient, Int128 rest) = Int128.DivRem(value, DecimalMath.PowerOfTen(scale));
        return rest > 0 ? quotient + 1 : quotient;
    }
}

[ScalarFunction("round", "The nearest whole number; halves go away from zero.")]
[Example("round(2.5)", "3")]
[Example("round(-2.5)", "-3")]
internal sealed class RoundDecimalOverload : DecimalOverload
{
    protected override DecimalType ResultOf(DecimalType type) => Whole(type);

    protected override Int128 Compute(Int128 value, int scale, int digits) => DecimalMath.DivideRounded(value, DecimalMath.PowerOfTen(scale));
}

[ScalarFunction("round", "A decimal rounded to so many digits after the point.")]
[Example("round(2.345, 2)", "2.350")]
[Example("round(1250.5, -2)", "1300.0")]
internal sealed class RoundDecimalToOverload : DecimalOverload
{
    protected override bool HasDigits => true;

    protected override DecimalType ResultOf(DecimalType type) => SqlType.Decimal(Math.Min(DecimalType.MaxPrecision, type.Precision + 1), type.Scale);

    protected override Int128 Compute(Int128 value, int scale, int digits)
    {
        if (digits >= scale)
            return value;
        if ((long)scale - digits > 38)
            return 0;
        Int128 factor = DecimalMath.PowerOfTen(scale - digits);
        return DecimalMath.Multiply(DecimalMath.DivideRounded(value, factor), factor);
    }
}

[ScalarFunction("truncate", "A decimal without its digits after the point.", Aliases = ["trunc"])]
[Example("truncate(-1.7)", "-1")]
internal sealed class TruncateDecimalOverload : DecimalOverload
{
    protected override DecimalType ResultOf(DecimalType type) => SqlType.Decimal(Math.Max(1, type.Precision - type.Scale), 0);

    protected override Int128 Compute(Int128 value, int scale, int digits) => value / DecimalMath.PowerOfTen(scale);
}

[ScalarFunction("truncate", "A decimal with so many digits after the point, the others cut.", Aliases = ["trunc"])]
[Example("truncate(2.349, 2)", "2.340")]
internal sealed class TruncateDecimalToOverload : DecimalOverload
{
    protected override bool HasDigits => true;

    protected override Int128 Compute(Int128 value, int scale, int digits)
    {
        if (digits >= scale)
            return value;
        return (long)scale - digits > 38 ? 0 : value - (value % DecimalMath.PowerOfTen(scale - digits));
    }
}
