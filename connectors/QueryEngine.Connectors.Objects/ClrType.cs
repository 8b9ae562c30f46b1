using System.Buffers.Binary;
using System.Collections;
using System.Globalization;
using System.Reflection;
using System.Text.Json;
using System.Text.Json.Nodes;
using QueryEngine.Spi;

namespace QueryEngine.Connectors.Objects;

/// <summary>A type of .NET and the SQL type that its values have, with both conversions.</summary>
internal sealed class ClrType
{
    private const int MaxDepth = 8;

    private static readonly DateOnly _epoch = new(1970, 1, 1);

    private static readonly Dictionary<Type, (SqlType Type, Func<object, object?> ToSql, Func<object, object> ToClr)> _simple = new()
    {
        [typeof(bool)] = (SqlType.Boolean, Same, Itself),
        [typeof(sbyte)] = (SqlType.TinyInt, Same, Itself),
        [typeof(short)] = (SqlType.SmallInt, Same, Itself),
        [typeof(int)] = (SqlType.Integer, Same, Itself),
        [typeof(long)] = (SqlType.BigInt, Same, Itself),
        [typeof(byte)] = (SqlType.SmallInt, value => (short)(byte)value, value => (byte)(short)value),
        [typeof(ushort)] = (SqlType.Integer, value => (int)(ushort)value, value => (ushort)(int)value),
        [typeof(uint)] = (SqlType.BigInt, value => (long)(uint)value, value => (uint)(long)value),
        [typeof(ulong)] = (SqlType.Decimal(20, 0), value => (Int128)(ulong)value, value => (ulong)(Int128)value),
        [typeof(Int128)] = (SqlType.Decimal(38, 0), Same, Itself),
        [typeof(float)] = (SqlType.Real, Same, Itself),
        [typeof(double)] = (SqlType.Double, Same, Itself),
        [typeof(string)] = (SqlType.Varchar, Same, Itself),
        [typeof(char)] = (SqlType.Varchar, value => value.ToString(), value => ((string)value)[0]),
        [typeof(Uri)] = (SqlType.Varchar, value => value.ToString(), value => new Uri((string)value, UriKind.RelativeOrAbsolute)),
        [typeof(byte[])] = (SqlType.Varbinary, value => ((byte[])value).ToValueList(), value => ((ValueList<byte>)value).ToArray()),
        [typeof(DateOnly)] = (SqlType.Date, value => ((DateOnly)value).DayNumber - _epoch.DayNumber, value => DateOnly.FromDayNumber((int)value + _epoch.DayNumber)),
        [typeof(TimeOnly)] = (SqlType.Time, value => ((TimeOnly)value).Ticks / TimeSpan.TicksPerMicrosecond, value => new TimeOnly((long)value * TimeSpan.TicksPerMicrosecond)),
        [typeof(DateTime)] = (
            SqlType.Timestamp,
            value => Micros(((DateTime)value).Ticks),
            value => DateTime.UnixEpoch.AddTicks((long)value * TimeSpan.TicksPerMicrosecond)),
        [typeof(DateTimeOffset)] = (
            SqlType.TimestampWithTimeZone,
            value => Micros(((DateTimeOffset)value).UtcTicks),
            value => DateTimeOffset.UnixEpoch.AddTicks((long)value * TimeSpan.TicksPerMicrosecond)),
        [typeof(TimeSpan)] = (
            SqlType.IntervalDayToSecond,
            value => ((TimeSpan)value).Ticks / TimeSpan.TicksPerMicrosecond,
            value => new TimeSpan((long)value * TimeSpan.TicksPerMicrosecond)),
        [typeof(Guid)] = (SqlType.Uuid, value => ToNumber((Guid)value), value => ToGuid((UInt128)value)),
        [typeof(JsonElement)] = (SqlType.Json, value => ((JsonElement)value).GetRawText(), value => JsonDocument.Parse((string)value).RootElement),
        [typeof(JsonNode)] = (SqlType.Json, value => ((JsonNode)value).ToJsonString(), value => JsonNode.Parse((string)value)!),
    };

    private readonly Func<object, object?> _toSql;
    private readonly Func<object, object>? _toClr;

