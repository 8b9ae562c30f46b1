namespace QueryEngine.Sql.Tree;

/// <summary><c>INSERT INTO table [AS alias] [(columns)] query</c>; no source means <c>DEFAULT VALUES</c>.</summary>
public sealed record InsertStatement(QualifiedName Table, ImmutableArray<Identifier> Columns, Query? Source) : Statement
{
    /// <summary><c>WITH ...</c> before INSERT.</summary>
    public WithClause? With { get; init; }

    /// <summary><c>AS alias</c></summary>
    public Identifier? Alias { get; init; }

    /// <summary><c>INSERT OVERWRITE</c></summary>
    public bool IsOverwrite { get; init; }

    /// <summary><c>INSERT OR REPLACE</c>: a row with the same key gives way. (OR IGNORE comes as ON CONFLICT DO NOTHING.)</summary>
    public bool IsReplace { get; init; }

    /// <summary><c>BY NAME</c></summary>
    public bool IsByName { get; init; }

    /// <summary><c>OVERRIDING SYSTEM VALUE</c> (true) or <c>OVERRIDING USER VALUE</c> (false); null where neither is written.</summary>
    public bool? OverridesIdentity { get; init; }

    /// <summary><c>ON CONFLICT ...</c></summary>
    public OnConflictClause? OnConflict { get; init; }

    /// <summary><c>RETURNING ...</c></summary>
    public ImmutableArray<SelectItem> Returning { get; init; } = [];
}

/// <summary><c>ON CONFLICT (columns) DO NOTHING | DO UPDATE SET ... WHERE ...</c>; no assignments mean DO NOTHING.</summary>
public sealed record OnConflictClause(
    ImmutableArray<Identifier> Columns, Identifier? Constraint, ImmutableArray<Assignment> Assignments, Expression? Where) : SyntaxNode;

/// <summary><c>column = value</c> or <c>(columns) = row or query</c>.</summary>
public sealed record Assignment(ImmutableArray<QualifiedName> Columns, Expression Value) : SyntaxNode;

/// <summary><c>UPDATE table SET ... FROM ... WHERE ... RETURNING ...</c></summary>
public sealed record UpdateStatement(QualifiedName Table, ImmutableArray<Assignment> Assignments) : Statement
{
    /// <summary><c>WITH ...</c> before UPDATE.</summary>
    public WithClause? With { get; init; }

    /// <summary><c>AS alias</c></summary>
    public Identifier? Alias { get; init; }

    /// <summary><c>FROM ...</c></summary>
    public ImmutableArray<Relation> From { get; init; } = [];

    /// <summary><c>WHERE ...</c></summary>
    public Expression? Where { get; init; }

    /// <summary><c>WHERE CURRENT OF cursor</c></summary>
    public Identifier? CurrentOf { get; init; }

    /// <summary><c>RETURNING ...</c></summary>
    public ImmutableArray<SelectItem> Returning { get; init; } = [];
}

/// <summary><c>DELETE FROM table USING ... WHERE ... RETURNING ...</c></summary>
public sealed record DeleteStatement(QualifiedName Table) : Statement
{
    /// <summary><c>WITH ...</c> before DELETE.</summary>
    public WithClause? With { get; init; }

    /// <summary><c>AS alias</c></summary>
    public Identifier? Alias { get; init; }

    /// <summary><c>USING ...</c></summary>
    public ImmutableArray<Relation> Using { get; init; } = [];

    /// <summary><c>WHERE ...</c></summary>
    public Expression? Where { get; init; }

    /// <summary><c>WHERE CURRENT OF cursor</c></summary>
    public Identifier? CurrentOf { get; init; }

    /// <summary><c>RETURNING ...</c></summary>
    public ImmutableArray<SelectItem> Returning { get; init; } = [];
}

/// <summary><c>TRUNCATE TABLE tables</c></summary>
public sealed record TruncateStatement(ImmutableArray<QualifiedName> Tables) : Statement
{
    /// <summary><c>RESTART IDENTITY</c></summary>
    public bool RestartsIdentity { get; init; }
}

/// <summary><c>MERGE INTO table USING source ON condition WHEN ...</c></summary>
public sealed record MergeStatement(
    QualifiedName Table, Identifier? Alias, Relation Source, Expression Condition, ImmutableArray<MergeClause> Clauses) : Statement
{
    /// <summary><c>WITH ...</c> before MERGE.</summary>
    public WithClause? With { get; init; }

    /// <summary><c>RETURNING ...</c></summary>
    public ImmutableArray<SelectItem> Returning { get; init; } = [];
}

/// <summary>Which rows a clause of MERGE is for.</summary>
public enum MergeMatch
{
    Matched,
    NotMatched,
    NotMatchedBySource,
}

/// <summary>What a clause of MERGE does.</summary>
public enum MergeActionKind
{
    Insert,
    Update,
    Delete,
    DoNothing,
}

/// <summary><c>WHEN [NOT] MATCHED [AND condition] THEN action</c></summary>
public sealed record MergeClause(MergeMatch Match, Expression? Condition, MergeActionKind Action) : SyntaxNode
{
    /// <summary>The columns of INSERT; empty for all.</summary>
    public ImmutableArray<Identifier> Columns { get; init; } = [];

    /// <summary>The values of INSERT; empty for DEFAULT VALUES.</summary>
    public ImmutableArray<Expression> Values { get; init; } = [];

    /// <summary>The assignments of UPDATE.</summary>
    public ImmutableArray<Assignment> Assignments { get; init; } = [];
}
