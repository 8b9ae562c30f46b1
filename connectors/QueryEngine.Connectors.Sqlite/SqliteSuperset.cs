using QueryEngine.Connectors.AdoNet;
using QueryEngine.Spi;

namespace QueryEngine.Connectors.Sqlite;

/// <summary>
/// Wider conditions for columns whose values have several forms in SQLite: decimals are compared as floating point one unit of the last
/// digit wider, dates and timestamps as ISO text a day wider; values of another form pass.
/// </summary>
internal static class SqliteSuperset
{
    private const int MaxRanges = 100;
    private const long MicrosecondsPerDay = 86_400_000_000;

    /// <summary>Writes a condition that all rows satisfy for which the given one is true; null when written, else why not.</summary>
    public static string? Write(SqlExpressionWriter writer, ConnectorExpression condition)
    {
        TupleDomain domain = TupleDomain.FromConjuncts([condition]);
        var columns = new List<SqlColumn>();
        Collect(condition, columns);
        string separator = "(";
        foreach (ColumnDomain column in domain.Columns)
        {
            if (columns.FirstOrDefault(candidate => candidate.Name == column.Column) is not { RemoteType.Length: > 0 } handle)
                continue;
            if (handle.Type.Kind is not (TypeKind.Decimal or TypeKind.Date or TypeKind.Timestamp) || column.Domain.Ranges.Count > MaxRanges)
                continue;

            writer.Sql.Add(separator);
            WriteDomain(writer, handle, column.Domain);
            separator = " AND ";
        }

        if (separator == "(")
            return "the condition has no wider form";
        writer.Sql.Add(")");
        return null;
    }

    private static void Collect(ConnectorExpression expression, List<SqlColumn> columns)
    {
        if (expression is ConnectorColumn { Column: SqlColumn column })
            columns.Add(column);
        else if (expression is ConnectorCall call)
            foreach (ConnectorExpression argument in call.Arguments)
                Collect(argument, columns);
    }

    private static void WriteDomain(SqlExpressionWriter writer, SqlColumn column, Domain domain)
    {
        string name = StandardIdentifiers.Instance.Quote(column.Name);
        bool isDecimal = column.Type.Kind == TypeKind.Decimal;
        writer.Sql.Add("(typeof(").Add(name).Add(isDecimal ? ") = 'text'" : ") IN ('integer', 'real')");
        if (domain.NullAllowed)
            writer.Sql.Add(" OR ").Add(name).Add(" IS NULL");
        foreach (ValueRange range in domain.Ranges)
        {
            object? low = isDecimal ? Number(range.Low, column, -1) : Day(range.Low, column, -1);
            object? high = isDecimal ? Number(range.High, column, 1) : Day(range.High, column, 2);
            SqlType type = isDecimal ? SqlType.Double : SqlType.Varchar;
            writer.Sql.Add(" OR (").Add(name).Add(" IS NOT NULL");
            if (low is not null)
                WriteBound(writer, name, " >= ", low, type);
            if (high is not null)
                WriteBound(writer, name, " <= ", high, type);
            writer.Sql.Add(")");
        }

        writer.Sql.Add(")");
    }

    private static void WriteBound(SqlExpressionWriter writer, string name, string symbol, object bound, SqlType type)
    {
        writer.Sql.Add(" AND ").Add(name).Add(symbol);
        _ = writer.WriteValue(bound, type); // finite numbers and ISO dates are always written
    }

    // One unit of the last digit away, and what double arithmetic may lose.
    private static object? Number(object? bound, SqlColumn column, int units)
    {
        if (bound is null)
            return null;
        int scale = ((DecimalType)column.Type).Scale;
        Int128 wider = (bound is long small ? small : (Int128)bound) + units;
        double value = (double)wider / Math.Pow(10, scale);
        return value + (units * Math.Abs(value) * 1e-15);
    }

    // Text of a year of four digits sorts as the date does; a zone may shift the day by one.
    private static string? Day(object? bound, SqlColumn column, int days)
    {
        if (bound is null)
            return null;
        long perDay = column.Type is TimestampType { Precision: > 6 } ? MicrosecondsPerDay * 1000 : MicrosecondsPerDay;
        long day = (bound is int date ? date : Math.DivRem((long)bound, perDay).Quotient) + days - (bound is long and < 0 ? 1 : 0);
        long dayNumber = day + SqlDates.UnixEpochDay;
        return dayNumber < 0 || dayNumber > DateOnly.MaxValue.DayNumber
            ? null : DateOnly.FromDayNumber((int)dayNumber).ToString("yyyy-MM-dd", System.Globalization.CultureInfo.InvariantCulture);
    }
}
