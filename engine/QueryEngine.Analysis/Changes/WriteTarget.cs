using QueryEngine.Analysis.Scopes;
using QueryEngine.Metadata;
using QueryEngine.Plan;
using QueryEngine.Spi;

namespace QueryEngine.Analysis.Changes;

/// <summary>The table that a statement changes.</summary>
internal sealed class WriteTarget
{
    private readonly AnalysisContext _context;
    private readonly Tree.QualifiedName _written;
    private readonly Tree.Identifier? _alias;

    private WriteTarget(AnalysisContext context, ResolvedTable table, Tree.QualifiedName written, Tree.Identifier? alias)
    {
        (_context, Table, _written, _alias) = (context, table, written, alias);
        Columns = [.. table.Schema.Columns.Where(column => !column.IsHidden)];
        Features = table.Catalog.Connector.As<ISupportsDdl>()?.Features ?? TableFeatures.None;
    }

    /// <summary>The table.</summary>
    public ResolvedTable Table { get; }

    /// <summary>Its columns, without hidden ones.</summary>
    public TableColumn[] Columns { get; }

    /// <summary>What its source leaves to the engine.</summary>
    public TableFeatures Features { get; }

    /// <summary>The table's own name.</summary>
    public SchemaTableName Name => Table.Schema.Name;

    /// <summary>The name by which the statement's expressions know it.</summary>
    public RelationName Relation => _alias is null ? new RelationName(Name.Table, Name.Schema, Table.Catalog.Name) : new RelationName(_alias.Folded);

    /// <summary>Check constraints that the engine sees to.</summary>
    public IEnumerable<CheckConstraint> Checks =>
        Features.HasFlag(TableFeatures.Checks) ? Table.Schema.Constraints.OfType<CheckConstraint>() : [];

    /// <summary>Unique constraints, the primary key among them.</summary>
    public IEnumerable<UniqueConstraint> Keys => Table.Schema.Constraints.OfType<UniqueConstraint>().Any() || Table.Schema.PrimaryKey.Count == 0
        ? Table.Schema.Constraints.OfType<UniqueConstraint>()
        : [new UniqueConstraint("primary key", Table.Schema.PrimaryKey) { IsPrimaryKey = true }];

    /// <summary>The table of a name.</summary>
    /// <exception cref="QueryException">WRONG_OBJECT_TYPE for a view, NOT_SUPPORTED where the source cannot write.</exception>
    public static WriteTarget Find(AnalysisContext context, Tree.QualifiedName name, Tree.Identifier? alias, string statement)
    {
        ResolvedTable table = context.Tables.Find(name, context.Query) switch
        {
            ResolvedTable found => found,
            ResolvedView => throw new QueryException(ErrorCode.WrongObjectType, $"'{name.Last.Value}' is a view, not a table", name.Position),
            _ => throw new TableNotFoundException(name, context.Query),
        };
        if (table.Catalog.Connector.As<ISupportsWrites>() is null)
            throw QueryException.NotSupported($"{statement} in catalog {table.Catalog.Name} (connector {table.Catalog.ConnectorName})", name.Position);
        return new WriteTarget(context, table, name, alias);
    }

    /// <summary>A table under a new definition.</summary>
    public static WriteTarget Of(AnalysisContext context, ResolvedTable table) =>
        new(context, table, new Tree.QualifiedName([new Tree.Identifier(table.Schema.Name.Table, IsQuoted: true)]), alias: null);

    /// <summary>A column by its name.</summary>
    /// <exception cref="QueryException">COLUMN_NOT_FOUND with a suggestion.</exception>
    public TableColumn Column(Tree.Identifier name) => Array.Find(Columns, column => name.Matches(column.Name)) ?? throw new QueryException(
        ErrorCode.UndefinedColumn,
        $"column '{name.Value}' does not exist in {_written.Last.Value}",
        name.Position,
        Suggestion.DidYouMean(name.Value, Columns.Select(column => column.Name)));

    /// <summary>The column that an assignment names, perhaps with the table before it.</summary>
    public TableColumn Column(Tree.QualifiedName name)
    {
        if (name.Parts.Length > 1 && !Relation.Matches(name.Parts.AsSpan()[..^1]))
            throw QueryException.NotSupported("assigning to a part of a column", name.Position);
        return Column(name.Last);
    }

    /// <summary>What a row that names no value gets: its default as written, or NULL.</summary>
    public static Tree.Expression DefaultOf(TableColumn column, SourcePosition position) =>
        column.Default is { } text ? Sql.SqlParser.ParseExpression(text) : new Tree.NullLiteral { Position = position };

    /// <summary>A scan of the table with a fresh row id; the fields are those of the table in a FROM.</summary>
    public (RelationPlan Plan, Column RowId) Scan(string statement, SourcePosition position)
    {
        ISupportsRowChanges changes = Table.Catalog.Connector.As<ISupportsRowChanges>()
            ?? throw QueryException.NotSupported($"{statement} in catalog {Table.Catalog.Name} (connector {Table.Catalog.ConnectorName})", position);
        ColumnHandle handle;
        try
        {
            handle = changes.RowIdOf(Table.Handle);
        }
        catch (QueryException error)
        {
            throw error.At(position);
        }

        Column rowId = _context.Columns.New(handle.Name, handle.Type);
        ScanColumn[] columns = [.. Columns.Select(column => new ScanColumn(_context.Columns.New(column.Name, column.Type), column.Handle))];
        var scan = new TableScanNode(Table.Catalog.Name, Name, Table.Handle, [.. columns, new ScanColumn(rowId, handle)]);
        return (new RelationPlan(scan, Fields([.. columns.Select(column => column.Column)])), rowId);
    }

    /// <summary>The row id's place in the source.</summary>
    public ColumnHandle RowIdHandle => Table.Catalog.Connector.As<ISupportsRowChanges>()!.RowIdOf(Table.Handle);

    /// <summary>Columns of a plan as the table's.</summary>
    public ImmutableArray<Field> Fields(IReadOnlyList<Column> columns)
    {
        RelationName relation = Relation;
        return [.. Columns.Select((column, at) => new Field(column.Name, columns[at]) { Relation = relation })];
    }
}
