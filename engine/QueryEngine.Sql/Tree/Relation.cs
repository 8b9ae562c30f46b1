namespace QueryEngine.Sql.Tree;

/// <summary>Anything that can stand in FROM.</summary>
public abstract record Relation : SyntaxNode;

/// <summary>A table, view or common table by name.</summary>
public sealed record TableReference(QualifiedName Name) : Relation
{
    /// <summary><c>FOR VERSION AS OF</c> or <c>FOR TIMESTAMP AS OF</c>, where written.</summary>
    public TableVersion? Version { get; init; }
}

/// <summary><c>FOR VERSION | TIMESTAMP AS OF value</c></summary>
public sealed record TableVersion(bool IsTimestamp, Expression Value) : SyntaxNode;

/// <summary>A file path, a glob or a URL as a table: <c>FROM 'data/*.parquet'</c>.</summary>
public sealed record FileRelation(string Path) : Relation;

/// <summary>A query in the source's own language: <c>TABLE(catalog.system.query('...'))</c>.</summary>
public sealed record RemoteQueryRelation(QualifiedName Name, string Query) : Relation;

/// <summary><c>[LATERAL] (query)</c></summary>
public sealed record SubqueryRelation(Query Query, bool IsLateral) : Relation;

/// <summary><c>UNNEST(...) [WITH ORDINALITY]</c>; it sees the relations before it.</summary>
public sealed record UnnestRelation(ImmutableArray<Expression> Expressions, bool WithOrdinality) : Relation;

/// <summary>
/// A table function; it sees the relations before it. Arguments may be <see cref="TableArgument"/> and
/// <see cref="DescriptorArgument"/>.
/// </summary>
public sealed record TableFunctionRelation(FunctionCall Call, bool WithOrdinality, bool IsLateral) : Relation;

/// <summary><c>TABLE(t) PARTITION BY ... ORDER BY ...</c> as an argument.</summary>
public sealed record TableArgument(Relation Table, ImmutableArray<Expression> PartitionBy, ImmutableArray<SortItem> OrderBy)
    : Expression
{
    /// <summary>True for <c>PRUNE WHEN EMPTY</c>, false for <c>KEEP WHEN EMPTY</c>.</summary>
    public bool? PruneWhenEmpty { get; init; }
}

/// <summary><c>DESCRIPTOR(a, b integer)</c> as an argument.</summary>
public sealed record DescriptorArgument(ImmutableArray<RowTypeField> Fields) : Expression;

/// <summary><c>relation AS alias (columns)</c></summary>
public sealed record AliasedRelation(Relation Source, Identifier Alias, ImmutableArray<Identifier> Columns) : Relation
{
    /// <summary>Types of all columns, as in <c>f() AS t (a integer)</c>; empty when they have none.</summary>
    public ImmutableArray<TypeName> ColumnTypes { get; init; } = [];
}

/// <summary>How a sample is drawn.</summary>
public enum SampleMethod
{
    Bernoulli,
    System,
}

/// <summary><c>relation TABLESAMPLE method (percentage) [REPEATABLE (seed)]</c></summary>
public sealed record SampledRelation(Relation Source, SampleMethod Method, Expression Percentage, Expression? Seed) : Relation;

/// <summary>Which rows a join keeps.</summary>
public enum JoinKind
{
    Inner,
    Left,
    Right,
    Full,
    Cross,
    Semi,
    Anti,
}

/// <summary>
/// <c>left JOIN right ON ...</c>. <c>CROSS APPLY</c> is a cross join with a lateral right side, <c>OUTER APPLY</c> a left
/// join with one on TRUE.
/// </summary>
public sealed record JoinRelation(JoinKind Kind, Relation Left, Relation Right, JoinCondition? Condition) : Relation
{
    /// <summary><c>ASOF JOIN</c>: each left row meets the nearest right row.</summary>
    public bool IsAsOf { get; init; }
}

/// <summary>How the sides of a join meet.</summary>
public abstract record JoinCondition : SyntaxNode;

/// <summary><c>ON expression</c></summary>
public sealed record JoinOn(Expression Expression) : JoinCondition;

/// <summary><c>USING (columns) [AS alias]</c></summary>
public sealed record JoinUsing(ImmutableArray<Identifier> Columns, Identifier? Alias) : JoinCondition;

/// <summary><c>NATURAL JOIN</c></summary>
public sealed record NaturalJoin : JoinCondition;

/// <summary><c>expression AS alias</c> in PIVOT and MATCH_RECOGNIZE.</summary>
public sealed record NamedExpression(Expression Expression, Identifier? Alias) : SyntaxNode;

/// <summary><c>FOR column IN (values)</c> in PIVOT.</summary>
public sealed record PivotColumn(Expression Column, ImmutableArray<NamedExpression> Values) : SyntaxNode;

/// <summary><c>relation PIVOT (aggregates FOR column IN (values) GROUP BY columns)</c></summary>
public sealed record PivotRelation(
    Relation Source, ImmutableArray<NamedExpression> Aggregates, ImmutableArray<PivotColumn> Columns, ImmutableArray<Expression> GroupBy)
    : Relation;

/// <summary><c>columns AS alias</c> in UNPIVOT.</summary>
public sealed record UnpivotInput(ImmutableArray<Expression> Columns, Expression? Alias) : SyntaxNode;

/// <summary><c>relation UNPIVOT [INCLUDE NULLS] (values FOR name IN (columns))</c></summary>
public sealed record UnpivotRelation(
    Relation Source, bool IncludeNulls, ImmutableArray<Identifier> Values, Identifier Name, ImmutableArray<UnpivotInput> Inputs)
    : Relation;

/// <summary><c>relation MATCH_RECOGNIZE (...)</c></summary>
public sealed record MatchRecognizeRelation(Relation Source, string Pattern, ImmutableArray<NamedExpression> Definitions) : Relation
{
    /// <summary>What <see cref="Pattern"/> says.</summary>
    public required RowPattern Syntax { get; init; }

    /// <summary><c>PARTITION BY ...</c></summary>
    public ImmutableArray<Expression> PartitionBy { get; init; } = [];

    /// <summary><c>ORDER BY ...</c></summary>
    public ImmutableArray<SortItem> OrderBy { get; init; } = [];

    /// <summary><c>MEASURES expression AS name, ...</c></summary>
    public ImmutableArray<NamedExpression> Measures { get; init; } = [];

    /// <summary><c>ALL ROWS PER MATCH</c> instead of one.</summary>
    public bool AllRows { get; init; }

    /// <summary>The words after <c>AFTER MATCH SKIP</c>, where written.</summary>
    public string? AfterMatchSkip { get; init; }

    /// <summary>The words after <c>ALL ROWS PER MATCH</c>, such as <c>SHOW EMPTY MATCHES</c>.</summary>
    public string? EmptyMatches { get; init; }

    /// <summary><c>SUBSET name = (a, b), ...</c>: each is a call of the name on its variables.</summary>
    public ImmutableArray<FunctionCall> Subsets { get; init; } = [];
}
