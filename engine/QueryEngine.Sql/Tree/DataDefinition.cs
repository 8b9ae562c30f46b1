namespace QueryEngine.Sql.Tree;

/// <summary>What is between the parentheses of CREATE TABLE.</summary>
public abstract record TableElement : SyntaxNode;

/// <summary><c>name type constraints</c></summary>
public sealed record ColumnDefinition(Identifier Name, TypeName? Type) : TableElement
{
    /// <summary><c>NOT NULL</c></summary>
    public bool IsNotNull { get; init; }

    /// <summary><c>DEFAULT expression</c></summary>
    public Expression? Default { get; init; }

    /// <summary><c>GENERATED ALWAYS AS (expression)</c></summary>
    public Expression? Generated { get; init; }

    /// <summary><c>GENERATED ... AS IDENTITY</c></summary>
    public IdentityDefinition? Identity { get; init; }

    /// <summary><c>COMMENT 'text'</c></summary>
    public string? Comment { get; init; }

    /// <summary><c>COLLATE name</c></summary>
    public QualifiedName? Collation { get; init; }

    /// <summary>PRIMARY KEY, UNIQUE, CHECK and REFERENCES written at the column.</summary>
    public ImmutableArray<TableConstraint> Constraints { get; init; } = [];

    /// <summary><c>WITH (name = value, ...)</c></summary>
    public ImmutableArray<PropertyNode> Properties { get; init; } = [];
}

/// <summary><c>LIKE table [INCLUDING | EXCLUDING PROPERTIES]</c></summary>
public sealed record LikeElement(QualifiedName Table, bool IncludingProperties) : TableElement;

/// <summary>Kinds of constraints.</summary>
public enum ConstraintKind
{
    PrimaryKey,
    Unique,
    Check,
    ForeignKey,
}

/// <summary>A constraint; one written at a column has no columns of its own.</summary>
public sealed record TableConstraint(ConstraintKind Kind, ImmutableArray<Identifier> Columns) : TableElement
{
    /// <summary><c>CONSTRAINT name</c></summary>
    public Identifier? Name { get; init; }

    /// <summary>The condition of CHECK.</summary>
    public Expression? Check { get; init; }

    /// <summary>The table that a foreign key refers to.</summary>
    public QualifiedName? References { get; init; }

    /// <summary>The columns that a foreign key refers to.</summary>
    public ImmutableArray<Identifier> ReferencedColumns { get; init; } = [];

    /// <summary>The words after the reference, such as <c>ON DELETE CASCADE</c>.</summary>
    public string? Actions { get; init; }
}

/// <summary><c>CREATE TABLE name (elements) [COMMENT '...'] [WITH (...)]</c></summary>
public sealed record CreateTableStatement(QualifiedName Name, ImmutableArray<TableElement> Elements) : Statement
{
    /// <summary><c>IF NOT EXISTS</c></summary>
    public bool IfNotExists { get; init; }

    /// <summary><c>OR REPLACE</c></summary>
    public bool OrReplace { get; init; }

    /// <summary><c>TEMPORARY</c></summary>
    public bool IsTemporary { get; init; }

    /// <summary><c>COMMENT 'text'</c></summary>
    public string? Comment { get; init; }

    /// <summary><c>WITH (name = value, ...)</c></summary>
    public ImmutableArray<PropertyNode> Properties { get; init; } = [];
}

/// <summary><c>CREATE TABLE name [(columns)] [WITH (...)] AS query [WITH NO DATA]</c></summary>
public sealed record CreateTableAsStatement(QualifiedName Name, ImmutableArray<Identifier> Columns, Query Query) : Statement
{
    /// <summary><c>IF NOT EXISTS</c></summary>
    public bool IfNotExists { get; init; }

    /// <summary><c>OR REPLACE</c></summary>
    public bool OrReplace { get; init; }

    /// <summary><c>TEMPORARY</c></summary>
    public bool IsTemporary { get; init; }

