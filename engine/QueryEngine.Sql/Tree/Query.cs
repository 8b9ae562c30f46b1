namespace QueryEngine.Sql.Tree;

/// <summary>A query with what surrounds its body: <c>WITH ... body ORDER BY ... OFFSET ... LIMIT ...</c>.</summary>
public sealed record Query(QueryBody Body) : SyntaxNode
{
    /// <summary><c>WITH ...</c></summary>
    public WithClause? With { get; init; }

    /// <summary><c>ORDER BY ...</c>; <c>ORDER BY ALL</c> is one item of <see cref="AllColumnsExpression"/>.</summary>
    public ImmutableArray<SortItem> OrderBy { get; init; } = [];

    /// <summary><c>OFFSET n</c></summary>
    public Expression? Offset { get; init; }

    /// <summary><c>LIMIT n</c> or <c>FETCH FIRST n ROWS</c>; none for <c>LIMIT ALL</c>.</summary>
    public LimitClause? Limit { get; init; }
}

/// <summary><c>LIMIT count</c>, <c>FETCH FIRST count [PERCENT] ROWS ONLY | WITH TIES</c></summary>
public sealed record LimitClause(Expression Count, bool WithTies, bool IsPercent) : SyntaxNode;

/// <summary><c>WITH [RECURSIVE] ...</c></summary>
public sealed record WithClause(bool IsRecursive, ImmutableArray<CommonTable> Tables) : SyntaxNode
{
    /// <summary><c>WITH FUNCTION f(...) RETURNS ... RETURN ...</c>: functions of this query only.</summary>
    public ImmutableArray<CreateFunctionStatement> Functions { get; init; } = [];
}

/// <summary>
/// <c>name (columns) AS [NOT] MATERIALIZED (statement)</c>; the statement is a <see cref="QueryStatement"/> or one that
/// changes data.
/// </summary>
public sealed record CommonTable(
    Identifier Name, ImmutableArray<Identifier> Columns, bool? IsMaterialized, Statement Statement) : SyntaxNode
{
    /// <summary><c>SEARCH ...</c></summary>
    public SearchClause? Search { get; init; }

    /// <summary><c>CYCLE ...</c></summary>
    public CycleClause? Cycle { get; init; }
}

/// <summary><c>SEARCH DEPTH | BREADTH FIRST BY columns SET order</c></summary>
public sealed record SearchClause(bool IsDepthFirst, ImmutableArray<Identifier> Columns, Identifier Order) : SyntaxNode;

/// <summary><c>CYCLE columns SET mark [TO value DEFAULT value] USING path</c></summary>
public sealed record CycleClause(ImmutableArray<Identifier> Columns, Identifier Mark, Expression? Value, Expression? Default, Identifier Path) : SyntaxNode;

/// <summary>What gives the rows of a query.</summary>
public abstract record QueryBody : SyntaxNode;

/// <summary><c>VALUES (1, 'a'), (2, 'b')</c></summary>
/// <param name="Rows">A row without parentheses is one expression; else a <see cref="RowConstructor"/>.</param>
public sealed record ValuesBody(ImmutableArray<Expression> Rows) : QueryBody;

/// <summary><c>TABLE name</c></summary>
public sealed record TableBody(QualifiedName Name) : QueryBody;

/// <summary>A query in parentheses as part of another.</summary>
public sealed record SubqueryBody(Query Query) : QueryBody;

/// <summary>Set operators.</summary>
public enum SetOperator
{
    Union,
    Intersect,
    Except,
}

/// <summary>
/// Two or more inputs joined by one operator, from left to right; a chain of the same operator is one node.
/// </summary>
public sealed record SetOperation(SetOperator Operator, bool IsAll, bool IsByName, ImmutableArray<QueryBody> Inputs) : QueryBody
{
    /// <summary><c>CORRESPONDING [BY (columns)]</c>: only columns of these names, or of names that both inputs have, in that order.</summary>
    public CorrespondingClause? Corresponding { get; init; }
}