    private ClrType(SqlType type, Func<object, object?> toSql, Func<object, object>? toClr) => (Type, _toSql, _toClr) = (type, toSql, toClr);

    /// <summary>The SQL type.</summary>
    public SqlType Type { get; }

    /// <summary>Whether values of SQL can be given to a parameter.</summary>
    public bool CanBeKey => _toClr is not null;

    /// <summary>Whether it is one of the types that stand for one value, and no row.</summary>
    public static bool IsScalar(Type type) => type.IsEnum || Nullable.GetUnderlyingType(type) is not null || type == typeof(decimal) || _simple.ContainsKey(type);

    /// <summary>The type of a type of .NET; <paramref name="declared"/> says it as SQL.</summary>
    /// <exception cref="QueryException">NOT_SUPPORTED, naming the type.</exception>
    public static ClrType Of(Type clr, string? declared = null, int depth = 0)
    {
        Type type = Nullable.GetUnderlyingType(clr) ?? clr;
        if (depth > MaxDepth)
            throw QueryException.NotSupported($"type {clr.Name}, nested more than {MaxDepth} deep");
        if (type == typeof(decimal))
            return OfDecimal((DecimalType)SqlTypeParser.Parse(declared ?? "decimal(38,10)"));
        if (type == typeof(DateTime) && declared is not null && ((TimestampType)SqlTypeParser.Parse(declared)).Precision > 6)
            return new ClrType(SqlTypeParser.Parse(declared), value => checked((((DateTime)value).Ticks - DateTime.UnixEpoch.Ticks) * TimeSpan.NanosecondsPerTick), toClr: null);
        if (type.IsEnum)
            return new ClrType(SqlType.Varchar, value => value.ToString(), value => Enum.Parse(type, (string)value, ignoreCase: true));
        if (_simple.TryGetValue(type, out (SqlType Type, Func<object, object?> ToSql, Func<object, object> ToClr) simple))
            return new ClrType(declared is null ? simple.Type : Narrowed(simple.Type, declared), simple.ToSql, simple.ToClr);
        if (type.IsSubclassOf(typeof(JsonNode)))
            return Of(typeof(JsonNode));
        if (Implemented(type, typeof(IReadOnlyDictionary<,>)) is { } map)
            return OfMap(Of(map[0], null, depth + 1), Of(map[1], null, depth + 1));
        if (Implemented(type, typeof(IEnumerable<>)) is { } list)
            return OfArray(Of(list[0], null, depth + 1));
        return OfRow(type, depth);
    }

    /// <summary>The boxed value of SQL.</summary>
    public object? ToSql(object? value) => value is null ? null : _toSql(value);

    /// <summary>The value of .NET for a boxed one.</summary>
    public object ToClr(object value) => _toClr!(value);

    private static ClrType OfDecimal(DecimalType type) => new(
        type,
        value =>
        {
            decimal number = (decimal)value;
            Int128 unscaled = Unscaled(number, type);
            return type.IsShort ? (object)(long)unscaled : unscaled;
        },
        value => (decimal)(value is long number ? number : (Int128)value) / Power(type.Scale));

    private static ClrType OfArray(ClrType element) => new(
        SqlType.Array(element.Type), value => ((IEnumerable)value).Cast<object?>().Select(element.ToSql).ToValueList(), toClr: null);

    private static ClrType OfMap(ClrType key, ClrType entry) => new(
        SqlType.Map(key.Type, entry.Type),
        value => ((IEnumerable)value).Cast<object>().Select(pair =>
        {
            Type type = pair.GetType();
            return new KeyValuePair<object, object?>(
                key.ToSql(type.GetProperty("Key")!.GetValue(pair))!, entry.ToSql(type.GetProperty("Value")!.GetValue(pair)));
        }).ToValueList(),
        toClr: null);

    private static ClrType OfRow(Type type, int depth)
    {
        PropertyInfo[] properties = Properties(type);
        if (properties.Length == 0)
            throw QueryException.NotSupported($"type {type.Name} of a column");
        ClrType[] types = [.. properties.Select(property => Of(property.PropertyType, property.GetCustomAttribute<ColumnAttribute>()?.Type, depth + 1))];
        RowField[] fields = [.. properties.Select((property, at) => new RowField(NameOf(property), types[at].Type))];
        return new ClrType(
            SqlType.Row(fields), value => properties.Select((property, at) => types[at].ToSql(property.GetValue(value))).ToValueList(), toClr: null);
    }

