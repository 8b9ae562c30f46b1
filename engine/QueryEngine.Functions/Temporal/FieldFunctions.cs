using QueryEngine.Functions.Casts;
using QueryEngine.Functions.Catalog;
using QueryEngine.Functions.Scalar;
using QueryEngine.Functions.Scalar.Adapters;
using QueryEngine.Spi;

namespace QueryEngine.Functions.Temporal;

/// <summary>A whole-numbered field of a day.</summary>
internal interface IDayField
{
    /// <summary>The field of a day number.</summary>
    static abstract long Of(long day);
}

/// <summary>A field of dates, timestamps and instants (in the session's zone).</summary>
internal abstract class DayFieldOverload<TField> : ScalarOverload
    where TField : struct, IDayField
{
    /// <inheritdoc/>
    public override string Signature => "(date or timestamp) -> bigint";

    /// <inheritdoc/>
    public override Match? Resolve(string name, IReadOnlyList<ArgumentType> arguments) =>
        Fit(name, arguments, [SqlType.Date], SqlType.BigInt)
        ?? Fit(name, arguments, [SqlType.Timestamp], SqlType.BigInt)
        ?? Fit(name, arguments, [SqlType.TimestampWithTimeZone], SqlType.BigInt);

    /// <inheritdoc/>
    public override ScalarFunction? Bind(string name, ValueList<SqlType> parameterTypes, SqlType returnType) => parameterTypes switch
    {
        [DateType] => StructOverloads.Bind<DateField>(name, parameterTypes, SqlType.BigInt),
        [TimestampType { Precision: <= 6 }] => StructOverloads.Bind<TimestampField>(name, parameterTypes, SqlType.BigInt),
        [TimestampWithTimeZoneType { Precision: <= 6 }] => StructOverloads.Bind<InstantField>(name, parameterTypes, SqlType.BigInt),
        _ => null,
    };

    private readonly struct DateField : IFunction<SqlDate, long>
    {
        public static long Invoke(SqlDate first) => TField.Of(first.Days);
    }

    private readonly struct TimestampField : IFunction<SqlTimestamp, long>
    {
        public static long Invoke(SqlTimestamp first) => TField.Of(DateMath.DayOf(first.Micros, out _));
    }

    private readonly struct InstantField : IFunction<SqlInstant, FunctionContext, NameCache, long>
    {
        public static long Invoke(SqlInstant first, FunctionContext second, NameCache third) =>
            TField.Of(DateMath.DayOf(Zones.ToLocal(third.GetZone(second), first.Micros), out _));
    }
}

[ScalarFunction("year", "The year.")]
[Example("year(DATE '2020-03-31')", "2020")]
internal sealed class YearOverload : DayFieldOverload<YearOverload.Field>
{
    public readonly struct Field : IDayField
    {
        public static long Of(long day) => DateMath.Civil(day).Year;
    }
}

[ScalarFunction("quarter", "The quarter of the year, 1 to 4.")]
[Example("quarter(DATE '2020-04-01')", "2")]
internal sealed class QuarterOverload : DayFieldOverload<QuarterOverload.Field>
{
    public readonly struct Field : IDayField
    {
        public static long Of(long day) => ((DateMath.Civil(day).Month - 1) / 3) + 1;
    }
}

[ScalarFunction("month", "The month of the year, 1 to 12.")]
[Example("month(TIMESTAMP '2020-03-31 10:00:00')", "3")]
internal sealed class MonthOverload : DayFieldOverload<MonthOverload.Field>
{
    public readonly struct Field : IDayField
    {
        public static long Of(long day) => DateMath.Civil(day).Month;
    }
}

[ScalarFunction("week", "The ISO week of the year, 1 to 53.", Aliases = ["week_of_year", "weekofyear"])]
[Example("week(DATE '2021-01-03')", "53")]
internal sealed class WeekOverload : DayFieldOverload<WeekOverload.Field>
{
    public readonly struct Field : IDayField
    {
        public static long Of(long day) => DateMath.IsoWeek(day).Week;
    }
}

[ScalarFunction("day", "The day of the month.", Aliases = ["day_of_month", "dayofmonth"])]
[Example("day(DATE '2020-03-31')", "31")]
internal sealed class DayOverload : DayFieldOverload<DayOverload.Field>
{
    public readonly struct Field : IDayField
    {
        public static long Of(long day) => DateMath.Civil(day).Day;
    }
}

[ScalarFunction("day_of_week", "The ISO day of the week: 1 is Monday, 7 Sunday.", Aliases = ["isodow"])]
[Example("day_of_week(DATE '2020-03-01')", "7")]
internal sealed class DayOfWeekOverload : DayFieldOverload<DayOfWeekOverload.Field>
{
    public readonly struct Field : IDayField
    {
        public static long Of(long day) => DateMath.DayOfWeek(day) == 0 ? 7 : DateMath.DayOfWeek(day);
    }
}

[ScalarFunction("dayofweek", "The day of the week: 0 is Sunday, 6 Saturday.", Aliases = ["dow"])]
[Example("dow(DATE '2020-03-01')", "0")]
internal sealed class SundayBasedDayOverload : DayFieldOverload<SundayBasedDayOverload.Field>
{
    public readonly struct Field : IDayField
    {
        public static long Of(long day) => DateMath.DayOfWeek(day);
    }
}

[ScalarFunction("day_of_year", "The day of the year, from 1.", Aliases = ["dayofyear", "doy"])]
[Example("day_of_year(DATE '2020-03-01')", "61")]
internal sealed class DayOfYearOverload : DayFieldOverload<DayOfYearOverload.Field>
{
    public readonly struct Field : IDayField
    {
        public static long Of(long day) => DateMath.DayOfYear(day);
    }
}

[ScalarFunction("year_of_week", "The year that the ISO week belongs to.", Aliases = ["yow", "isoyear"])]
[Example("year_of_week(DATE '2021-01-03')", "2020")]
internal sealed class YearOfWeekOverload : DayFieldOverload<YearOfWeekOverload.Field>
{
    public readonly struct Field : IDayField
    {
        public static long Of(long day) => DateMath.IsoWeek(day).Year;
    }
}
