using System.Buffers.Binary;
using QueryEngine.Functions.Catalog;
using QueryEngine.Functions.Scalar;
using QueryEngine.Functions.Scalar.Adapters;
using QueryEngine.Spi;

namespace QueryEngine.Functions.Maths;

[ScalarFunction("to_base", "A number in a base from 2 to 36.")]
[Example("to_base(255, 16)", "ff")]
[Example("to_base(-2, 2)", "-10")]
[Example("to_base(255, 1)", "error 22023")]
internal readonly struct ToBaseFunction : IFunction<long, long, TextOutput, Text>
{
    public static Text Invoke(long first, long second, TextOutput third) => third.Write(Bases.Write(first, second));
}

[ScalarFunction("from_base", "The number that a text in a base from 2 to 36 says.")]
[Example("from_base('ff', 16)", "255")]
[Example("from_base('-10', 2)", "-2")]
[Example("from_base('9', 8)", "error 22023")]
internal readonly struct FromBaseFunction : IFunction<Utf8, long, long>
{
    public static long Invoke(Utf8 first, long second) => Bases.Read(first.ToString(), second);
}

[ScalarFunction("to_bin", "The bits of an integer in two's complement, as text.", Aliases = ["bin"])]
[Example("to_bin(10)", "1010")]
[Example("to_bin(-1)", "11111111111111111111111111111111")]
internal readonly struct IntToBinFunction : IFunction<int, TextOutput, Text>
{
    public static Text Invoke(int first, TextOutput second) => second.Write(Convert.ToString(first, 2));
}

[ScalarFunction("to_bin", "The bits of an integer in two's complement, as text.", Aliases = ["bin"])]
internal readonly struct LongToBinFunction : IFunction<long, TextOutput, Text>
{
    public static Text Invoke(long first, TextOutput second) => second.Write(Convert.ToString(first, 2));
}

[ScalarFunction("to_oct", "An integer in two's complement as octal digits.", Aliases = ["oct"])]
[Example("to_oct(64)", "100")]
internal readonly struct IntToOctFunction : IFunction<int, TextOutput, Text>
{
    public static Text Invoke(int first, TextOutput second) => second.Write(Convert.ToString(first, 8));
}

[ScalarFunction("to_oct", "An integer in two's complement as octal digits.", Aliases = ["oct"])]
internal readonly struct LongToOctFunction : IFunction<long, TextOutput, Text>
{
    public static Text Invoke(long first, TextOutput second) => second.Write(Convert.ToString(first, 8));
}

[ScalarFunction("luhn_check", "Whether digits pass Luhn's check; NULL of an empty text.")]
[Example("luhn_check('79927398713')", "true")]
[Example("luhn_check('79927398714')", "false")]
[Example("luhn_check('abc')", "error 22023")]
internal readonly struct LuhnCheckFunction : IFunction<Utf8, bool>
{
    public static bool Invoke(Utf8 first)
    {
        int sum = 0;
        ReadOnlySpan<byte> digits = first.Bytes;
        for (int at = 0; at < digits.Length; at++)
        {
            int digit = digits[^(at + 1)] - '0';
            if (digit is < 0 or > 9)
                throw MathErrors.Argument("luhn_check takes digits only");
            digit = at % 2 == 1 ? digit * 2 : digit;
            sum += digit > 9 ? digit - 9 : digit;
        }

        return digits.Length > 0 && sum % 10 == 0;
    }
}

[ScalarFunction("bit_count", "The one bits of a number in two's complement of so many bits (2 to 64).")]
[Example("bit_count(-7, 8)", "6")]
[Example("bit_count(1000, 8)", "error 22023")]
internal readonly struct BitCountOfBitsFunction : IFunction<long, long, long>
{
    public static long Invoke(long first, long second)
    {
        if (second is < 2 or > 64 || (second < 64 && (first >= 1L << (int)(second - 1) || first < -(1L << (int)(second - 1)))))
            throw MathErrors.Argument($"{first} does not fit {second} bits");
        return System.Numerics.BitOperations.PopCount((ulong)first & (second == 64 ? ulong.MaxValue : (1UL << (int)second) - 1));
    }
}