    /// <summary>The properties that are columns.</summary>
    public static PropertyInfo[] Properties(Type type) =>
    [
        .. type.GetProperties(BindingFlags.Public | BindingFlags.Instance)
            .Where(property => property.CanRead && property.GetIndexParameters().Length == 0 && !property.IsDefined(typeof(NotAColumnAttribute))),
    ];

    /// <summary>The column's name: the property's, in lower case with underscores.</summary>
    public static string NameOf(PropertyInfo property) => property.GetCustomAttribute<ColumnAttribute>()?.Name ?? ColumnName(property.Name);

    /// <summary><c>createdAt</c>, <c>CreatedAt</c> become <c>created_at</c>.</summary>
    public static string ColumnName(string name)
    {
        var text = new System.Text.StringBuilder();
        for (int at = 0; at < name.Length; at++)
        {
            bool starts = char.IsUpper(name[at]) && at > 0 && (!char.IsUpper(name[at - 1]) || (at + 1 < name.Length && char.IsLower(name[at + 1])));
            if (starts && name[at - 1] != '_')
                text.Append('_');
            text.Append(char.ToLowerInvariant(name[at]));
        }

        return text.ToString();
    }

    private static Type[]? Implemented(Type type, Type definition) =>
        type.GetInterfaces().Prepend(type).FirstOrDefault(candidate => candidate.IsGenericType && candidate.GetGenericTypeDefinition() == definition)?.GetGenericArguments();

    private static SqlType Narrowed(SqlType type, string declared)
    {
        SqlType narrowed = SqlTypeParser.Parse(declared);
        return narrowed.Physical == type.Physical ? narrowed : throw QueryException.NotSupported($"type {declared} for values that are {type}");
    }

    private static Int128 Unscaled(decimal number, DecimalType type)
    {
        Int128 limit = Int128.Parse("1" + new string('0', type.Precision), CultureInfo.InvariantCulture);
        int scale = number.Scale;
        Span<int> parts = stackalloc int[4];
        decimal.GetBits(number, parts);
        Int128 unscaled = ((Int128)(uint)parts[2] << 64) | ((Int128)(uint)parts[1] << 32) | (uint)parts[0];
        for (; scale > type.Scale; scale--)
        {
            (unscaled, Int128 lost) = Int128.DivRem(unscaled, 10);
            if (lost != 0)
                throw new QueryException(
                    ErrorCode.NumericValueOutOfRange, $"{number.ToString(CultureInfo.InvariantCulture)} has more digits after the point than {type}", "Declare the column's type: [Column(Type = \"decimal(38,18)\")].");
        }

        for (; scale < type.Scale && unscaled < limit; scale++)
            unscaled *= 10;
        return unscaled < limit
            ? number < 0 ? -unscaled : unscaled
            : throw new QueryException(ErrorCode.NumericValueOutOfRange, $"{number.ToString(CultureInfo.InvariantCulture)} does not fit {type}");
    }

    private static decimal Power(int scale)
    {
        decimal power = 1;
        for (int digit = 0; digit < scale; digit++)
            power *= 10;
        return power;
    }

    private static object? Same(object value) => value;

    private static object Itself(object value) => value;

    private static long Micros(long ticks) => (ticks / TimeSpan.TicksPerMicrosecond) - (DateTime.UnixEpoch.Ticks / TimeSpan.TicksPerMicrosecond);

    private static UInt128 ToNumber(Guid value)
    {
        Span<byte> bytes = stackalloc byte[16];
        value.TryWriteBytes(bytes, bigEndian: true, out _);
        return BinaryPrimitives.ReadUInt128BigEndian(bytes);
    }

    private static Guid ToGuid(UInt128 value)
    {
        Span<byte> bytes = stackalloc byte[16];
        BinaryPrimitives.WriteUInt128BigEndian(bytes, value);
        return new Guid(bytes, bigEndian: true);
    }
}
