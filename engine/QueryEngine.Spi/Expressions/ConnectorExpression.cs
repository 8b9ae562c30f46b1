namespace QueryEngine.Spi;

/// <summary>An expression over the columns of one table, as offered to a source.</summary>
public abstract record ConnectorExpression(SqlType Type);

/// <summary>A column of the handle.</summary>
public sealed record ConnectorColumn(ColumnHandle Column) : ConnectorExpression(Column.Type);

/// <summary>
/// A column of one side of a join that is offered, by its place in <see cref="PushJoin.LeftColumns"/> or <see cref="PushJoin.RightColumns"/>: both sides may
/// read the same table.
/// </summary>
public sealed record ConnectorJoinColumn(bool IsOfRight, int Place, SqlType ColumnType) : ConnectorExpression(ColumnType);

/// <summary>A boxed value (see <see cref="SqlType"/>), or NULL.</summary>
public sealed record ConnectorConstant(object? Value, SqlType ValueType) : ConnectorExpression(ValueType);

/// <summary>
/// A call by the engine's function name. Operators: <c>$eq $ne $lt $le $gt $ge $add $subtract $multiply $divide $modulus $negate
/// $like $concat</c>; special forms: <c>$and $or $not $is_null $in $case $coalesce $cast $is_distinct</c>.
/// </summary>
public sealed record ConnectorCall(string Function, ValueList<ConnectorExpression> Arguments, SqlType CallType) : ConnectorExpression(CallType);
