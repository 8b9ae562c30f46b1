using NodaTime;
using NodaTime.TimeZones;
using QueryEngine.Functions.Arrays;
using QueryEngine.Functions.Catalog;
using QueryEngine.Functions.Scalar;
using QueryEngine.Spi;

namespace QueryEngine.Functions.Temporal;

[ScalarFunction("pg_timezone_names", "All time zones with what their clocks show when the query starts; in FROM a row for each.")]
[Example("cardinality(pg_timezone_names()) > 300", "true")]
internal sealed class TimeZoneNamesOverload()
    : RowOverload("-> array(row(name varchar, abbrev varchar, utc_offset interval, is_dst boolean))")
{
    protected internal override void Invoke(in RowCall call)
    {
        Instant now = Instant.FromDateTimeOffset(call.Context.Session.StartTime);
        VectorBuilder rows = ArrayBuilding.Elements(call);
        foreach (string id in DateTimeZoneProviders.Tzdb.Ids)
        {
            ZoneInterval interval = DateTimeZoneProviders.Tzdb[id].GetZoneInterval(now);
            var offset = new Spi.Interval(0, 0, interval.WallOffset.Seconds * 1_000_000L);
            ValueList<object?> row = [id, interval.Name, offset.Bits, interval.Savings != Offset.Zero];
            rows.AppendBoxed(row);
        }

        ArrayBuilding.End(call);
    }
}