    /// <summary><c>WITH NO DATA</c>: only the columns.</summary>
    public bool WithNoData { get; init; }

    /// <summary><c>COMMENT 'text'</c></summary>
    public string? Comment { get; init; }

    /// <summary><c>WITH (name = value, ...)</c></summary>
    public ImmutableArray<PropertyNode> Properties { get; init; } = [];
}

/// <summary><c>CREATE [OR REPLACE] [MATERIALIZED] VIEW name [(columns)] AS query</c></summary>
public sealed record CreateViewStatement(QualifiedName Name, ImmutableArray<Identifier> Columns, Query Query) : Statement
{
    /// <summary><c>IF NOT EXISTS</c></summary>
    public bool IfNotExists { get; init; }

    /// <summary><c>OR REPLACE</c></summary>
    public bool OrReplace { get; init; }

    /// <summary><c>TEMPORARY</c></summary>
    public bool IsTemporary { get; init; }

    /// <summary><c>MATERIALIZED</c></summary>
    public bool IsMaterialized { get; init; }

    /// <summary><c>RECURSIVE</c></summary>
    public bool IsRecursive { get; init; }

    /// <summary>True for <c>SECURITY INVOKER</c>, false for <c>SECURITY DEFINER</c>.</summary>
    public bool? IsInvoker { get; init; }

    /// <summary><c>WITH CHECK OPTION</c></summary>
    public bool WithCheckOption { get; init; }

    /// <summary><c>COMMENT 'text'</c></summary>
    public string? Comment { get; init; }

    /// <summary><c>WITH (name = value, ...)</c></summary>
    public ImmutableArray<PropertyNode> Properties { get; init; } = [];
}

/// <summary><c>CREATE SCHEMA name</c></summary>
public sealed record CreateSchemaStatement(QualifiedName Name, bool IfNotExists, ImmutableArray<PropertyNode> Properties) : Statement
{
    /// <summary><c>AUTHORIZATION user</c></summary>
    public Identifier? Authorization { get; init; }

    /// <summary>CREATE and GRANT statements of what is to be in it from the start.</summary>
    public ImmutableArray<Statement> Elements { get; init; } = [];
}

/// <summary><c>CREATE CATALOG name USING connector WITH (...)</c> or <c>CREATE CATALOG name FROM 'url'</c></summary>
public sealed record CreateCatalogStatement(
    Identifier Name, Identifier? Connector, string? Url, ImmutableArray<PropertyNode> Properties, bool IfNotExists) : Statement;

/// <summary><c>INSTALL CONNECTOR 'path'</c></summary>
public sealed record InstallConnectorStatement(string Path) : Statement;

/// <summary><c>UNINSTALL CONNECTOR [IF EXISTS] name</c></summary>
public sealed record UninstallConnectorStatement(Identifier Name, bool IfExists) : Statement;

/// <summary><c>CREATE [UNIQUE] INDEX name ON table (columns)</c></summary>
public sealed record CreateIndexStatement(
    QualifiedName? Name, QualifiedName Table, ImmutableArray<SortItem> Columns, bool IsUnique, bool IfNotExists, Expression? Where)
    : Statement;

/// <summary><c>CREATE ROLE name</c></summary>
public sealed record CreateRoleStatement(Identifier Name) : Statement;

/// <summary><c>name type</c> of a function.</summary>
public sealed record FunctionParameter(Identifier Name, TypeName Type) : SyntaxNode;

/// <summary><c>CREATE [OR REPLACE] FUNCTION name(parameters) RETURNS type RETURN expression</c></summary>
public sealed record CreateFunctionStatement(
    QualifiedName Name, ImmutableArray<FunctionParameter> Parameters, TypeName Returns, Expression Body) : Statement
{
    /// <summary><c>OR REPLACE</c></summary>
    public bool OrReplace { get; init; }

    /// <summary><c>RETURNS NULL ON NULL INPUT</c></summary>
    public bool IsStrict { get; init; }

    /// <summary><c>COMMENT 'text'</c></summary>
    public string? Comment { get; init; }
}

