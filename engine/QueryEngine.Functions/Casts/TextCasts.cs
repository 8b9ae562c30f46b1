using System.Buffers.Text;
using QueryEngine.Columnar;
using QueryEngine.Functions.Json;
using QueryEngine.Functions.Scalar;
using QueryEngine.Functions.Scalar.Adapters;
using QueryEngine.Functions.TextSearch;
using QueryEngine.Spi;

namespace QueryEngine.Functions.Casts;

/// <summary>Casts from and to text.</summary>
internal static class TextCasts
{
    /// <summary>The cast from varchar or char, or null when there is none.</summary>
    public static ScalarFunction? FromText(SqlType from, SqlType to, bool isTry) => to.Kind switch
    {
        TypeKind.Boolean => new ParseCast<bool, BooleanParser>(from, to, isTry, default),
        TypeKind.TinyInt => new ParseCast<sbyte, IntegerParser<sbyte>>(from, to, isTry, default),
        TypeKind.SmallInt => new ParseCast<short, IntegerParser<short>>(from, to, isTry, default),
        TypeKind.Integer => new ParseCast<int, IntegerParser<int>>(from, to, isTry, default),
        TypeKind.BigInt => new ParseCast<long, IntegerParser<long>>(from, to, isTry, default),
        TypeKind.Real => new ParseCast<float, RealParser>(from, to, isTry, default),
        TypeKind.Double => new ParseCast<double, DoubleParser>(from, to, isTry, default),
        TypeKind.Decimal when ((DecimalType)to).IsShort => new ParseCast<long, DecimalParser<long>>(from, to, isTry, new((DecimalType)to)),
        TypeKind.Decimal => new ParseCast<Int128, DecimalParser<Int128>>(from, to, isTry, new((DecimalType)to)),
        TypeKind.Number => new Numbers.TextToNumberCast(from, (NumberType)to, isTry),
        TypeKind.Date => new ParseCast<int, DateParser>(from, to, isTry, default),
        TypeKind.Time => new ParseCast<long, TimeParser>(from, to, isTry, new(((TimeType)to).Precision)),
        TypeKind.TimeWithTimeZone => new ParseCast<long, TimeWithZoneParser>(from, to, isTry, default),
        TypeKind.Timestamp => new ParseCast<long, TimestampParser>(from, to, isTry, new(((TimestampType)to).Precision)),
        TypeKind.TimestampWithTimeZone => new ParseCast<long, InstantParser>(from, to, isTry, new(((TimestampWithTimeZoneType)to).Precision)),
        TypeKind.IntervalYearToMonth => new ParseCast<int, MonthsParser>(from, to, isTry, default),
        TypeKind.IntervalDayToSecond => new ParseCast<long, DurationParser>(from, to, isTry, default),
        TypeKind.Interval => new ParseCast<Int128, IntervalParser>(from, to, isTry, default),
        TypeKind.Uuid => new ParseCast<UInt128, UuidParser>(from, to, isTry, default),
        TypeKind.Varchar or TypeKind.Char => new LengthCast(from, to, isTry),
        TypeKind.Json when to is JsonType { IsNormal: true } => new TextToTextCast<JsonNormalizer>(from, to, isTry),
        TypeKind.Json => new TextToTextCast<JsonCheck>(from, to, isTry),
        TypeKind.Varbinary => new TextToTextCast<BinaryParser>(from, to, isTry),
        TypeKind.IpAddress => new TextToTextCast<IpAddressParser>(from, to, isTry),
        TypeKind.IpPrefix => new TextToTextCast<IpPrefixParser>(from, to, isTry),
        TypeKind.Geometry => new TextToTextCast<GeometryParser>(from, to, isTry),
        TypeKind.Bit => BitCasts.FromText(from, (BitType)to, isTry),
        TypeKind.TsVector => new TextToTextCast<VectorParser>(from, to, isTry),
        TypeKind.TsQuery => new TextToTextCast<QueryParser>(from, to, isTry),
        TypeKind.Array or TypeKind.Map or TypeKind.Row when NestedText.IsReadable(to) => new NestedTextCast(from, to, isTry),
        _ => null,
    };

    /// <summary>The cast to varchar or char, or null when there is none.</summary>
    public static ScalarFunction? ToText(SqlType from, SqlType to, bool isTry)
    {
        if (from is SketchType)
            return null;
        if (from is JsonType or GeometryType or TextSearchType or BitType && to is VarcharType { Length: null })
            return new RelabelCast(from, to);
        return to is VarcharType { Length: null } ? new FormatCast(from, to, isTry) : ThroughText(from, to, isTry);
    }

    /// <summary>A cast by way of varchar.</summary>
    public static ScalarFunction? ThroughText(SqlType from, SqlType to, bool isTry)
    {
        ScalarFunction first = from is JsonType ? new RelabelCast(from, SqlType.Varchar) : new FormatCast(from, SqlType.Varchar, isTry);
        return FromText(SqlType.Varchar, to, isTry) is { } second ? new ChainedCast(first, second) : null;
    }
}

/// <summary>One cast after the other.</summary>
internal sealed class ChainedCast(ScalarFunction first, ScalarFunction second) : ScalarFunction
{
    /// <inheritdoc/>
    public override string Name => second.Name;

