using System.Globalization;
using System.Numerics;
using System.Text;
using QueryEngine.Functions.Catalog;
using QueryEngine.Functions.Scalar;
using QueryEngine.Functions.Scalar.Adapters;
using QueryEngine.Spi;

namespace QueryEngine.Functions.Templates;

[ScalarFunction("to_char", "A number after a template of PostgreSQL: 9 and 0 are digits, D or . the point, G or , groups, S, MI, PL, SG, PR the sign, FM drops blanks.")]
[Example("to_char(125, '999')", " 125")]
[Example("to_char(-125, '999')", "-125")]
[Example("to_char(485, 'RN')", "        CDLXXXV")]
[Example("to_char(1485, '9,999')", " 1,485")]
[Example("to_char(12, '9')", " #")]
[Example("to_char(482, '999th')", " 482nd")]
internal readonly struct LongToCharFunction : IFunction<long, Utf8, TemplateCache, TextOutput, Text>
{
    public static Text Invoke(long first, Utf8 second, TemplateCache third, TextOutput fourth)
    {
        BigInteger magnitude = BigInteger.Abs(first);
        return fourth.Write(NumberWriter.Write(third.Number(second.Bytes), first < 0, first, (shift, places) => DigitText.Of(magnitude, 0, shift, places)));
    }
}

[ScalarFunction("to_char", "A number after a template of PostgreSQL.")]
[Example("to_char(125.8e0, '999D9')", " 125.8")]
[Example("to_char(-485e0, '999S')", "485-")]
[Example("to_char(0.0004859e0, '9.99EEEE')", " 4.86e-04")]
[Example("to_char(12345.678e0, '99G999D99')", " 12,345.68")]
internal readonly struct DoubleToCharFunction : IFunction<double, Utf8, TemplateCache, TextOutput, Text>
{
    public static Text Invoke(double first, Utf8 second, TemplateCache third, TextOutput fourth) =>
        fourth.Write(NumberWriter.Write(third.Number(second.Bytes), first < 0, first, (shift, places) => DigitText.Of(Math.Abs(first), shift, places)));
}

[ScalarFunction("to_char", "A number after a template of PostgreSQL.")]
[Example("to_char(-12.5, 'FM999.009')", "-12.50")]
[Example("to_char(0.1, '0.9')", " 0.1")]
[Example("to_char(-12.45, '99.99PR')", "<12.45>")]
[Example("to_char(12.4, '99V999')", " 12400")]
[Example("to_char(148.5, 'FM999.999')", "148.5")]
internal sealed class DecimalToCharOverload : ScalarOverload
{
    public override string Signature => "(decimal, varchar) -> varchar";

    public override Match? Resolve(string name, IReadOnlyList<ArgumentType> arguments) => arguments is [{ Type: DecimalType type }, _]
        ? Fit(name, arguments, [type, SqlType.Varchar], SqlType.Varchar) : null;

    public override ScalarFunction? Bind(string name, ValueList<SqlType> parameterTypes, SqlType returnType) =>
        parameterTypes is [DecimalType, VarcharType { Length: null }] && returnType is VarcharType { Length: null } ? new RowFunction(name, parameterTypes, returnType, Invoke, isStrict: true) : null;

    private static void Invoke(in RowCall call)
    {
        Int128 value = call[0] is FixedWidthVector<long> shorts ? shorts.Values[call.Row] : ((FixedWidthVector<Int128>)call[0]).Values[call.Row];
        int scale = ((DecimalType)call[0].Type).Scale;
        double approximate = (double)value / Math.Pow(10, scale);
        call.Append(NumberWriter.Write(NumberTemplate.Parse(call.Text(1)), value < 0, approximate, (shift, places) => DigitText.Of((BigInteger)Int128.Abs(value), scale, shift, places)).AsSpan());
    }
}

