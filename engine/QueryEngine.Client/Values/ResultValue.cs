using System.Buffers.Binary;
using System.Globalization;
using System.Numerics;
using QueryEngine.Spi;

namespace QueryEngine.Client.Values;

/// <summary>Boxed values of SQL types (see <see cref="SqlType"/>) as values of .NET. Instants are given in the session's zone.</summary>
internal sealed class ResultValue(TimeZoneInfo zone)
{
    private static readonly Int128 _largestDecimal = (Int128.One << 96) - 1;

    /// <summary>The value as <see cref="ClrTypes.Of"/>'s type.</summary>
    /// <exception cref="OverflowException">When the value is no System.Decimal or DateTime; its text can still be read.</exception>
    public object ToClr(SqlType type, object value) => type switch
    {
        DecimalType number => ToDecimal(type, value is long narrow ? narrow : (Int128)value, number.Scale),
        NumberType => ToDecimal((BigNumber)value),
        CharType text => ((string)value).PadRight(text.Length),
        IntervalType { Kind: TypeKind.IntervalYearToMonth } or TimeWithTimeZoneType => SqlValueText.Format(type, value),
        VarbinaryType or SketchType => ((ValueList<byte>)value).AsSpan().ToArray(),
        AddressType { Kind: TypeKind.IpAddress } => System.Net.IPAddress.Parse(SqlValueText.Format(type, value)),
        AddressType => System.Net.IPNetwork.Parse(SqlValueText.Format(type, value)),
        DateType => ToDate((int)value),
        TimeType time => new TimeOnly(Ticks((long)value, time.Precision)),
        TimestampType time => ToDateTime((long)value, time.Precision),
        TimestampWithTimeZoneType time => ToInstant((long)value, time.Precision),
        IntervalType { Kind: TypeKind.Interval } => ToSpan(new Interval((Int128)value)),
        IntervalType => new TimeSpan((long)value * TimeSpan.TicksPerMicrosecond),
        UuidType => ToGuid((UInt128)value),
        ArrayType array => Items(array.Element, (ValueList<object?>)value),
        RowType row => ((ValueList<object?>)value).Select((item, at) => item is null ? null : ToClr(row.Fields[at].Type, item)).ToArray(),
        MapType map => ((ValueList<KeyValuePair<object, object?>>)value).ToDictionary(
            entry => ToClr(map.Key, entry.Key), entry => entry.Value is null ? null : ToClr(map.Value, entry.Value)),
        _ => value,
    };

    // Months have no length in .NET.
    private static TimeSpan ToSpan(Interval interval) => interval.Months == 0
        ? new TimeSpan(checked(interval.Length * TimeSpan.TicksPerMicrosecond))
        : throw new OverflowException($"an interval of {interval.Months} months does not fit TimeSpan; read it as string");

    /// <summary>The value as SQL text, exact for every type.</summary>
    public string ToText(SqlType type, object value) => SqlValueText.Format(type, value, zone.GetUtcOffset);

    /// <summary>The value as a type that the caller chose.</summary>
    /// <exception cref="InvalidCastException">When the SQL type has no such reading.</exception>
    /// <exception cref="OverflowException">When the value does not fit.</exception>
    public T Convert<T>(SqlType type, object value)
    {
        if (value is T physical && ClrTypes.Of(type) == typeof(T) && type is not CharType)
            return physical;
        return (T)Convert(type, value, Nullable.GetUnderlyingType(typeof(T)) ?? typeof(T));
    }

    private object Convert(SqlType type, object value, Type target)
    {
        if (target == typeof(string))
            return ToText(type, value);
        if (value is BigNumber big && (target == typeof(double) || target == typeof(float)))
            return target == typeof(double) ? big.ToDouble() : (float)big.ToDouble();
        if (target == typeof(Int128))
            return (Int128)Whole(type, value);
        if (target == typeof(BigInteger))
            return Whole(type, value);
        if (target.IsEnum)
            return type.IsText ? Enum.Parse(target, (string)value, ignoreCase: true) : Enum.ToObject(target, (long)Whole(type, value));
        if (type is ArrayType array && target != typeof(object[]) && target != typeof(object))
            return ToCollection(array.Element, (ValueList<object?>)value, target);
        if (type is IntervalType { Kind: TypeKind.IntervalYearToMonth } && target == typeof(int))
            return value;

