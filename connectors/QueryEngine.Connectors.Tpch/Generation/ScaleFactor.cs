using System.Globalization;

namespace QueryEngine.Connectors.Tpch.Generation;

/// <summary>How large a TPC-H database is: scale factor 1 has 1,500,000 orders. Kept in thousandths, as dbgen does below 1.</summary>
/// <param name="Thousandths">A thousand times the scale factor, at least 1.</param>
internal readonly record struct ScaleFactor(long Thousandths)
{
    /// <summary>The largest scale factor whose keys still fit: 10^9 times a petabyte is nobody's test.</summary>
    private const long MaxThousandths = 100_000_000;

    public static bool operator >=(ScaleFactor left, int right) => left.Thousandths >= right * 1000L;

    public static bool operator <=(ScaleFactor left, int right) => left.Thousandths <= right * 1000L;

    /// <summary>Rows of a table that has <paramref name="rowsAtScaleOne"/> rows at scale factor 1.</summary>
    public long RowsOf(long rowsAtScaleOne) => Math.Max(1, rowsAtScaleOne * Thousandths / 1000);

    /// <summary>
    /// Reads a schema name: <c>tiny</c> or <c>sfN</c>, where N is a decimal number with at most three decimals, whose
    /// point may be written as an underscore (<c>sf0.1</c>, <c>sf0_1</c>).
    /// </summary>
    public static bool TryParseSchema(string schema, out ScaleFactor scale)
    {
        scale = default;
        if (schema.Equals("tiny", StringComparison.OrdinalIgnoreCase))
        {
            scale = new ScaleFactor(10);
            return true;
        }

        if (!schema.StartsWith("sf", StringComparison.OrdinalIgnoreCase))
            return false;

        string number = schema[2..].Replace('_', '.');
        if (!decimal.TryParse(number, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out decimal factor))
            return false;

        decimal thousandths = factor is > 0 and <= MaxThousandths / 1000 ? factor * 1000 : 0;
        if (thousandths < 1 || thousandths != decimal.Truncate(thousandths))
            return false;

        scale = new ScaleFactor((long)thousandths);
        return true;
    }
}