[ScalarFunction("to_char", "A number after a template of PostgreSQL.")]
[Example("to_char(numeric '1e20', '9.99EEEE')", " 1.00e+20")]
[Example("to_char(numeric '-Infinity', 'MI99999999.9')", "-Infinity")]
internal readonly struct NumberToCharFunction : IFunction<BigNumber, Utf8, TemplateCache, TextOutput, Text>
{
    public static Text Invoke(BigNumber first, Utf8 second, TemplateCache third, TextOutput fourth)
    {
        BigInteger magnitude = BigInteger.Abs(first.Unscaled);
        return fourth.Write(NumberWriter.Write(
            third.Number(second.Bytes), first.Sign < 0, first.ToDouble(), (shift, places) => DigitText.Of(magnitude, first.Scale, shift, places),
            first.IsFinite && first.Sign != 0 ? places => Scientific(first, places) : null));
    }

    private static string Scientific(BigNumber value, int places)
    {
        int power = Numbers.BigMath.Magnitude(value) - 1;
        BigInteger digits = new BigNumber(value.Unscaled, value.Scale + power).UnscaledAt(places);
        if (BigInteger.Abs(digits) >= BigNumber.PowerOfTen(places + 1))
            (digits, power) = (digits / 10, power + 1);
        return string.Create(CultureInfo.InvariantCulture, $"{new BigNumber(digits, places)}e{(power < 0 ? '-' : '+')}{Math.Abs(power):D2}");
    }
}

[ScalarFunction("to_number", "The number that a text written after a template of PostgreSQL says.")]
[Example("to_number('-34,338,492', '99G999G999')", "-34338492.0000000000")]
[Example("to_number('12,454.8-', '99G999D9S')", "-12454.8000000000")]
[Example("to_number('<564646.654564>', '999999.999999PR')", "-564646.6545640000")]
[Example("to_number('abc', '999')", "error 22P02")]
internal sealed class ToNumberOverload() : RowOverload("varchar, varchar -> decimal(38,10)")
{
    protected internal override void Invoke(in RowCall call) =>
        ((FixedWidthBuilder<Int128>)call.Result).Append(NumberReader.Read(NumberTemplate.Parse(call.Text(1)), call.Text(0)));
}

/// <summary>Remembers the template while it stays the same.</summary>
internal sealed class TemplateCache
{
    private byte[]? _numberText;
    private NumberTemplate? _number;
    private byte[]? _timeText;
    private TimeTemplate? _time;

    public NumberTemplate Number(ReadOnlySpan<byte> text)
    {
        if (_numberText is null || !text.SequenceEqual(_numberText))
            (_numberText, _number) = (text.ToArray(), NumberTemplate.Parse(Encoding.UTF8.GetString(text)));
        return _number!;
    }

    public TimeTemplate Time(ReadOnlySpan<byte> text)
    {
        if (_timeText is null || !text.SequenceEqual(_timeText))
            (_timeText, _time) = (text.ToArray(), TimeTemplate.Parse(Encoding.UTF8.GetString(text)));
        return _time!;
    }
}

/// <summary>The digits of numbers, with a point where there are places after it.</summary>
internal static class DigitText
{
    /// <summary>A number of a scale, times ten to the shift, rounded half away from zero.</summary>
    public static string Of(BigInteger magnitude, int scale, int shift, int places)
    {
        int digits = places + shift - scale;
        BigInteger power = BigInteger.Pow(10, Math.Abs(digits));
        BigInteger unscaled = digits >= 0 ? magnitude * power : (magnitude + (power / 2)) / power;
        string text = unscaled.ToString(CultureInfo.InvariantCulture).PadLeft(places + 1, '0');
        return places == 0 ? text : $"{text[..^places]}.{text[^places..]}";
    }

    /// <summary>As the other, of a double: its fifteen digits, the rest zeros.</summary>
    public static string Of(double magnitude, int shift, int places)
    {
        magnitude *= Math.Pow(10, shift);
        int whole = magnitude < 1 ? 1 : (int)Math.Floor(Math.Log10(magnitude)) + 1;
        int known = Math.Clamp(15 - whole, 0, places);
        string text = whole > 28 || places > 28
            ? magnitude.ToString("F" + known, CultureInfo.InvariantCulture)
            : Math.Round((decimal)magnitude, known, MidpointRounding.AwayFromZero).ToString("F" + known, CultureInfo.InvariantCulture);
        return places > known ? text + (known == 0 ? "." : string.Empty) + new string('0', places - known) : text;
    }
}
