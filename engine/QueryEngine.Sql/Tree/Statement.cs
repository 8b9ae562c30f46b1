namespace QueryEngine.Sql.Tree;

/// <summary>Something that can be executed.</summary>
public abstract record Statement : SyntaxNode;

/// <summary>A query as a statement.</summary>
public sealed record QueryStatement(Query Query) : Statement;

/// <summary><c>name value</c> or <c>name = value</c> among options and properties.</summary>
public sealed record PropertyNode(QualifiedName Name, Expression? Value) : SyntaxNode;

/// <summary><c>EXPLAIN [ANALYZE] [VERBOSE] [(TYPE ..., FORMAT ...)] statement</c></summary>
public sealed record ExplainStatement(
    Statement Statement, bool IsAnalyze, bool IsVerbose, ImmutableArray<PropertyNode> Options) : Statement;

/// <summary><c>PREPARE name [(types)] FROM statement</c></summary>
public sealed record PrepareStatement(Identifier Name, ImmutableArray<TypeName> ParameterTypes, Statement Statement) : Statement;

/// <summary><c>EXECUTE name [USING ...]</c> or <c>EXECUTE name (...)</c></summary>
public sealed record ExecuteStatement(Identifier Name, ImmutableArray<Expression> Arguments) : Statement;

/// <summary><c>EXECUTE IMMEDIATE 'text' [USING ...]</c></summary>
public sealed record ExecuteImmediateStatement(string Text, ImmutableArray<Expression> Arguments) : Statement;

/// <summary><c>DEALLOCATE PREPARE name</c>; no name means ALL.</summary>
public sealed record DeallocateStatement(Identifier? Name) : Statement;

/// <summary><c>DESCRIBE INPUT name</c>, <c>DESCRIBE OUTPUT name</c></summary>
public sealed record DescribePreparedStatement(Identifier Name, bool IsInput) : Statement;

/// <summary><c>DESCRIBE query</c></summary>
public sealed record DescribeQueryStatement(Query Query) : Statement;

/// <summary><c>USE [catalog.]schema</c></summary>
public sealed record UseStatement(Identifier? Catalog, Identifier Schema) : Statement;

/// <summary><c>SET SESSION name = value</c></summary>
public sealed record SetSessionStatement(QualifiedName Name, Expression Value) : Statement;

/// <summary><c>WITH SESSION name = value, ... statement</c>: properties of this statement only.</summary>
public sealed record WithSessionStatement(ImmutableArray<PropertyNode> Properties, Statement Statement) : Statement;

/// <summary><c>RESET SESSION name</c>; no name means ALL.</summary>
public sealed record ResetSessionStatement(QualifiedName? Name) : Statement;

/// <summary><c>SET name = values</c>, <c>SET LOCAL name TO values</c>: PostgreSQL's settings; a word is a <see cref="ColumnReference"/>.</summary>
public sealed record SetVariableStatement(QualifiedName Name, ImmutableArray<Expression> Values, bool IsLocal) : Statement;

/// <summary><c>SET TIME ZONE zone</c>; no zone means LOCAL.</summary>
public sealed record SetTimeZoneStatement(Expression? Zone) : Statement;

/// <summary><c>SET ROLE name</c>; no name means NONE.</summary>
public sealed record SetRoleStatement(Identifier? Role) : Statement;

/// <summary><c>SHOW [CURRENT] ROLES</c></summary>
public sealed record ShowRolesStatement(bool IsCurrent, LikePattern? Like) : Statement;

/// <summary><c>SHOW GRANTS [ON [TABLE] name]</c>; <c>SHOW ROLE GRANTS</c>, the roles that users and roles have.</summary>
public sealed record ShowGrantsStatement(QualifiedName? Table, bool OfRoles) : Statement;

/// <summary><c>START TRANSACTION</c>, <c>BEGIN</c></summary>
public sealed record StartTransactionStatement(string? IsolationLevel, bool? IsReadOnly) : Statement;

/// <summary><c>SET TRANSACTION</c>: modes of the transaction under way.</summary>
public sealed record SetTransactionStatement(string? IsolationLevel, bool? IsReadOnly) : Statement;

/// <summary><c>COMMIT</c></summary>
public sealed record CommitStatement : Statement;

