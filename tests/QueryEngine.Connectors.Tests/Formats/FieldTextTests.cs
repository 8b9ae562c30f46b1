using System.Text;
using QueryEngine.Connectors.Formats.Csv;
using QueryEngine.Spi;
using Xunit;

namespace QueryEngine.Connectors.Tests.Formats;

/// <summary>Text of a CSV file is what a cast to varchar gives.</summary>
public sealed class FieldTextTests
{
    [Fact]
    public void Decimals_are_written_as_a_cast_writes_them()
    {
        foreach (int scale in (int[])[0, 1, 2, 9, 18])
            foreach (long value in (long[])[0, 1, -1, 9, -10, 99, 100, -12345, 999_999_999_999_999_999, -999_999_999_999_999_999])
                Check(SqlType.Decimal(18, scale), value, target => FieldText.WriteDecimal(value, scale, target));
    }

    [Fact]
    public void Dates_are_written_as_a_cast_writes_them()
    {
        foreach (int day in (int[])[0, -1, 1, 19_000, -719_162, 2_932_896])
            Check(SqlType.Date, day, target => FieldText.WriteDate(day, target));
    }

    [Fact]
    public void Timestamps_are_written_as_a_cast_writes_them()
    {
        foreach (int precision in (int[])[0, 3, 6])
            foreach (long value in (long[])[0, 1, -1, 500_000, 1_000_000, 120_000, 1_700_000_000_123_456, -62_135_596_800_000_000, 253_402_300_799_999_999])
                Check(SqlType.TimestampOf(precision), value, target => FieldText.WriteTimestamp(value, precision, target));
    }

    [Fact]
    public void Days_outside_of_four_digits_of_a_year_are_left_to_others()
    {
        byte[] target = new byte[FieldText.Room];

        Assert.Equal(0, FieldText.WriteDate(-719_163, target));
        Assert.Equal(0, FieldText.WriteDate(int.MaxValue, target));
        Assert.Equal(0, FieldText.WriteTimestamp(long.MaxValue, 6, target));
        Assert.Equal(0, FieldText.WriteTimestamp(long.MinValue, 6, target));
    }

    private delegate int Writer(Span<byte> target);

    private static void Check(SqlType type, object value, Writer write)
    {
        byte[] target = new byte[FieldText.Room];

        int written = write(target);

        Assert.Equal(SqlValueText.Format(type, value), Encoding.ASCII.GetString(target, 0, written));
    }
}
