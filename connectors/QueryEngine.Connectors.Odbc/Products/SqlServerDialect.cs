using System.Globalization;
using QueryEngine.Connectors.AdoNet;
using QueryEngine.Connectors.Odbc.Generic;
using QueryEngine.Spi;

namespace QueryEngine.Connectors.Odbc.Products;

/// <summary>SQL Server: TOP, brackets around names, NULL below everything, counts of 64 bits by a function of their own.</summary>
internal sealed class SqlServerDialect() : ProductDialect(
    new OdbcSourceInfo("Microsoft SQL Server", "\"", "\\", LimitsRows: true, FetchesFirst: false, SortsNulls: false, NullsAreLow: true))
{
    /// <inheritdoc/>
    public override string CountRows => "COUNT_BIG(*)";

    /// <inheritdoc/>
    public override string Quote(string name) => $"[{name.Replace("]", "]]", StringComparison.Ordinal)}]";

    /// <inheritdoc/>
    public override void WriteSelect(SqlText sql, long? limit)
    {
        sql.Add("SELECT ");
        if (limit is { } count)
            sql.Add("TOP (").Add(count.ToString(CultureInfo.InvariantCulture)).Add(") ");
    }

    /// <inheritdoc/>
    public override void WriteLimit(SqlText sql, long count)
    {
    }

    /// <summary>Columns of a query in parentheses have names.</summary>
    public override void WriteNoColumn(SqlText sql) => sql.Add("1 AS c0");

    /// <inheritdoc/>
    protected override string? WriteCount(SqlExpressionWriter writer, ConnectorAggregate call)
    {
        if (call.Arguments.Count == 0)
        {
            writer.Sql.Add(CountRows);
            return null;
        }

        return call.IsDistinct && SqlAggregateRules.WhyNotDistinct(writer, call.Arguments[0]) is { } reason
            ? reason : SqlAggregateRules.Simple("COUNT_BIG", writer, call);
    }

    /// <inheritdoc/>
    protected override string? NumberName(SqlType type) => type switch
    {
        { Kind: TypeKind.TinyInt or TypeKind.SmallInt } => "smallint",
        { Kind: TypeKind.Integer } => "int",
        { Kind: TypeKind.BigInt } => "bigint",
        DecimalType number => $"decimal({number.Precision},{number.Scale})",
        _ => null,
    };

    /// <inheritdoc/>
    protected override string? WritePart(SqlExpressionWriter writer, string part, ConnectorExpression date)
    {
        writer.Sql.Add($"DATEPART({part}, ");
        if (writer.Write(date) is { } reason)
            return reason;
        writer.Sql.Add(")");
        return null;
    }
}
