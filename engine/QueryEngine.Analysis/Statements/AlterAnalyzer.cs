using QueryEngine.Analysis.Changes;
using QueryEngine.Analysis.Queries;
using QueryEngine.Analysis.Scopes;
using QueryEngine.Analysis.Types;
using QueryEngine.Metadata;
using QueryEngine.Metadata.Catalogs;
using QueryEngine.Plan;
using QueryEngine.Spi;

namespace QueryEngine.Analysis.Statements;

/// <summary>ALTER and COMMENT. What a source cannot change in place is a write of the whole table under a new definition.</summary>
internal sealed class AlterAnalyzer(StatementAnalyzer statements)
{
    private readonly Targets _targets = new(statements);

    /// <summary>What the statement means.</summary>
    public async ValueTask<AnalyzedStatement> AnalyzeAsync(Tree.Statement statement, CancellationToken cancellationToken) => statement switch
    {
        Tree.AlterTableStatement alter => await AlterTableAsync(alter, cancellationToken).ConfigureAwait(false),
        Tree.RenameStatement rename => await RenameAsync(rename, cancellationToken).ConfigureAwait(false),
        _ => await CommentAsync((Tree.CommentStatement)statement, cancellationToken).ConfigureAwait(false),
    };

    private async ValueTask<AnalyzedStatement> AlterTableAsync(Tree.AlterTableStatement alter, CancellationToken cancellationToken)
    {
        (TargetName target, ResolvedRelation? relation) = await _targets.FindAsync(alter.Table, cancellationToken).ConfigureAwait(false);
        if (relation is null && alter.IfExists)
            return new NothingCommand("ALTER TABLE");
        if (relation is ResolvedView view && alter.Actions is [Tree.RenameTableAction { NewName: var newName }])
            return await RenameViewAsync(view.View, newName, cancellationToken).ConfigureAwait(false);
        ResolvedTable table = relation switch
        {
            ResolvedTable found => found,
            null => throw await _targets.NotFoundAsync(target, alter.Table, cancellationToken).ConfigureAwait(false),
            _ => throw new QueryException(ErrorCode.WrongObjectType, $"'{alter.Table.Last.Value}' is a view, not a table", alter.Table.Position),
        };
        ISupportsDdl ddl = await Targets.RequireAsync<ISupportsDdl>(table.Catalog, "ALTER TABLE", alter.Position, cancellationToken).ConfigureAwait(false);
        var changes = new TableChanges(statements, table, ddl);
        foreach (Tree.AlterAction action in alter.Actions)
            await changes.AddAsync(action, cancellationToken).ConfigureAwait(false);
        if (!changes.IsRewrite && changes.List.Count == 0)
            return new NothingCommand("ALTER TABLE");
        if (!changes.IsRewrite)
        {
            var change = new AlterTableCommand(table.Catalog.Name, table.Schema.Name, changes.List.ToValueList());
            return statements.Metadata.Sequences.Of(table.Catalog.Name, table.Schema.Name).Count == 0
                ? change
                : new CommandList("ALTER TABLE", [change, new FollowTableCommand(table.Catalog.Name, table.Schema.Name, change.Changes)]);
        }

        if (changes.List.Count > 0)
            throw QueryException.NotSupported("this change together with others that write the table anew", alter.Position, "Make two statements of it.");
        return Rewrite(table, changes);
    }

    private AnalyzedWrite Rewrite(ResolvedTable table, TableChanges changes)
    {
        var context = new AnalysisContext(statements.Context, statements.Functions, new TableCache(statements.Metadata), Parameters.None);
        TableSchema schema = table.Schema;
        RelationPlan rows = new RelationAnalyzer(context, null, CommonTables.None).Scan(table, new RelationName(schema.Name.Table, schema.Name.Schema), default);
        WriteTarget target = WriteTarget.Of(context, table with
        {
            Schema = schema with { Columns = changes.Columns.ToValueList(), Constraints = changes.Constraints, PrimaryKey = changes.PrimaryKey },
        });
        var plan = new ChangePlan(context, target, rows.Node, CommonTables.None);
        var row = new Column[target.Columns.Length];
        TableColumn[] kept = [.. target.Columns.Where(column => column.Generated is null)];
        var values = new List<(TableColumn Column, Expression Value)>();
        foreach (TableColumn column in kept)
        {
            Operand value = changes.Values.TryGetValue(column.Name, out Tree.Expression? written)
                ? plan.Analyze(written, rows.Fields, "ALTER TABLE")
                : new Operand(rows.Fields.First(field => field.Name == column.Name).Column.Ref(), default);
            bool isCast = changes.Casts.Contains(column.Name) && value.Type != column.Type && value.Expression is not ConstantExpression;
            if (isCast && !context.Functions.CanCast(value.Type, column.Type))
                throw new QueryException(ErrorCode.CannotCast, $"column '{column.Name}' of type {value.Type} cannot become {column.Type}", value.Position, "Add USING with an expression.");
            SqlType wide = value.Type.IsText ? RowWriter.Wide(column.Type) : column.Type;
            values.Add((column, isCast ? (value.Type == wide ? value.Expression : new CastExpression(value.Expression, wide)) : plan.Writer.Prepare(value, column)));
        }

        Column[] narrowed = plan.Writer.Narrow(plan.Builder, values);
        for (int at = 0; at < kept.Length; at++)
            row[Array.IndexOf(target.Columns, kept[at])] = narrowed[at];
        plan.Writer.Generate(plan.Builder, row);
        plan.Writer.AddChecks(plan.Builder, row, target.Columns);
        var definition = new TableDefinition(schema.Name, target.Columns.ToValueList())
        {
            PrimaryKey = changes.PrimaryKey,
            Constraints = changes.Constraints,
            Comment = schema.Comment,
        };
        var intent = new CreateTableIntent(schema.Name, target.Columns.Select(column => column.Handle).ToValueList(), Replace: true, []) { Definition = definition };
        return plan.Finish("ALTER TABLE", intent, row, returned: null) with { Sequences = changes.Sequences };
    }