[ScalarFunction("from_big_endian_32", "The integer of four bytes, the highest first.", Signature = "varbinary -> integer")]
[Example("from_big_endian_32(CAST('\\x000004d2' AS varbinary))", "1234")]
internal readonly struct FromBigEndian32Function : IFunction<Utf8, int>
{
    public static int Invoke(Utf8 first) => BinaryPrimitives.ReadInt32BigEndian(Bases.Exactly(first.Bytes, 4));
}

[ScalarFunction("from_big_endian_64", "The bigint of eight bytes, the highest first.", Signature = "varbinary -> bigint")]
[Example("from_big_endian_64(CAST('\\x00000000000004d2' AS varbinary))", "1234")]
[Example("from_big_endian_64(CAST('\\x00' AS varbinary))", "error 22023")]
internal readonly struct FromBigEndian64Function : IFunction<Utf8, long>
{
    public static long Invoke(Utf8 first) => BinaryPrimitives.ReadInt64BigEndian(Bases.Exactly(first.Bytes, 8));
}

[ScalarFunction("to_big_endian_32", "The four bytes of an integer, the highest first.", Signature = "integer -> varbinary")]
[Example("to_big_endian_32(1234)", "\\x000004d2")]
internal readonly struct ToBigEndian32Function : IFunction<int, TextOutput, Text>
{
    public static Text Invoke(int first, TextOutput second)
    {
        BinaryPrimitives.WriteInt32BigEndian(second.Room(4), first);
        return second.Advance(4);
    }
}

[ScalarFunction("to_big_endian_64", "The eight bytes of a bigint, the highest first.", Signature = "bigint -> varbinary")]
[Example("to_big_endian_64(1234)", "\\x00000000000004d2")]
internal readonly struct ToBigEndian64Function : IFunction<long, TextOutput, Text>
{
    public static Text Invoke(long first, TextOutput second)
    {
        BinaryPrimitives.WriteInt64BigEndian(second.Room(8), first);
        return second.Advance(8);
    }
}

[ScalarFunction("from_ieee754_32", "The real of four bytes in IEEE 754, the highest first.", Signature = "varbinary -> real")]
[Example("from_ieee754_32(CAST('\\x3f800000' AS varbinary))", "1")]
internal readonly struct FromIeee32Function : IFunction<Utf8, float>
{
    public static float Invoke(Utf8 first) => BinaryPrimitives.ReadSingleBigEndian(Bases.Exactly(first.Bytes, 4));
}

[ScalarFunction("from_ieee754_64", "The double of eight bytes in IEEE 754, the highest first.", Signature = "varbinary -> double")]
[Example("from_ieee754_64(CAST('\\x3ff0000000000000' AS varbinary))", "1")]
internal readonly struct FromIeee64Function : IFunction<Utf8, double>
{
    public static double Invoke(Utf8 first) => BinaryPrimitives.ReadDoubleBigEndian(Bases.Exactly(first.Bytes, 8));
}

[ScalarFunction("to_ieee754_32", "The four bytes of a real in IEEE 754, the highest first.", Signature = "real -> varbinary")]
[Example("to_ieee754_32(CAST(1 AS real))", "\\x3f800000")]
internal readonly struct ToIeee32Function : IFunction<float, TextOutput, Text>
{
    public static Text Invoke(float first, TextOutput second)
    {
        BinaryPrimitives.WriteSingleBigEndian(second.Room(4), first);
        return second.Advance(4);
    }
}

[ScalarFunction("to_ieee754_64", "The eight bytes of a double in IEEE 754, the highest first.", Signature = "double -> varbinary")]
[Example("to_ieee754_64(1)", "\\x3ff0000000000000")]
internal readonly struct ToIeee64Function : IFunction<double, TextOutput, Text>
{
    public static Text Invoke(double first, TextOutput second)
    {
        BinaryPrimitives.WriteDoubleBigEndian(second.Room(8), first);
        return second.Advance(8);
    }
}

