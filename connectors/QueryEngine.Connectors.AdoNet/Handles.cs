using QueryEngine.Spi;

namespace QueryEngine.Connectors.AdoNet;

/// <summary>How far the source compares a column's values as the engine does.</summary>
public enum SqlComparison
{
    /// <summary>Not at all.</summary>
    None,

    /// <summary>Equality, grouping and distinctness are the same; the order is not.</summary>
    Equality,

    /// <summary>Equality and order are the same.</summary>
    Full,
}

/// <summary>
/// A column of a relational source. <see cref="Reason"/> says why <see cref="Comparison"/> is not full: EXPLAIN shows it.
/// <see cref="RemoteType"/> is the source's own name of the type; empty for a column that the source computes.
/// </summary>
public sealed record SqlColumn(
    string Name, SqlType Type, string RemoteType, SqlComparison Comparison = SqlComparison.Full, string? Reason = null) : ColumnHandle(Name, Type)
{
    /// <summary>Whether the source turns the value into text before anything is done with it.</summary>
    public bool IsCastToText { get; init; }

    /// <summary>The collation of the source where it is not the order of code points, else null.</summary>
    public string? Collation { get; init; }
}

/// <summary>A table, view or the like. <see cref="Kind"/> is the connector's own word for what it is.</summary>
public sealed record RemoteTable(string Schema, string Name, string Kind)
{
    private const string QueryKind = "query in the source's language";

    /// <summary>Whether <see cref="Name"/> is the text of a query.</summary>
    public bool IsQuery => Kind == QueryKind;

    /// <summary>The rows of a query, as if they were a table.</summary>
    public static RemoteTable OfQuery(string query) => new("system", query.Trim().TrimEnd(';'), QueryKind);

    /// <summary>The name by which it is described.</summary>
    public SchemaTableName DescribedName => new(Schema, IsQuery ? "query" : Name);
}

/// <summary>A condition that the source checks: exactly, or in a form that lets more rows pass.</summary>
public sealed record PushedCondition(ConnectorExpression Condition, Guarantee Guarantee);

/// <summary>A column that the source computes.</summary>
public sealed record SqlComputation(SqlColumn Column, ConnectorExpression Expression);

/// <summary>An aggregate that the source computes.</summary>
public sealed record SqlAggregate(SqlColumn Column, ConnectorAggregate Call);

/// <summary>Groups and their aggregates; no aggregates is DISTINCT.</summary>
public sealed record SqlAggregation(ValueList<ColumnHandle> GroupBy, ValueList<SqlAggregate> Aggregates);

/// <summary>A function of a window that the source computes.</summary>
public sealed record SqlWindow(
    SqlColumn Column, ConnectorWindowCall Call, ValueList<ColumnHandle> PartitionBy, ValueList<ConnectorSortKey> OrderBy);

/// <summary>The rows of several queries. <see cref="Outputs"/> stand for the columns at the same place in each of them.</summary>
public sealed record SqlUnion(ValueList<SqlUnionInput> Inputs, ValueList<ColumnHandle> Outputs);

/// <summary>A query of a union and its columns in the order of the places.</summary>
public sealed record SqlUnionInput(SqlTableHandle Query, ValueList<ColumnHandle> Columns);

/// <summary>
/// A join of two queries. <see cref="Outputs"/> are the columns of the left side and then those of the right one, by names that tell them apart; the
/// conjuncts speak of those.
/// </summary>
public sealed record SqlJoin(
    ConnectorJoinKind Kind,
    SqlTableHandle Right,
    ValueList<ColumnHandle> LeftColumns,
    ValueList<ColumnHandle> RightColumns,
    ValueList<ColumnHandle> Outputs,
    ValueList<ConnectorExpression> Conjuncts);

/// <summary>
/// A query over one remote table. The steps happen in the order of SQL: filter, aggregation or computed columns, windows, order, limit. What does
/// not fit that order is a query over <see cref="Source"/>.
/// </summary>
public sealed record SqlTableHandle(RemoteTable Table) : TableHandle
{
    /// <summary>The records that a handle is made of, as <see cref="IConnectorFactory.HandleTypes"/> lists them; new ones are added at the end.</summary>
    public static IReadOnlyList<Type> Types { get; } =
    [
        typeof(SqlTableHandle), typeof(SqlColumn), typeof(RemoteTable), typeof(PushedCondition), typeof(SqlComputation), typeof(SqlAggregate),
        typeof(SqlAggregation), typeof(SqlJoin), typeof(SqlWindow), typeof(SqlUnion), typeof(SqlUnionInput),
    ];

    /// <summary>The query below this one; null when the table itself is.</summary>
    public SqlTableHandle? Source { get; init; }

    /// <summary>What <see cref="Source"/> is joined with, or null.</summary>
    public SqlJoin? Join { get; init; }

    /// <summary>The queries whose rows are read in place of those of a table or <see cref="Source"/>, or null.</summary>
    public SqlUnion? Union { get; init; }

    /// <summary>All of these hold.</summary>
    public ValueList<PushedCondition> Filter { get; init; }

    /// <summary>Columns computed from those of the source.</summary>
    public ValueList<SqlComputation> Computations { get; init; }

    /// <summary>Groups, or null.</summary>
    public SqlAggregation? Aggregation { get; init; }

    /// <summary>Functions of windows over the rows that the filter leaves.</summary>
    public ValueList<SqlWindow> Windows { get; init; }

    /// <summary>The order that <see cref="Limit"/> cuts.</summary>
    public ValueList<ConnectorSortKey> Order { get; init; }

    /// <summary>The most rows, or null.</summary>
    public long? Limit { get; init; }

    /// <summary>Whether every row of the result comes from one row of the table, so that parts of the table can be read apart.</summary>
    public bool IsDivisible => Aggregation is null && Windows.Count == 0 && Limit is null && Join is null && Union is null && (Source is null || Source.IsDivisible);

    /// <summary>Whether some condition lets more rows pass than asked.</summary>
    public bool IsSuperset =>
        Filter.Any(condition => condition.Guarantee == Guarantee.Superset) || (Source is not null && Source.IsSuperset)
        || (Join is not null && Join.Right.IsSuperset) || (Union is not null && Union.Inputs.Any(input => input.Query.IsSuperset));

    /// <summary>Whether it is the table and nothing else.</summary>
    public bool IsWholeTable => IsOfOneTable && Filter.Count == 0 && Aggregation is null && Limit is null;

    /// <summary>Whether it reads the table itself, not what another query gives.</summary>
    public bool IsOfOneTable => Source is null && Union is null;

    /// <summary>Whether filters can still be added to it, and groups: nothing was computed of several rows, and none are cut off.</summary>
    public bool IsOfSingleRows => Aggregation is null && Limit is null && Windows.Count == 0;

    /// <summary>Whether it is just some rows of a table, told by conditions that the source checks exactly.</summary>
    public bool IsExactPart => IsOfOneTable && IsOfSingleRows && Filter.All(condition => condition.Guarantee == Guarantee.Exact);

    /// <summary>A query over this one.</summary>
    public SqlTableHandle Over() => new(Table) { Source = this };
}