    private async ValueTask<AnalyzedStatement> RenameAsync(Tree.RenameStatement rename, CancellationToken cancellationToken)
    {
        if (rename.Kind == Tree.ObjectKind.Schema)
        {
            (Catalog catalog, RequestedName name) = statements.Metadata.ResolveSchema(statements.Context, TableCache.Names(rename.Name));
            await Targets.RequireAsync<ISupportsDdl>(catalog, "ALTER SCHEMA", rename.Position, cancellationToken).ConfigureAwait(false);
            IReadOnlyList<string> schemas = await statements.Metadata.ListSchemasAsync(statements.Context, catalog, cancellationToken).ConfigureAwait(false);
            string schema = name.Choose(schemas) ?? throw new QueryException(
                ErrorCode.UndefinedSchema, $"schema '{name}' does not exist", rename.Name.Position, Suggestion.DidYouMean(name.Text, schemas));
            return new RenameSchemaCommand(catalog.Name, schema, rename.NewName.Last.Folded);
        }

        if (rename.Kind == Tree.ObjectKind.Sequence)
            return new SequenceAnalyzer(statements).Rename(rename);
        (TargetName target, ResolvedRelation? relation) = await _targets.FindAsync(rename.Name, cancellationToken).ConfigureAwait(false);
        return rename.Kind != Tree.ObjectKind.View ? throw QueryException.NotSupported($"ALTER {rename.Kind.ToString().ToUpperInvariant()}", rename.Position)
            : relation switch
            {
                ResolvedView view => await RenameViewAsync(view.View, rename.NewName, cancellationToken).ConfigureAwait(false),
                null => throw await _targets.NotFoundAsync(target, rename.Name, cancellationToken).ConfigureAwait(false),
                _ => throw new QueryException(ErrorCode.WrongObjectType, $"'{rename.Name.Last.Value}' is a table", rename.Name.Position, "Use ALTER TABLE."),
            };
    }

    private async ValueTask<AnalyzedStatement> RenameViewAsync(View view, Tree.QualifiedName newName, CancellationToken cancellationToken)
    {
        Tree.QualifiedName full = newName.Parts.Length > 1
            ? newName
            : newName with { Parts = [new Tree.Identifier(view.Catalog, IsQuoted: true), new Tree.Identifier(view.Name.Schema, IsQuoted: true), newName.Last] };
        (TargetName target, ResolvedRelation? existing) = await _targets.FindAsync(full, cancellationToken).ConfigureAwait(false);
        if (existing is not null)
            throw Targets.Exists(existing, newName);
        SchemaTableName name = await _targets.NameNewAsync(target, full, cancellationToken).ConfigureAwait(false);
        return new CommandList(
            "ALTER VIEW", [new CreateViewCommand(view with { Catalog = target.Catalog.Name, Name = name }, IsReplace: false, IfNotExists: false), new DropViewCommand(view)]);
    }

    private async ValueTask<AnalyzedStatement> CommentAsync(Tree.CommentStatement comment, CancellationToken cancellationToken)
    {
        bool isColumn = comment.Kind == Tree.ObjectKind.Column;
        if (!isColumn && comment.Kind is not (Tree.ObjectKind.Table or Tree.ObjectKind.View))
            throw QueryException.NotSupported($"COMMENT ON {comment.Kind.ToString().ToUpperInvariant()}", comment.Position);
        Tree.QualifiedName name = isColumn ? comment.Name with { Parts = comment.Name.Parts[..^1] } : comment.Name;
        if (name.Parts.IsEmpty)
            throw new QueryException(ErrorCode.SyntaxError, "COMMENT ON COLUMN takes a table and a column", comment.Name.Position);
        (TargetName target, ResolvedRelation? relation) = await _targets.FindAsync(name, cancellationToken).ConfigureAwait(false);
        switch (relation)
        {
            case ResolvedView { View: var view } when !isColumn:
                return new CreateViewCommand(view with { Comment = comment.Comment }, IsReplace: true, IfNotExists: false) { Words = "COMMENT" };
            case ResolvedTable table when comment.Kind != Tree.ObjectKind.View:
                ISupportsDdl ddl = await Targets.RequireAsync<ISupportsDdl>(table.Catalog, "COMMENT", comment.Position, cancellationToken).ConfigureAwait(false);
                string? column = isColumn ? TableChanges.Find(table.Schema.Columns, comment.Name.Last, table.Schema.Name).Name : null;
                var change = new SetCommentChange(column, comment.Comment);
                return ddl.CanChange(change)
                    ? new AlterTableCommand(table.Catalog.Name, table.Schema.Name, [change]) { Words = "COMMENT" }
                    : throw QueryException.NotSupported($"COMMENT in catalog {table.Catalog.Name}", comment.Position);
            case null:
                throw await _targets.NotFoundAsync(target, name, cancellationToken).ConfigureAwait(false);
            default:
                throw new QueryException(ErrorCode.WrongObjectType, $"'{name.Last.Value}' is no {(comment.Kind == Tree.ObjectKind.View ? "view" : "table")}", name.Position);
        }
    }
}