[ScalarFunction("width_bucket", "The number of the bucket that a number falls into, of those between ascending bounds.")]
[Example("width_bucket(3.14e0, ARRAY[0e0, 2e0, 4e0])", "2")]
[Example("width_bucket(-1e0, ARRAY[0e0, 2e0, 4e0])", "0")]
[Example("width_bucket(1e0, ARRAY[2e0, 1e0])", "error 22023")]
[Example("width_bucket(1e0, ARRAY[0e0, NULL])", "error 22023")]
internal sealed class WidthBucketOfBoundsOverload() : RowOverload("double, array(double) -> bigint")
{
    protected internal override void Invoke(in RowCall call)
    {
        ArrayRow bounds = call.Array(1);
        double operand = call.Double(0);
        if (bounds.Length == 0)
            throw MathErrors.Argument("width_bucket needs bounds");
        if (double.IsNaN(operand))
            throw MathErrors.Argument("the operand of width_bucket is NaN");
        // A binary search, which sees disorder only on its way.
        int low = bounds.Start, high = bounds.End;
        while (low < high)
        {
            int middle = (low + high) >>> 1;
            (double least, double bound, double most) = (Bound(bounds, low), Bound(bounds, middle), Bound(bounds, high - 1));
            if (least > most)
                throw MathErrors.Argument("the bounds of width_bucket do not ascend");
            if (operand < bound)
                high = middle;
            else
                low = middle + 1;
        }

        call.Append((long)(low - bounds.Start));
    }

    private static double Bound(ArrayRow bounds, int at) =>
        !bounds.Elements.IsNull(at) && ((FixedWidthVector<double>)bounds.Elements).Values[at] is var bound && !double.IsNaN(bound)
            ? bound
            : throw MathErrors.Argument("a bound of width_bucket is NULL or NaN");
}

/// <summary>Numbers in other bases and as bytes.</summary>
internal static class Bases
{
    private const string Digits = "0123456789abcdefghijklmnopqrstuvwxyz";

    public static string Write(long number, long numberBase)
    {
        Check(numberBase);
        Span<char> text = stackalloc char[65];
        int at = text.Length;
        UInt128 rest = (UInt128)Int128.Abs(number);
        do
        {
            (rest, UInt128 digit) = UInt128.DivRem(rest, (UInt128)numberBase);
            text[--at] = Digits[(int)digit];
        }
        while (rest != 0);
        if (number < 0)
            text[--at] = '-';
        return new string(text[at..]);
    }

    public static long Read(string text, long numberBase)
    {
        Check(numberBase);
        ReadOnlySpan<char> digits = text.AsSpan().Trim();
        bool isNegative = digits.StartsWith("-");
        digits = digits.TrimStart("+-");
        Int128 number = 0;
        foreach (char letter in digits)
        {
            int digit = Digits.IndexOf(char.ToLowerInvariant(letter), StringComparison.Ordinal);
            if (digit < 0 || digit >= numberBase)
                throw MathErrors.Argument($"'{text}' is not a number in base {numberBase}");
            number = (number * numberBase) + digit;
            if (number > (Int128)long.MaxValue + 1)
                throw MathErrors.OutOfRange($"'{text}' in base {numberBase}");
        }

        number = isNegative ? -number : number;
        if (digits.IsEmpty || number > long.MaxValue)
            throw digits.IsEmpty ? MathErrors.Argument($"'{text}' is not a number in base {numberBase}") : MathErrors.OutOfRange($"'{text}' in base {numberBase}");
        return (long)number;
    }

    public static ReadOnlySpan<byte> Exactly(ReadOnlySpan<byte> bytes, int length) =>
        bytes.Length == length ? bytes : throw MathErrors.Argument($"expected {length} bytes, got {bytes.Length}");

    private static void Check(long numberBase)
    {
        if (numberBase is < 2 or > 36)
            throw MathErrors.Argument($"base {numberBase} is not between 2 and 36");
    }
}
