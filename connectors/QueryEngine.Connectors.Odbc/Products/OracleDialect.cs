using QueryEngine.Connectors.AdoNet;
using QueryEngine.Connectors.Odbc.Generic;
using QueryEngine.Spi;

namespace QueryEngine.Connectors.Odbc.Products;

/// <summary>Oracle: no AS before the name of a query, numbers that do not overflow, an empty text that is NULL.</summary>
internal sealed class OracleDialect() : ProductDialect(
    new OdbcSourceInfo("Oracle", "\"", "\\", LimitsRows: false, FetchesFirst: true, SortsNulls: true, NullsAreLow: false))
{
    /// <inheritdoc/>
    public override string Alias => " ";

    /// <inheritdoc/>
    protected override bool OverflowsByType => false;

    /// <inheritdoc/>
    public override string Quote(string name) => name.Contains('"', StringComparison.Ordinal)
        ? throw new QueryException(ErrorCode.InvalidName, $"'{name}' cannot be a name in Oracle", "Names of Oracle have no double quotes.")
        : $"\"{name}\"";

    /// <inheritdoc/>
    protected override string? NumberName(SqlType type) => type switch
    {
        { Kind: TypeKind.TinyInt } => "NUMBER(3,0)",
        { Kind: TypeKind.SmallInt } => "NUMBER(5,0)",
        { Kind: TypeKind.Integer } => "NUMBER(10,0)",
        { Kind: TypeKind.BigInt } => "NUMBER(19,0)",
        DecimalType number => $"NUMBER({number.Precision},{number.Scale})",
        _ => null,
    };

    /// <inheritdoc/>
    protected override string? WritePart(SqlExpressionWriter writer, string part, ConnectorExpression date)
    {
        writer.Sql.Add($"EXTRACT({part} FROM ");
        if (writer.Write(date) is { } reason)
            return reason;
        writer.Sql.Add(")");
        return null;
    }
}

/// <summary>DB2: decimals of at most 31 digits.</summary>
internal sealed class Db2Dialect() : ProductDialect(
    new OdbcSourceInfo("DB2", "\"", "\\", LimitsRows: false, FetchesFirst: true, SortsNulls: true, NullsAreLow: false))
{
    private const int MostDigits = 31;

    /// <inheritdoc/>
    public override string DistinctFrom => "IS DISTINCT FROM";

    /// <inheritdoc/>
    protected override string? NumberName(SqlType type) => type switch
    {
        { Kind: TypeKind.TinyInt or TypeKind.SmallInt } => "SMALLINT",
        { Kind: TypeKind.Integer } => "INTEGER",
        { Kind: TypeKind.BigInt } => "BIGINT",
        DecimalType { Precision: <= MostDigits } number => $"DECIMAL({number.Precision},{number.Scale})",
        _ => null,
    };

    /// <inheritdoc/>
    protected override string? WritePart(SqlExpressionWriter writer, string part, ConnectorExpression date) => writer.WriteFunction(part, [date]);
}