        object clr = ToClr(type, value);
        if (target.IsInstanceOfType(clr))
            return clr;
        return (clr, target) switch
        {
            (DateOnly date, _) when target == typeof(DateTime) => date.ToDateTime(default),
            (DateTime time, _) when target == typeof(DateOnly) => DateOnly.FromDateTime(time),
            (DateTime time, _) when target == typeof(DateTimeOffset) => new DateTimeOffset(time, zone.GetUtcOffset(time)),
            (DateTimeOffset instant, _) when target == typeof(DateTime) => instant.UtcDateTime,
            (DateTimeOffset instant, _) when target == typeof(DateOnly) => DateOnly.FromDateTime(instant.DateTime),
            (TimeOnly time, _) when target == typeof(TimeSpan) => time.ToTimeSpan(),
            (TimeSpan span, _) when target == typeof(TimeOnly) => TimeOnly.FromTimeSpan(span),
            (string text, _) when target == typeof(char) && text.Length == 1 => text[0],
            (string text, _) when target == typeof(char[]) => text.ToCharArray(),
            (string text, _) when target == typeof(Guid) => Guid.Parse(text),
            (byte[] bytes, _) when target == typeof(Stream) => new MemoryStream(bytes, writable: false),
            (string text, _) when target == typeof(TextReader) => new StringReader(text),
            (IConvertible number, _) when type.IsNumeric && IsNumber(target) => ChangeNumber(number, target),
            _ => throw new InvalidCastException($"a {type} cannot be read as {target.Name}"),
        };
    }

    private static bool IsNumber(Type type) => Type.GetTypeCode(type) is >= TypeCode.SByte and <= TypeCode.Decimal;

    // Narrowing is fine where nothing is lost; a fraction is never cut off.
    private static object ChangeNumber(IConvertible number, Type target)
    {
        object changed = System.Convert.ChangeType(number, target, CultureInfo.InvariantCulture);
        bool losesFraction = Type.GetTypeCode(target) < TypeCode.Single && number is decimal or double or float
            && System.Convert.ToDecimal(number, CultureInfo.InvariantCulture) != System.Convert.ToDecimal(changed, CultureInfo.InvariantCulture);
        return losesFraction
            ? throw new InvalidCastException($"{number.ToString(CultureInfo.InvariantCulture)} is not a whole number")
            : changed;
    }

    private static BigInteger Whole(SqlType type, object value)
    {
        if (type.IsInteger)
            return System.Convert.ToInt64(value, CultureInfo.InvariantCulture);
        if (value is BigNumber { IsFinite: true } big)
            return big == big.Truncate(0) ? big.UnscaledAt(0) : throw new InvalidCastException($"{big} is not a whole number");
        if (type is not DecimalType number)
            throw new InvalidCastException($"a {type} cannot be read as a whole number");
        BigInteger unscaled = value is long narrow ? narrow : (BigInteger)(Int128)value;
        BigInteger whole = BigInteger.DivRem(unscaled, BigInteger.Pow(10, number.Scale), out BigInteger rest);
        return rest.IsZero ? whole : throw new InvalidCastException($"{SqlValueText.Format(type, value)} is not a whole number");
    }

    private static decimal ToDecimal(BigNumber value)
    {
        BigNumber least = value.Normalize();
        if (!value.IsFinite || least.Scale < -28 || BigInteger.Abs(least.UnscaledAt(Math.Max(0, least.Scale))) > (BigInteger)_largestDecimal)
            throw new OverflowException("a numeric does not fit System.Decimal; read it as string or double");
        int scale = Math.Max(0, least.Scale);
        return ToDecimal(SqlType.Number, (Int128)least.UnscaledAt(scale), scale);
    }

