using System.Numerics;
using System.Runtime.CompilerServices;
using QueryEngine.Columnar;
using QueryEngine.Functions.Scalar;
using QueryEngine.Spi;

namespace QueryEngine.Functions.Casts;

/// <summary>Reads values of one type from text.</summary>
internal interface ITextParser<T>
{
    /// <summary>Reads; false when it is no such value, and then in <paramref name="error"/> why.</summary>
    bool TryParse(ReadOnlySpan<byte> text, ConnectorSession session, out T value, ref ErrorCode error);
}

/// <summary>A cast from text to a fixed-width type.</summary>
internal sealed class ParseCast<T, TParser>(SqlType from, SqlType to, bool isTry, TParser parser) : VectorFunction(isTry ? "$try_cast" : "$cast", [from], to)
    where T : unmanaged
    where TParser : struct, ITextParser<T>
{
    /// <inheritdoc/>
    protected override ColumnVector Compute(ReadOnlySpan<ColumnVector> arguments, int rowCount, FunctionContext context)
    {
        NativeBuffer values = context.Memory.Allocate((long)rowCount * Unsafe.SizeOf<T>());
        try
        {
            ColumnVector argument = arguments[0];
            var reader = new BytesReader(argument);
            Validity validity = argument.Validity;
            Span<T> result = values.Span<T>(rowCount);
            bool[] valid = new bool[rowCount];
            for (int row = 0; row < result.Length; row++)
            {
                result[row] = default;
                if (!validity[row])
                    continue;
                ErrorCode error = ErrorCode.InvalidText;
                valid[row] = parser.TryParse(reader[row], context.Session, out result[row], ref error);
                if (!valid[row] && !isTry)
                    throw CastErrors.Create(argument, row, ReturnType, error);
            }

            return new FixedWidthVector<T>(ReturnType, rowCount, values, ValidityBitmap.FromBools(valid, context.Memory));
        }
        catch
        {
            values.Dispose();
            throw;
        }
    }
}

internal readonly struct BooleanParser : ITextParser<bool>
{
    public bool TryParse(ReadOnlySpan<byte> text, ConnectorSession session, out bool value, ref ErrorCode error) =>
        ValueText.TryParseBoolean(text, out value);
}

internal readonly struct IntegerParser<T> : ITextParser<T>
    where T : unmanaged, IBinaryInteger<T>, IMinMaxValue<T>
{
    public bool TryParse(ReadOnlySpan<byte> text, ConnectorSession session, out T value, ref ErrorCode error)
    {
        bool isParsed = NumberText.TryParseInteger(text, out value, out bool isTooLarge);
        error = isTooLarge ? ErrorCode.NumericValueOutOfRange : error;
        return isParsed;
    }
}

internal readonly struct DoubleParser : ITextParser<double>
{
    public bool TryParse(ReadOnlySpan<byte> text, ConnectorSession session, out double value, ref ErrorCode error)
    {
        bool isParsed = NumberText.TryParseDouble(text, out value, out bool isTooLarge);
        error = isTooLarge ? ErrorCode.NumericValueOutOfRange : error;
        return isParsed;
    }
}

internal readonly struct RealParser : ITextParser<float>
{
    public bool TryParse(ReadOnlySpan<byte> text, ConnectorSession session, out float value, ref ErrorCode error)
    {
        bool isParsed = NumberText.TryParseDouble(text, out double number, out bool isTooLarge);
        value = (float)number;
        isTooLarge |= float.IsInfinity(value) && double.IsFinite(number);
        error = isTooLarge ? ErrorCode.NumericValueOutOfRange : error;
        return isParsed && !isTooLarge;
    }
}

internal readonly struct DecimalParser<T>(DecimalType type) : ITextParser<T>
    where T : unmanaged, IBinaryInteger<T>
{
    public bool TryParse(ReadOnlySpan<byte> text, ConnectorSession session, out T value, ref ErrorCode error)
    {
        bool isParsed = NumberText.TryParseDecimal(text, type, out Int128 number, out bool isTooLarge);
        value = T.CreateTruncating(number);
        error = isTooLarge ? ErrorCode.NumericValueOutOfRange : error;
        return isParsed;
    }
}

internal readonly struct DateParser : ITextParser<int>
{
    public bool TryParse(ReadOnlySpan<byte> text, ConnectorSession session, out int value, ref ErrorCode error)
    {
        bool isParsed = ValueText.TryParseDate(text, session, out value, out bool isTooLarge);
        error = isTooLarge ? ErrorCode.DateTimeOverflow : ErrorCode.InvalidDateTime;
        return isParsed;
    }
}

internal readonly struct TimeParser(int precision) : ITextParser<long>
{
    public bool TryParse(ReadOnlySpan<byte> text, ConnectorSession session, out long value, ref ErrorCode error)
    {
        bool isParsed = ValueText.TryParseTime(text, precision, session, out value, out bool isTooLarge);
        error = isTooLarge ? ErrorCode.DateTimeOverflow : ErrorCode.InvalidDateTime;
        return isParsed;
    }
}

internal readonly struct TimestampParser(int precision) : ITextParser<long>
{
    public bool TryParse(ReadOnlySpan<byte> text, ConnectorSession session, out long value, ref ErrorCode error)
    {
        bool isParsed = ValueText.TryParseTimestamp(text, precision, session, out value, out bool isTooLarge);
        error = isTooLarge ? ErrorCode.DateTimeOverflow : ErrorCode.InvalidDateTime;
        return isParsed;
    }
}

internal readonly struct InstantParser(int precision) : ITextParser<long>
{
    public bool TryParse(ReadOnlySpan<byte> text, ConnectorSession session, out long value, ref ErrorCode error)
    {
        bool isParsed = ValueText.TryParseInstant(text, precision, session, out value, out bool isTooLarge);
        error = isTooLarge ? ErrorCode.DateTimeOverflow : ErrorCode.InvalidDateTime;
        return isParsed;
    }
}

internal readonly struct MonthsParser : ITextParser<int>
{
    public bool TryParse(ReadOnlySpan<byte> text, ConnectorSession session, out int value, ref ErrorCode error)
    {
        bool isParsed = IntervalText.TryParse(text, out Interval interval, out bool isTooLarge);
        error = isTooLarge ? ErrorCode.DateTimeOverflow : ErrorCode.InvalidDateTime;
        value = interval.Months;
        return isParsed && interval is { Days: 0, Micros: 0 };
    }
}

internal readonly struct DurationParser : ITextParser<long>
{
    public bool TryParse(ReadOnlySpan<byte> text, ConnectorSession session, out long value, ref ErrorCode error)
    {
        bool isParsed = IntervalText.TryParse(text, out Interval interval, out bool isTooLarge);
        error = isTooLarge ? ErrorCode.DateTimeOverflow : ErrorCode.InvalidDateTime;
        value = interval.Length;
        return isParsed && interval.Months == 0;
    }
}

internal readonly struct IntervalParser : ITextParser<Int128>
{
    public bool TryParse(ReadOnlySpan<byte> text, ConnectorSession session, out Int128 value, ref ErrorCode error)
    {
        bool isParsed = IntervalText.TryParse(text, out Interval interval, out bool isTooLarge);
        error = isTooLarge ? ErrorCode.DateTimeOverflow : ErrorCode.InvalidDateTime;
        value = interval.Bits;
        return isParsed;
    }
}

internal readonly struct UuidParser : ITextParser<UInt128>
{
    public bool TryParse(ReadOnlySpan<byte> text, ConnectorSession session, out UInt128 value, ref ErrorCode error) =>
        ValueText.TryParseUuid(text, out value);
}
