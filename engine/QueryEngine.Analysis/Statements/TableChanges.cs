using QueryEngine.Analysis.Types;
using QueryEngine.Metadata;
using QueryEngine.Metadata.Catalogs;
using QueryEngine.Plan;
using QueryEngine.Spi;

namespace QueryEngine.Analysis.Statements;

/// <summary>The actions of an ALTER TABLE as changes for the source, or as a new definition with expressions for its columns.</summary>
internal sealed class TableChanges
{
    private readonly StatementAnalyzer _statements;
    private readonly ResolvedTable _table;
    private readonly ISupportsDdl _ddl;
    private readonly ConstraintBuilder _builder;

    public TableChanges(StatementAnalyzer statements, ResolvedTable table, ISupportsDdl ddl)
    {
        (_statements, _table, _ddl) = (statements, table, ddl);
        _builder = new ConstraintBuilder(statements, table.Schema.Name, ddl.Features, table.Catalog.Name);
        _builder.Take(table.Schema);
    }

    /// <summary>Changes for the source.</summary>
    public List<TableChange> List { get; } = [];

    /// <summary>Whether the table has to be written anew, with these columns and constraints.</summary>
    public bool IsRewrite { get; private set; }

    /// <summary>The columns afterwards.</summary>
    public List<TableColumn> Columns => _builder.Columns;

    /// <summary>The constraints afterwards.</summary>
    public ValueList<RowConstraint> Constraints => _builder.Constraints;

    /// <summary>The primary key afterwards.</summary>
    public ValueList<string> PrimaryKey => _builder.PrimaryKey;

    /// <summary>The sequences of new columns.</summary>
    public ValueList<SequenceDefinition> Sequences => _builder.Sequences.ToValueList();

    /// <summary>What columns are computed from, by name; others keep their values.</summary>
    public Dictionary<string, Tree.Expression> Values { get; } = [];

    /// <summary>Columns whose values are cast.</summary>
    public HashSet<string> Casts { get; } = [];

    /// <summary>A column by its name.</summary>
    /// <exception cref="QueryException">COLUMN_NOT_FOUND with a suggestion.</exception>
    public static TableColumn Find(IEnumerable<TableColumn> columns, Tree.Identifier name, SchemaTableName table) =>
        columns.FirstOrDefault(column => name.Matches(column.Name)) ?? throw new QueryException(
            ErrorCode.UndefinedColumn,
            $"column '{name.Value}' does not exist in {table.Table}",
            name.Position,
            Suggestion.DidYouMean(name.Value, columns.Select(column => column.Name)));

    /// <summary>Adds an action.</summary>
    public async ValueTask AddAsync(Tree.AlterAction action, CancellationToken cancellationToken)
    {
        switch (action)
        {
            case Tree.AddColumnAction add:
                AddColumn(add);
                break;
            case Tree.DropColumnAction drop when !(drop.IfExists && !Has(drop.Column.Last)):
                DropColumn(drop);
                break;
            case Tree.RenameColumnAction rename when !(rename.IfExists && !Has(rename.Column.Last)):
                RenameColumn(rename);
                break;
            case Tree.RenameTableAction rename:
                Add(new RenameTableChange(await NewNameAsync(rename.NewName, cancellationToken).ConfigureAwait(false)), action);
                break;
            case Tree.SetSchemaAction move:
                (Catalog catalog, RequestedName schema) = _statements.Metadata.ResolveSchema(_statements.Context, TableCache.Names(move.Schema));
                IReadOnlyList<string> schemas = await _statements.Metadata.ListSchemasAsync(_statements.Context, catalog, cancellationToken).ConfigureAwait(false);
                string chosen = schema.Choose(schemas) ?? throw new QueryException(
                    ErrorCode.UndefinedSchema, $"schema '{schema}' does not exist", move.Schema.Position, Suggestion.DidYouMean(schema.Text, schemas));
                Add(new RenameTableChange(new SchemaTableName(chosen, _table.Schema.Name.Table)), action);
                break;
            case Tree.SetColumnTypeAction set:
                SetType(set);
                break;
            case Tree.SetDefaultAction set:
                SetDefault(set);
                break;
            case Tree.SetNotNullAction set:
                Add(new SetNullableChange(Find(set.Column).Name, !set.IsNotNull), action);
                break;
            case Tree.AddConstraintAction add:
                await AddConstraintAsync(add, cancellationToken).ConfigureAwait(false);
                break;
            case Tree.DropConstraintAction drop when !(drop.IfExists && Constraints.All(constraint => !drop.Name.Matches(constraint.Name))):
                Add(new DropConstraintChange(Constraints.FirstOrDefault(constraint => drop.Name.Matches(constraint.Name))?.Name ?? drop.Name.Folded, drop.IsCascade), action);
                break;
            case Tree.SetStorageAction set:
                if (set.Column is { } stored)
                    Find(stored);
                StorageParameters.Check(set, _ddl);
                break;
            case Tree.SetPropertiesAction:
                throw QueryException.NotSupported("SET PROPERTIES", action.Position);
            default:
                break;
        }
    }