    private static decimal ToDecimal(SqlType type, Int128 unscaled, int scale)
    {
        while ((scale > 28 || Int128.Abs(unscaled) > _largestDecimal) && scale > 0 && unscaled % 10 == 0)
            (unscaled, scale) = (unscaled / 10, scale - 1);
        Int128 magnitude = Int128.Abs(unscaled);
        if (scale > 28 || magnitude > _largestDecimal)
            throw new OverflowException($"a {type} does not fit System.Decimal; read it as string, Int128 or BigInteger");
        return new decimal((int)(uint)(ulong)magnitude, (int)(uint)((ulong)magnitude >> 32), (int)(uint)(magnitude >> 64), unscaled < 0, (byte)scale);
    }

    private static DateOnly ToDate(int days)
    {
        int number = DateOnly.FromDateTime(DateTime.UnixEpoch).DayNumber;
        if (days < -number || days > DateOnly.MaxValue.DayNumber - number)
            throw new OverflowException($"{SqlValueText.FormatDate(days)} does not fit DateOnly; read it as string");
        return DateOnly.FromDayNumber(number + days);
    }

    private static long Ticks(long value, int precision) =>
        precision > 6 ? value / TimeSpan.NanosecondsPerTick : checked(value * TimeSpan.TicksPerMicrosecond);

    private static DateTime ToDateTime(long value, int precision)
    {
        const long lowestMicros = -62_135_596_800_000_000;
        const long highestMicros = 253_402_300_799_999_999;
        if (precision <= 6 && value is < lowestMicros or > highestMicros)
            throw new OverflowException($"{SqlValueText.Format(SqlType.TimestampOf(precision), value)} does not fit DateTime; read it as string");
        return DateTime.SpecifyKind(DateTime.UnixEpoch.AddTicks(Ticks(value, precision)), DateTimeKind.Unspecified);
    }

    private DateTimeOffset ToInstant(long value, int precision)
    {
        var instant = new DateTimeOffset(ToDateTime(value, precision), TimeSpan.Zero);
        return TimeZoneInfo.ConvertTime(instant, zone);
    }

    private static Guid ToGuid(UInt128 value)
    {
        Span<byte> bytes = stackalloc byte[16];
        BinaryPrimitives.WriteUInt128BigEndian(bytes, value);
        return new Guid(bytes, bigEndian: true);
    }

    private object?[] Items(SqlType element, ValueList<object?> items)
    {
        var values = new object?[items.Count];
        for (int at = 0; at < values.Length; at++)
            values[at] = items[at] is { } item ? ToClr(element, item) : null;
        return values;
    }

    private System.Collections.IList ToCollection(SqlType element, ValueList<object?> items, Type target)
    {
        Type? item = target.IsArray ? target.GetElementType()
            : target.IsGenericType && target.IsAssignableFrom(typeof(List<>).MakeGenericType(target.GetGenericArguments()[0])) ? target.GetGenericArguments()[0]
            : null;
        if (item is null)
            throw new InvalidCastException($"a {SqlType.Array(element)} cannot be read as {target.Name}");

        Type bare = Nullable.GetUnderlyingType(item) ?? item;
        var array = Array.CreateInstance(item, items.Count);
        for (int at = 0; at < items.Count; at++)
        {
            if (items[at] is { } value)
                array.SetValue(bare == typeof(object) ? ToClr(element, value) : Convert(element, value, bare), at);
            else if (item.IsValueType && bare == item)
                throw new InvalidCastException($"an array with NULL cannot be read as {target.Name}");
        }

        return target.IsArray ? array : (System.Collections.IList)Activator.CreateInstance(typeof(List<>).MakeGenericType(item), array)!;
    }
}