/// <summary><c>CORRESPONDING [BY (columns)]</c>; without BY it has no columns.</summary>
public sealed record CorrespondingClause(ImmutableArray<Identifier> Columns) : SyntaxNode;

/// <summary><c>SELECT ... FROM ... WHERE ... GROUP BY ... HAVING ... WINDOW ... QUALIFY ...</c></summary>
public sealed record QuerySpecification(ImmutableArray<SelectItem> Items) : QueryBody
{
    /// <summary><c>SELECT DISTINCT</c></summary>
    public bool IsDistinct { get; init; }

    /// <summary><c>SELECT DISTINCT ON (...)</c>; then <see cref="IsDistinct"/> is set too.</summary>
    public ImmutableArray<Expression> DistinctOn { get; init; } = [];

    /// <summary>The relations between the commas after FROM; empty without FROM.</summary>
    public ImmutableArray<Relation> From { get; init; } = [];

    /// <summary><c>WHERE ...</c></summary>
    public Expression? Where { get; init; }

    /// <summary><c>GROUP BY ...</c></summary>
    public GroupByClause? GroupBy { get; init; }

    /// <summary><c>HAVING ...</c></summary>
    public Expression? Having { get; init; }

    /// <summary><c>WINDOW name AS (...)</c></summary>
    public ImmutableArray<WindowDefinition> Windows { get; init; } = [];

    /// <summary><c>QUALIFY ...</c></summary>
    public Expression? Qualify { get; init; }
}

/// <summary>An item of a SELECT list or of RETURNING.</summary>
public abstract record SelectItem : SyntaxNode;

/// <summary><c>expression [AS alias]</c></summary>
public sealed record SelectExpression(Expression Expression, Identifier? Alias) : SelectItem;

/// <summary><c>*</c>, <c>t.*</c> or <c>(row).*</c>, with what is changed of it.</summary>
/// <param name="Target">A <see cref="ColumnReference"/> that names a relation, or a row; none for <c>*</c>.</param>
public sealed record SelectAll(Expression? Target) : SelectItem
{
    /// <summary><c>EXCLUDE (a, b)</c></summary>
    public ImmutableArray<QualifiedName> Exclude { get; init; } = [];

    /// <summary><c>REPLACE (expression AS a)</c>; each has an alias.</summary>
    public ImmutableArray<SelectExpression> Replace { get; init; } = [];

    /// <summary><c>RENAME (a AS b)</c></summary>
    public ImmutableArray<RenamedColumn> Rename { get; init; } = [];

    /// <summary><c>* AS (a, b)</c></summary>
    public ImmutableArray<Identifier> Aliases { get; init; } = [];
}

/// <summary><c>a AS b</c> in RENAME.</summary>
public sealed record RenamedColumn(QualifiedName Column, Identifier Name) : SyntaxNode;

/// <summary><c>GROUP BY [DISTINCT] elements</c> or <c>GROUP BY ALL</c>.</summary>
public sealed record GroupByClause(bool IsAll, bool IsDistinct, ImmutableArray<GroupingElement> Elements) : SyntaxNode;

/// <summary>One of the items after GROUP BY; they multiply.</summary>
public abstract record GroupingElement : SyntaxNode;

/// <summary><c>a</c>, <c>(a, b)</c> or <c>()</c></summary>
public sealed record GroupingColumns(ImmutableArray<Expression> Expressions) : GroupingElement;

/// <summary><c>ROLLUP (a, (b, c))</c></summary>
public sealed record RollupGrouping(ImmutableArray<GroupingColumns> Sets) : GroupingElement;

/// <summary><c>CUBE (a, (b, c))</c></summary>
public sealed record CubeGrouping(ImmutableArray<GroupingColumns> Sets) : GroupingElement;

/// <summary><c>GROUPING SETS (...)</c></summary>
public sealed record GroupingSets(ImmutableArray<GroupingElement> Elements) : GroupingElement;