    private void Add(TableChange change, Tree.AlterAction action)
    {
        if (!_ddl.CanChange(change))
            throw QueryException.NotSupported($"this change of a table in catalog {_table.Catalog.Name}", action.Position);
        List.Add(change);
    }

    private bool Has(Tree.Identifier name) => Columns.Exists(column => name.Matches(column.Name));

    private TableColumn Find(Tree.QualifiedName name) => Find(Columns, name.Last, _table.Schema.Name);

    private void AddColumn(Tree.AddColumnAction add)
    {
        if (Has(add.Column.Name))
        {
            if (add.IfNotExists)
                return;
            throw new QueryException(ErrorCode.DuplicateColumn, $"column '{add.Column.Name.Value}' is there already", add.Column.Position);
        }

        TableColumn column = _builder.Add(add.Column);
        RowConstraint[] constraints = [.. _builder.AddConstraintsOf(add.Column)];
        column = Find(Columns, add.Column.Name, _table.Schema.Name);
        ConstantExpression? fill = add.Column.Default is null ? null : ConstantOf(add.Column.Default, column);
        bool isNumbered = _builder.Sequences.Exists(sequence => sequence.Column == column.Name);
        bool isConstant = add.Column.Generated is null && !isNumbered && (add.Column.Default is null or Tree.NullLiteral || fill is not null);
        if (isConstant && constraints.All(constraint => constraint is not CheckConstraint))
        {
            Add(new AddColumnChange(column with { IsNullable = column.IsNullable || constraints.OfType<UniqueConstraint>().Any(key => key.IsPrimaryKey) }, fill?.Value), add);
            foreach (RowConstraint constraint in constraints)
                Add(new AddConstraintChange(constraint), add);
            return;
        }

        Rewrite(add);
        Values[column.Name] = isNumbered ? Sql.SqlParser.ParseExpression(column.Default!) : add.Column.Default ?? new Tree.NullLiteral { Position = add.Position };
    }

    // The value that rows get which are there already.
    private ConstantExpression? ConstantOf(Tree.Expression value, TableColumn column)
    {
        try
        {
            ConstantExpression constant = _statements.Constants().Value(value, "DEFAULT");
            return _statements.Constants().Cast(constant, column.Type);
        }
        catch (QueryException error) when (error.Code == ErrorCode.NotSupported)
        {
            return null;
        }
    }

    private void DropColumn(Tree.DropColumnAction drop)
    {
        TableColumn column = Find(drop.Column);
        foreach (TableColumn generated in Columns.Where(other => other.Generated is { } text && Names(text, column)).ToArray())
        {
            if (!drop.IsCascade)
                throw new QueryException(
                    ErrorCode.DependentObjects, $"generated column '{generated.Name}' depends on column '{column.Name}'", drop.Position, "Add CASCADE to drop it too.");
            Add(new DropColumnChange(generated.Name, IsCascade: true), drop);
        }

        foreach (CheckConstraint check in Constraints.OfType<CheckConstraint>().Where(check => Names(check.Condition, column)))
            Add(new DropConstraintChange(check.Name, IsCascade: true), drop);
        Add(new DropColumnChange(column.Name, drop.IsCascade), drop);
        Columns.Remove(column);
    }

