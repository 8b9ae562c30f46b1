using System.Runtime.InteropServices;
using QueryEngine.Connectors.Odbc.Native;
using QueryEngine.Spi;

namespace QueryEngine.Connectors.Odbc.Reading;

/// <summary>
/// A column of a result: a block of native memory that the driver fills with the values of many rows, and how they become a vector. A column
/// whose values have no known length is not bound; its values are asked for one by one.
/// </summary>
internal abstract unsafe class OdbcColumn(string name, short cType, int width) : IDisposable
{
    private byte* _values;
    private nint* _lengths;

    /// <summary>The column's name, for messages.</summary>
    public string Name => name;

    /// <summary>Bytes of a value in the block.</summary>
    public int Width => width;

    /// <summary>Whether values are asked for one by one.</summary>
    public virtual bool IsLong => false;

    /// <summary>The type that the driver converts to.</summary>
    protected short CType => cType;

    /// <summary>Makes room for so many rows and binds it.</summary>
    public void Bind(OdbcStatement statement, int column, int rows)
    {
        Allocate(rows);
        statement.BindColumn(column, cType, _values, width, _lengths);
    }

    /// <summary>Makes room for one row, for <see cref="Ask"/>.</summary>
    public void AllocateOne() => Allocate(1);

    /// <summary>Appends the rows of the block.</summary>
    public void Decode(int rows)
    {
        for (int row = 0; row < rows; row++)
        {
            nint length = _lengths[row];
            if (length == OdbcLibrary.NullData)
                AppendNull();
            else
                Append(_values + ((long)row * width), length);
        }
    }

    /// <summary>Asks for the value of the row under the statement and appends it.</summary>
    public virtual void Ask(OdbcStatement statement, int column)
    {
        statement.GetData(column, cType, _values, width, out nint length);
        _lengths[0] = length;
        Decode(1);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        NativeMemory.Free(_values);
        NativeMemory.Free(_lengths);
        _values = null;
        _lengths = null;
        GC.SuppressFinalize(this);
    }

    /// <summary>Appends NULL.</summary>
    protected abstract void AppendNull();

    /// <summary>Appends a value; its length is in bytes.</summary>
    protected abstract void Append(byte* value, nint length);

    /// <summary>The error of a value that the column's type does not hold.</summary>
    protected QueryException Invalid(string value, string expected) => new(
        ErrorCode.InvalidData, $"column {name} holds {value}, not {expected}", "Mend the value at the source, or read the column through a view that casts it.");

    private void Allocate(int rows)
    {
        _values = (byte*)NativeMemory.AllocZeroed((nuint)rows, (nuint)width);
        _lengths = (nint*)NativeMemory.AllocZeroed((nuint)rows, (nuint)sizeof(nint));
    }
}

/// <summary>A column whose values the driver gives in the vector's own layout.</summary>
internal sealed unsafe class OdbcFixedColumn<T>(string name, short cType, FixedWidthBuilder<T> builder) : OdbcColumn(name, cType, sizeof(T))
    where T : unmanaged
{
    /// <inheritdoc/>
    protected override void AppendNull() => builder.AppendNull();

    /// <inheritdoc/>
    protected override void Append(byte* value, nint length) => builder.Append(*(T*)value);
}

/// <summary>Real numbers, asked for as double: MariaDB's driver gives every other one of a block of floats.</summary>
internal sealed unsafe class OdbcRealColumn(string name, FixedWidthBuilder<float> builder) : OdbcColumn(name, OdbcLibrary.CDouble, sizeof(double))
{
    /// <inheritdoc/>
    protected override void AppendNull() => builder.AppendNull();

    /// <inheritdoc/>
    protected override void Append(byte* value, nint length) => builder.Append((float)*(double*)value);
}

/// <summary>Truth values: 0 or 1.</summary>
internal sealed unsafe class OdbcBooleanColumn(string name, FixedWidthBuilder<bool> builder) : OdbcColumn(name, OdbcLibrary.CTinyInt, 1)
{
    /// <inheritdoc/>
    protected override void AppendNull() => builder.AppendNull();