/// <summary><c>DROP FUNCTION [IF EXISTS] name[(types)]</c>; without types it is the only one of that name.</summary>
public sealed record DropFunctionStatement(QualifiedName Name, ImmutableArray<TypeName>? ParameterTypes, bool IfExists) : Statement;

/// <summary><c>CREATE TYPE | FUNCTION | TRIGGER | DOMAIN ...</c>: recognized, its definition kept as text.</summary>
public sealed record CreateOtherStatement(ObjectKind Kind, QualifiedName Name, string Definition) : Statement
{
    /// <summary>The type that a domain or a type stands for, where one is written.</summary>
    public TypeName? Type { get; init; }
}

/// <summary><c>DROP kind [IF EXISTS] names [CASCADE]</c></summary>
public sealed record DropStatement(ObjectKind Kind, ImmutableArray<QualifiedName> Names, bool IfExists, bool IsCascade) : Statement;

/// <summary><c>ALTER TABLE name action</c></summary>
public sealed record AlterTableStatement(QualifiedName Table, bool IfExists, ImmutableArray<AlterAction> Actions) : Statement;

/// <summary><c>ALTER SCHEMA | VIEW name RENAME TO name</c></summary>
public sealed record RenameStatement(ObjectKind Kind, QualifiedName Name, QualifiedName NewName) : Statement;

/// <summary>A change of a table.</summary>
public abstract record AlterAction : SyntaxNode;

/// <summary><c>ADD COLUMN</c></summary>
public sealed record AddColumnAction(ColumnDefinition Column, bool IfNotExists) : AlterAction;

/// <summary><c>DROP COLUMN</c></summary>
public sealed record DropColumnAction(QualifiedName Column, bool IfExists, bool IsCascade) : AlterAction;

/// <summary><c>RENAME COLUMN a TO b</c></summary>
public sealed record RenameColumnAction(QualifiedName Column, Identifier NewName, bool IfExists) : AlterAction;

/// <summary><c>RENAME TO name</c></summary>
public sealed record RenameTableAction(QualifiedName NewName) : AlterAction;

/// <summary><c>ALTER COLUMN name SET DATA TYPE type [USING expression]</c></summary>
public sealed record SetColumnTypeAction(QualifiedName Column, TypeName Type, Expression? Using) : AlterAction;

/// <summary><c>ALTER COLUMN name SET DEFAULT expression</c>; no expression means DROP DEFAULT.</summary>
public sealed record SetDefaultAction(QualifiedName Column, Expression? Default) : AlterAction;

/// <summary><c>ALTER COLUMN name SET | DROP NOT NULL</c></summary>
public sealed record SetNotNullAction(QualifiedName Column, bool IsNotNull) : AlterAction;

/// <summary><c>ADD constraint</c></summary>
public sealed record AddConstraintAction(TableConstraint Constraint) : AlterAction;

/// <summary><c>DROP CONSTRAINT name</c></summary>
public sealed record DropConstraintAction(Identifier Name, bool IfExists, bool IsCascade) : AlterAction;

/// <summary><c>SET PROPERTIES name = value, ...</c></summary>
public sealed record SetPropertiesAction(ImmutableArray<PropertyNode> Properties) : AlterAction;

/// <summary>
/// <c>SET (fillfactor = 70)</c>, <c>RESET (fillfactor)</c>, <c>ALTER COLUMN a SET STORAGE EXTERNAL</c>: PostgreSQL's words about how a table is kept.
/// </summary>
public sealed record SetStorageAction(QualifiedName? Column, ImmutableArray<PropertyNode> Properties, bool IsReset = false) : AlterAction;

/// <summary><c>SET SCHEMA name</c></summary>
public sealed record SetSchemaAction(QualifiedName Schema) : AlterAction;
