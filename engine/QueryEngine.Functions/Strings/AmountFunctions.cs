using System.Globalization;
using QueryEngine.Functions.Catalog;
using QueryEngine.Functions.Scalar.Adapters;
using QueryEngine.Spi;

namespace QueryEngine.Functions.Strings;

[ScalarFunction("format_number", "A number in three or four characters and a letter for thousands, millions, billions (B), trillions or quadrillions (Q).")]
[Example("format_number(123456)", "123K")]
[Example("format_number(1000000)", "1M")]
[Example("format_number(-1234)", "-1.23K")]
[Example("format_number(999)", "999")]
internal readonly struct FormatWholeNumberFunction : IFunction<long, TextOutput, Text>
{
    public static Text Invoke(long first, TextOutput second) => FormatNumberFunction.Invoke(first, second);
}

[ScalarFunction("format_number", "A number in three or four characters and a letter for thousands, millions, billions (B), trillions or quadrillions (Q).")]
[Example("format_number(1.5e0)", "1.5")]
[Example("format_number(1.5e7)", "15M")]
internal readonly struct FormatNumberFunction : IFunction<double, TextOutput, Text>
{
    public static Text Invoke(double first, TextOutput second)
    {
        if (!double.IsFinite(first))
            return second.Write(first.ToString(CultureInfo.InvariantCulture));
        string unit = "";
        double value = first;
        foreach (string next in (ReadOnlySpan<string>)["K", "M", "B", "T", "Q"])
        {
            if (Math.Abs(value) < 1000)
                break;
            value /= 1000;
            unit = next;
        }

        int digits = Math.Abs(value) >= 100 ? 0 : Math.Abs(value) >= 10 ? 1 : 2;
        string text = value.ToString("F" + digits.ToString(CultureInfo.InvariantCulture), CultureInfo.InvariantCulture);
        return second.Write((digits == 0 ? text : text.TrimEnd('0').TrimEnd('.')) + unit);
    }
}

[ScalarFunction("parse_data_size", "The bytes of a size with a unit: B, kB, MB, GB, TB, PB, EB, ZB or YB, each 1024 of the one before.",
    Aliases = ["parse_presto_data_size"])]
[Example("parse_data_size('1B')", "1")]
[Example("parse_data_size('2.3MB')", "2411724")]
[Example("parse_data_size('1YB')", "1208925819614629174706176")]
[Example("parse_data_size('1')", "error 22023")]
internal sealed class ParseDataSizeOverload() : Scalar.RowOverload("varchar -> decimal(38,0)")
{
    protected internal override void Invoke(in Scalar.RowCall call)
    {
        string text = call.Text(0);
        int digits = text.TakeWhile(next => char.IsAsciiDigit(next) || next == '.').Count();
        int unit = Array.IndexOf(["B", "kB", "MB", "GB", "TB", "PB", "EB", "ZB", "YB"], text[digits..]);
        if (unit < 0 || !decimal.TryParse(text.AsSpan(0, digits), NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out decimal number))
            throw new QueryException(ErrorCode.InvalidParameterValue, $"'{text}' is not a size of data");

        decimal whole = decimal.Truncate(number);
        Int128 scale = Int128.One << (10 * unit);
        Int128 bytes = ((Int128)whole * scale) + (Int128)((double)(number - whole) * (double)scale);
        ((FixedWidthBuilder<Int128>)call.Result).Append(bytes);
    }
}
