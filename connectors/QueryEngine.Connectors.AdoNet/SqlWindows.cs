using System.Collections.Frozen;
using System.Globalization;
using QueryEngine.Spi;

namespace QueryEngine.Connectors.AdoNet;

/// <summary>Functions of windows: which of them the source takes over, and how they are written.</summary>
public static class SqlWindows
{
    /// <summary>All that are written: numbers of rows, neighbours, and aggregates that sources compute as the engine does.</summary>
    public static readonly FrozenSet<string> All = FrozenSet.ToFrozenSet(
        ["row_number", "rank", "dense_rank", "percent_rank", "cume_dist", "ntile", "lag", "lead", "first_value", "last_value", "count", "sum", "min", "max"]);

    private static readonly FrozenSet<string> _ofPlaces = FrozenSet.ToFrozenSet(["row_number", "rank", "dense_rank", "percent_rank", "cume_dist", "ntile", "lag", "lead"]);

    /// <summary>The answer of a dialect.</summary>
    internal static PushdownAnswer Push(
        SqlDialect dialect, SqlTableHandle handle, PushWindow window, Func<SqlTableHandle, Func<SqlExpressionWriter, string?>, string?> whyNotWritten)
    {
        if (handle.IsSuperset)
            return new PushdownRefused(SqlPushdown.RoughFilter);
        SqlTableHandle below = handle.IsOfSingleRows ? handle : handle.Over();
        var functions = new List<SqlWindow>();
        foreach (ConnectorWindowCall call in window.Calls)
        {
            if (!dialect.Windows.Contains(call.Function))
                return new PushdownRefused($"window function {call.Function} has no form in the source that is known to be the same");
            SqlColumn[] from = [.. call.Arguments.OfType<ConnectorColumn>().Select(column => column.Column).OfType<SqlColumn>()];
            SqlColumn column = new($"{call.Function}_{SqlPushdown.Depth(below)}_{functions.Count + 1}", call.Type, "");
            if (call.Type.IsText && from is [{ } only])
                column = column with { Comparison = only.Comparison, Reason = only.Reason, Collation = only.Collation };
            var function = new SqlWindow(column, call, window.PartitionBy, window.OrderBy);
            if (whyNotWritten(below, writer => Write(writer, function)) is { } reason)
                return new PushdownRefused(reason);
            functions.Add(function);
        }

        return new PushdownAccepted(below with { Windows = [.. functions] }) { Outputs = [.. functions.Select(function => function.Column)] };
    }

    /// <summary>Writes <c>function(arguments) OVER (...)</c>; null when written, else why the source would compute something else.</summary>
    internal static string? Write(SqlExpressionWriter writer, SqlWindow window)
    {
        if (WriteCall(writer, window.Call) is { } reason)
            return reason;
        writer.Sql.Add(" OVER (");
        for (int column = 0; column < window.PartitionBy.Count; column++)
        {
            var operand = new ConnectorColumn(window.PartitionBy[column]);
            writer.Sql.Add(column == 0 ? "PARTITION BY " : ", ");
            if ((writer.WhyNotComparable(operand, operand, ordered: false) ?? writer.Write(operand)) is { } partitionReason)
                return partitionReason;
        }

        foreach (ConnectorSortKey key in window.OrderBy)
        {
            var operand = new ConnectorColumn(key.Column);
            if (writer.WhyNotComparable(operand, operand, ordered: true) is { } orderReason)
                return orderReason;
        }

        string separator = window.PartitionBy.Count > 0 ? " ORDER BY " : "ORDER BY ";
        if (writer.WriteOrder(window.OrderBy, separator) is { } keyReason)
            return keyReason;
        if (window.Call.Frame is { } frame && !_ofPlaces.Contains(window.Call.Function))
            WriteFrame(writer.Sql, frame);
        writer.Sql.Add(")");
        return null;
    }

    private static string? WriteCall(SqlExpressionWriter writer, ConnectorWindowCall call)
    {
        string refusal = $"this {call.Function} is left to the engine";
        switch (call.Function)
        {
            case "row_number" or "rank" or "dense_rank" or "percent_rank" or "cume_dist":
                return call.Arguments.Count > 0 ? refusal : writer.WriteFunction(call.Function, []);
            case "ntile":
                return call.Arguments is [ConnectorConstant { Value: long and > 0 }] ? writer.WriteFunction("ntile", [Literal(call.Arguments[0])]) : refusal;
            case "lag" or "lead":
                bool isKnown = call.Arguments.Count is 1 or 2 && call.Arguments[0] is ConnectorColumn && IsValue(call.Type)
                    && (call.Arguments.Count == 1 || call.Arguments[1] is ConnectorConstant { Value: long and >= 0 });
                if (!isKnown)
                    return refusal;
                return writer.WriteFunction(call.Function, call.Arguments.Count == 1 ? call.Arguments : [call.Arguments[0], Literal(call.Arguments[1])]);
            case "first_value" or "last_value":
                return call.Arguments is [ConnectorColumn] && IsValue(call.Type) ? writer.WriteFunction(call.Function, call.Arguments) : refusal;
            case "count" or "sum" or "min" or "max":
                return WriteAggregate(writer, call) is { } reason ? reason : null;
            default:
                return refusal;
        }
    }

    // The rule of the aggregate says whether it is the same; what the rule writes may be more than a call, which takes no OVER.
    private static string? WriteAggregate(SqlExpressionWriter writer, ConnectorWindowCall call)
    {
        if (!writer.Dialect.Aggregates.TryGetValue(call.Function, out SqlAggregateRule? rule))
            return $"aggregate {call.Function} has no form in the source that is known to be the same";
        if (rule(writer.ToNowhere(), new ConnectorAggregate(call.Function, call.Arguments, call.Type)) is { } reason)
            return reason;
        writer.Sql.Add(call.Function).Add("(");
        if (call.Arguments.Count == 0)
            writer.Sql.Add("*");
        else if ((call.Function is "min" or "max" ? writer.WriteOrdered(call.Arguments[0]) : writer.Write(call.Arguments[0])) is { } argumentReason)
            return argumentReason;
        writer.Sql.Add(")");
        return null;
    }

    private static bool IsValue(SqlType type) => type.IsInteger || type.Kind is TypeKind.Decimal or TypeKind.Real or TypeKind.Double or TypeKind.Varchar
        or TypeKind.Date or TypeKind.Timestamp or TypeKind.TimestampWithTimeZone;

    // Sources take a number here that is an integer, and no parameter.
    private static SqlNumber Literal(ConnectorExpression number) => new((long)((ConnectorConstant)number).Value!);

    private static void WriteFrame(SqlText sql, ConnectorFrame frame) =>
        sql.Add(frame.Unit == ConnectorFrameUnit.Rows ? " ROWS BETWEEN " : " RANGE BETWEEN ").Add(Bound(frame.Start, "PRECEDING")).Add(" AND ").Add(Bound(frame.End, "FOLLOWING"));

    private static string Bound(long? place, string unbounded) => place switch
    {
        null => $"UNBOUNDED {unbounded}",
        0 => "CURRENT ROW",
        < 0 => $"{(-place.Value).ToString(CultureInfo.InvariantCulture)} PRECEDING",
        _ => $"{place.Value.ToString(CultureInfo.InvariantCulture)} FOLLOWING",
    };
}

/// <summary>A whole number that is written as it is, never as a parameter.</summary>
internal sealed record SqlNumber(long Value) : ConnectorExpression(SqlType.BigInt);