    /// <inheritdoc/>
    protected override void Append(byte* value, nint length) =>
        builder.Append(*value <= 1 ? *value == 1 : throw Invalid(((sbyte)*value).ToString(System.Globalization.CultureInfo.InvariantCulture), "0 or 1"));
}

/// <summary>Days since 1970.</summary>
internal sealed unsafe class OdbcDateColumn(string name, bool zeroIsNull, FixedWidthBuilder<int> builder) : OdbcColumn(name, OdbcLibrary.CDate, sizeof(OdbcDate))
{
    /// <inheritdoc/>
    protected override void AppendNull() => builder.AppendNull();

    /// <inheritdoc/>
    protected override void Append(byte* value, nint length)
    {
        var date = *(OdbcDate*)value;
        if (date.ToDays() is { } days)
            builder.Append(days);
        else if (zeroIsNull)
            builder.AppendNull();
        else
            throw Invalid($"the date {date}", "a date from 0001-01-01 to 9999-12-31");
    }
}

/// <summary>Microseconds since 1970.</summary>
internal sealed unsafe class OdbcTimestampColumn(string name, bool zeroIsNull, FixedWidthBuilder<long> builder)
    : OdbcColumn(name, OdbcLibrary.CTimestamp, sizeof(OdbcTimestamp))
{
    /// <inheritdoc/>
    protected override void AppendNull() => builder.AppendNull();

    /// <inheritdoc/>
    protected override void Append(byte* value, nint length)
    {
        var timestamp = *(OdbcTimestamp*)value;
        if (timestamp.ToMicroseconds() is { } microseconds)
            builder.Append(microseconds);
        else if (zeroIsNull)
            builder.AppendNull();
        else
            throw Invalid($"the time {timestamp.Date}", "a time from 0001-01-01 to 9999-12-31");
    }
}

/// <summary>A date as ODBC has it.</summary>
internal record struct OdbcDate(short Year, ushort Month, ushort Day)
{
    private const int UnixEpochDay = 719_162;

    /// <summary>Of days since 1970; null outside the years 1 to 9999.</summary>
    public static OdbcDate? FromDays(int days)
    {
        long number = (long)days + UnixEpochDay;
        if (number < 0 || number > DateOnly.MaxValue.DayNumber)
            return null;
        DateOnly date = DateOnly.FromDayNumber((int)number);
        return new OdbcDate((short)date.Year, (ushort)date.Month, (ushort)date.Day);
    }

    /// <summary>Days since 1970, or null for a date that there is not.</summary>
    public readonly int? ToDays() =>
        Year is < 1 or > 9999 || Month is < 1 or > 12 || Day < 1 || Day > DateTime.DaysInMonth(Year, Month)
            ? null : new DateOnly(Year, Month, Day).DayNumber - UnixEpochDay;

    /// <inheritdoc/>
    public override readonly string ToString() => $"{Year:0000}-{Month:00}-{Day:00}";
}

/// <summary>A timestamp as ODBC has it; the fraction is in nanoseconds.</summary>
internal record struct OdbcTimestamp(OdbcDate Date, ushort Hour, ushort Minute, ushort Second, uint Fraction)
{
    private const long MicrosecondsPerDay = 86_400_000_000;

    /// <summary>Of microseconds since 1970; null outside the years 1 to 9999.</summary>
    public static OdbcTimestamp? FromMicroseconds(long microseconds)
    {
        long days = Math.DivRem(microseconds, MicrosecondsPerDay, out long rest);
        if (rest < 0)
            (days, rest) = (days - 1, rest + MicrosecondsPerDay);
        return days is < int.MinValue or > int.MaxValue || OdbcDate.FromDays((int)days) is not { } date
            ? null
            : new OdbcTimestamp(date, (ushort)(rest / 3_600_000_000), (ushort)(rest / 60_000_000 % 60), (ushort)(rest / 1_000_000 % 60), (uint)(rest % 1_000_000 * 1000));
    }

    /// <summary>Microseconds since 1970, or null for a time that there is not.</summary>
    public readonly long? ToMicroseconds() => Date.ToDays() is not { } days ? null
        : (days * MicrosecondsPerDay) + (((Hour * 60L) + Minute) * 60_000_000) + (Second * 1_000_000L) + (Fraction / 1000);
}