    /// <inheritdoc/>
    public override ValueList<SqlType> ParameterTypes => first.ParameterTypes;

    /// <inheritdoc/>
    public override SqlType ReturnType => second.ReturnType;

    /// <inheritdoc/>
    public override ColumnVector Invoke(ReadOnlySpan<ColumnVector> arguments, int rowCount, FunctionContext context)
    {
        using ColumnVector middle = first.Invoke(arguments, rowCount, context);
        return second.Invoke([middle], rowCount, context);
    }
}

/// <summary>Values as text.</summary>
internal sealed class FormatCast(SqlType from, SqlType to, bool isTry) : VectorFunction(isTry ? "$try_cast" : "$cast", [from], to)
{
    /// <inheritdoc/>
    protected override ColumnVector Compute(ReadOnlySpan<ColumnVector> arguments, int rowCount, FunctionContext context)
    {
        using var output = new TextOutput(ReturnType, context.Memory, rowCount);
        ColumnVector argument = arguments[0];
        Validity valid = argument.Validity;
        Func<DateTime, TimeSpan>? offset = null;
        if (argument.Type.Kind is TypeKind.TimestampWithTimeZone || argument.Type.IsNested)
        {
            NodaTime.DateTimeZone zone = Zones.Of(context.Session);
            offset = instant => TimeSpan.FromTicks(Zones.OffsetAt(zone, (instant - DateTime.UnixEpoch).Ticks / 10) * 10);
        }

        for (int row = 0; row < rowCount; row++)
        {
            if (!valid[row])
                output.End(Text.Null);
            else
                output.End(argument is FixedWidthVector<int> { Type: IntegerType } ints ? WriteInteger(output, ints.Values[row])
                    : argument is FixedWidthVector<long> { Type: IntegerType } longs ? WriteInteger(output, longs.Values[row])
                    : output.Write(SqlValueText.Format(argument.Type, argument.GetValue(row)!, offset)));
        }

        return output.Build();
    }

    private static Text WriteInteger(TextOutput output, long value)
    {
        Utf8Formatter.TryFormat(value, output.Room(20), out int written);
        return output.Advance(written);
    }
}

/// <summary>Text to varchar(n), which cuts it, or to char(n), which cuts it and drops trailing blanks.</summary>
internal sealed class LengthCast(SqlType from, SqlType to, bool isTry) : VectorFunction(isTry ? "$try_cast" : "$cast", [from], to)
{
    private readonly int _length = to is CharType character ? character.Length : ((VarcharType)to).Length ?? int.MaxValue;

    /// <inheritdoc/>
    protected override ColumnVector Compute(ReadOnlySpan<ColumnVector> arguments, int rowCount, FunctionContext context)
    {
        using var output = new TextOutput(ReturnType, context.Memory, rowCount);
        var reader = new BytesReader(arguments[0]);
        Validity valid = arguments[0].Validity;
        for (int row = 0; row < rowCount; row++)
        {
            if (!valid[row])
            {
                output.End(Text.Null);
                continue;
            }

            ReadOnlySpan<byte> text = reader[row];
            text = text[..Utf8Text.ByteIndexOf(text, _length)];
            output.End(output.Write(ReturnType is CharType ? text.TrimEnd((byte)' ') : text));
        }

        return output.Build();
    }
}

/// <summary>Checks or changes the bytes of a text.</summary>
internal interface ITextConversion
{
    /// <summary>The bytes, or null when the text is not valid.</summary>
    static abstract bool TryConvert(ReadOnlySpan<byte> text, TextOutput output);
}

/// <summary>Text to json or binary.</summary>
internal sealed class TextToTextCast<TConversion>(SqlType from, SqlType to, bool isTry) : VectorFunction(isTry ? "$try_cast" : "$cast", [from], to)
    where TConversion : struct, ITextConversion
{
    /// <inheritdoc/>
    protected override ColumnVector Compute(ReadOnlySpan<ColumnVector> arguments, int rowCount, FunctionContext context)
    {
        using var output = new TextOutput(ReturnType, context.Memory, rowCount);
        var reader = new BytesReader(arguments[0]);
        Validity valid = arguments[0].Validity;
        for (int row = 0; row < rowCount; row++)
        {
            bool isConverted = valid[row] && TConversion.TryConvert(reader[row], output);
            if (!isConverted && valid[row] && !isTry)
                throw CastErrors.Create(arguments[0], row, ReturnType, ErrorCode.InvalidText);
            output.End(isConverted ? Text.Written : Text.Null);
        }

        return output.Build();
    }
}

internal readonly struct JsonCheck : ITextConversion
{
    public static bool TryConvert(ReadOnlySpan<byte> text, TextOutput output)
    {
        if (!JsonText.IsValid(text))
            return false;
        output.Write(text);
        return true;
    }
}

internal readonly struct BinaryParser : ITextConversion
{
    public static bool TryConvert(ReadOnlySpan<byte> text, TextOutput output)
    {
        if (ValueText.ParseBinary(text) is not { } bytes)
            return false;
        output.Write(bytes);
        return true;
    }
}