    private void RenameColumn(Tree.RenameColumnAction rename)
    {
        TableColumn column = Find(rename.Column);
        if (Has(rename.NewName))
            throw new QueryException(ErrorCode.DuplicateColumn, $"column '{rename.NewName.Value}' is there already", rename.NewName.Position);
        if (Columns.Exists(other => other.Generated is { } text && Names(text, column)))
            throw QueryException.NotSupported($"renaming column '{column.Name}', which a generated column reads,", rename.Position);
        Add(new RenameColumnChange(column.Name, rename.NewName.Folded), rename);
        foreach (CheckConstraint check in Constraints.OfType<CheckConstraint>().Where(check => Names(check.Condition, column)))
            throw QueryException.NotSupported($"renaming column '{column.Name}', which check constraint '{check.Name}' reads,", rename.Position);
    }

    private void SetType(Tree.SetColumnTypeAction set)
    {
        TableColumn column = Find(set.Column);
        SqlType type = TypeResolver.Resolve(set.Type);
        var change = new SetColumnTypeChange(column.Name, type, set.Using?.ToString());
        if (_ddl.CanChange(change))
        {
            List.Add(change);
            return;
        }

        Rewrite(set);
        TableColumn changed = column with { Handle = column.Handle with { Type = type } };
        if (column.Default is { } text)
            _builder.CheckDefault(changed, Sql.SqlParser.ParseExpression(text));
        Columns[Columns.IndexOf(column)] = changed;
        Casts.Add(column.Name);
        if (set.Using is not null)
            Values[column.Name] = set.Using;
    }

    private void SetDefault(Tree.SetDefaultAction set)
    {
        TableColumn column = Find(set.Column);
        if (column.Generated is not null)
            throw new QueryException(ErrorCode.SyntaxError, $"column '{column.Name}' is generated", set.Position);
        Tree.Expression? value = set.Default is Tree.NullLiteral ? null : set.Default;
        if (value is not null)
            _builder.CheckDefault(column, value);
        Add(new SetDefaultChange(column.Name, value?.ToString()), set);
    }

    private async ValueTask AddConstraintAsync(Tree.AddConstraintAction add, CancellationToken cancellationToken)
    {
        RowConstraint? constraint = _builder.Add(add.Constraint, add.Constraint.Columns);
        if (constraint is CheckConstraint)
        {
            Rewrite(add);
            return;
        }

        if (constraint is not null)
        {
            ValueList<RowConstraint> resolved = await new DefinitionAnalyzer(_statements)
                .ReferencesAsync(_table.Catalog, _builder, _table.Schema.Name, cancellationToken).ConfigureAwait(false);
            Add(new AddConstraintChange(resolved.First(other => other.Name == constraint.Name)), add);
        }
    }

    private async ValueTask<SchemaTableName> NewNameAsync(Tree.QualifiedName name, CancellationToken cancellationToken)
    {
        var targets = new Targets(_statements);
        Tree.QualifiedName full = name.Parts.Length > 1 ? name : name with
        {
            Parts = [new Tree.Identifier(_table.Catalog.Name, IsQuoted: true), new Tree.Identifier(_table.Schema.Name.Schema, IsQuoted: true), name.Last],
        };
        (TargetName target, ResolvedRelation? existing) = await targets.FindAsync(full, cancellationToken).ConfigureAwait(false);
        if (existing is not null)
            throw Targets.Exists(existing, name);
        if (target.Catalog.Name != _table.Catalog.Name)
            throw QueryException.NotSupported("moving a table to another catalog", name.Position);
        return await targets.NameNewAsync(target, full, cancellationToken).ConfigureAwait(false);
    }

    private void Rewrite(Tree.AlterAction action)
    {
        if (!_ddl.Features.HasFlag(TableFeatures.Rewrites))
            throw QueryException.NotSupported($"this change of a table in catalog {_table.Catalog.Name}", action.Position);
        IsRewrite = true;
    }

    private static bool Names(string text, TableColumn column) =>
        SyntaxWalk.Descendants(Sql.SqlParser.ParseExpression(text)).OfType<Tree.ColumnReference>().Any(reference => reference.Name.Last.Matches(column.Name));
}