/// <summary><c>ROLLBACK [TO SAVEPOINT name]</c></summary>
public sealed record RollbackStatement(Identifier? Savepoint) : Statement;

/// <summary><c>SAVEPOINT name</c>, <c>RELEASE SAVEPOINT name</c></summary>
public sealed record SavepointStatement(Identifier Name, bool IsRelease) : Statement;

/// <summary><c>ANALYZE [table [(columns)] [WITH (...)]]</c></summary>
public sealed record AnalyzeStatement(
    QualifiedName? Table, ImmutableArray<Identifier> Columns, ImmutableArray<PropertyNode> Properties) : Statement;

/// <summary><c>CALL procedure(...)</c></summary>
public sealed record CallStatement(QualifiedName Name, ImmutableArray<Expression> Arguments) : Statement;

/// <summary><c>COMMENT ON TABLE name IS 'text'</c>; no text removes it.</summary>
public sealed record CommentStatement(ObjectKind Kind, QualifiedName Name, string? Comment) : Statement;

/// <summary><c>GRANT</c> or <c>REVOKE</c>. Privileges and roles are words in upper case.</summary>
public sealed record GrantStatement(
    bool IsRevoke,
    ImmutableArray<string> Privileges,
    ObjectKind? Kind,
    QualifiedName? Name,
    ImmutableArray<Identifier> Grantees,
    bool WithGrantOption) : Statement
{
    /// <summary>The words of another kind of object than tables, views, schemas and catalogs have: <c>SPECIFIC INSTANCE METHOD</c>, <c>CHARACTER SET</c>.</summary>
    public string? KindWords { get; init; }

    /// <summary>The type that a method is one of.</summary>
    public QualifiedName? MethodOf { get; init; }
}

/// <summary>Kinds of objects that statements name.</summary>
public enum ObjectKind
{
    Catalog,
    Schema,
    Table,
    View,
    MaterializedView,
    Index,
    Function,
    Column,
    Sequence,
    Type,
    Role,
    Domain,
    Trigger,
    Collation,
    CharacterSet,
    Translation,
}

/// <summary><c>SHOW CATALOGS [LIKE pattern]</c></summary>
public sealed record ShowCatalogsStatement(LikePattern? Like) : Statement;

/// <summary><c>SHOW CONNECTORS [LIKE pattern]</c></summary>
public sealed record ShowConnectorsStatement(LikePattern? Like) : Statement;

/// <summary><c>SHOW SCHEMAS [FROM catalog] [LIKE pattern]</c></summary>
public sealed record ShowSchemasStatement(Identifier? Catalog, LikePattern? Like) : Statement;

/// <summary><c>SHOW TABLES [FROM schema] [LIKE pattern]</c></summary>
public sealed record ShowTablesStatement(QualifiedName? Schema, LikePattern? Like) : Statement;

/// <summary><c>SHOW COLUMNS FROM table [LIKE pattern]</c>, <c>DESCRIBE table</c></summary>
public sealed record ShowColumnsStatement(QualifiedName Table, LikePattern? Like) : Statement;

/// <summary><c>SHOW FUNCTIONS [FROM schema] [LIKE pattern]</c></summary>
public sealed record ShowFunctionsStatement(QualifiedName? Schema, LikePattern? Like) : Statement;

/// <summary><c>SHOW SESSION [LIKE pattern]</c></summary>
public sealed record ShowSessionStatement(LikePattern? Like) : Statement;

/// <summary><c>SHOW CREATE TABLE | VIEW | SCHEMA name</c></summary>
public sealed record ShowCreateStatement(ObjectKind Kind, QualifiedName Name) : Statement;

/// <summary><c>SHOW STATS FOR table</c> or <c>SHOW STATS FOR (query)</c></summary>
public sealed record ShowStatsStatement(Relation Target) : Statement;

/// <summary><c>SHOW name</c>: one of PostgreSQL's settings, such as <c>server_version</c>; <c>all</c> for all.</summary>
public sealed record ShowVariableStatement(QualifiedName Name) : Statement;

/// <summary><c>LIKE 'pattern' [ESCAPE 'c']</c> after SHOW.</summary>
public sealed record LikePattern(string Pattern, string? Escape) : SyntaxNode;
