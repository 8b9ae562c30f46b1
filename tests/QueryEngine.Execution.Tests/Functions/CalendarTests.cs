using QueryEngine.Functions.Temporal;
using QueryEngine.Spi;
using Xunit;

namespace QueryEngine.Execution.Tests.Functions;

public sealed class CalendarTests
{
    [Fact]
    public void Days_have_the_date_that_the_slow_way_gives()
    {
        for (long day = -12_000_000; day <= 12_000_000; day += 97)
            Assert.Equal(SqlValueText.Civil(day), DateMath.Civil(day));
        for (long day = -200_000; day <= 200_000; day++)
            Assert.Equal(SqlValueText.Civil(day), DateMath.Civil(day));
    }

    [Fact]
    public void Iso_weeks_agree_with_the_framework()
    {
        for (int day = -20_000; day <= 40_000; day++)
        {
            DateTime date = DateTime.UnixEpoch.AddDays(day);
            Assert.Equal((System.Globalization.ISOWeek.GetYear(date), System.Globalization.ISOWeek.GetWeekOfYear(date)), DateMath.IsoWeek(day));
        }
    }
}
