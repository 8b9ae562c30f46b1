using QueryEngine.Metadata;
using QueryEngine.Metadata.Catalogs;
using QueryEngine.Spi;

namespace QueryEngine.Analysis.Statements;

/// <summary>CREATE, DROP and TRUNCATE.</summary>
internal sealed class DefinitionAnalyzer(StatementAnalyzer statements)
{
    private readonly Targets _targets = new(statements);

    /// <summary>What the statement means.</summary>
    public async ValueTask<AnalyzedStatement> AnalyzeAsync(Tree.Statement statement, CancellationToken cancellationToken) => statement switch
    {
        Tree.CreateTableStatement table => await CreateTableAsync(table, cancellationToken).ConfigureAwait(false),
        Tree.CreateSchemaStatement schema => await CreateSchemaAsync(schema, cancellationToken).ConfigureAwait(false),
        Tree.CreateViewStatement view => await CreateViewAsync(view, cancellationToken).ConfigureAwait(false),
        Tree.CreateIndexStatement index => await CreateIndexAsync(index, cancellationToken).ConfigureAwait(false),
        Tree.TruncateStatement truncate => await TruncateAsync(truncate, cancellationToken).ConfigureAwait(false),
        Tree.CreateCatalogStatement catalog => CreateCatalog(catalog),
        Tree.InstallConnectorStatement install => new InstallConnectorCommand(install.Path),
        Tree.UninstallConnectorStatement uninstall => new UninstallConnectorCommand(uninstall.Name.Folded, uninstall.IfExists),
        _ => await DropAsync((Tree.DropStatement)statement, cancellationToken).ConfigureAwait(false),
    };

    /// <summary>Properties as a connector takes them; those of PostgreSQL's storage mean nothing to one that keeps its tables here.</summary>
    public static ValueList<TableProperty> PropertiesOf(StatementAnalyzer statements, Catalog catalog, ImmutableArray<Tree.PropertyNode> properties) =>
        statements.Constants().Properties(properties)
        .Where(property => !(StorageParameters.Has(property.Key) && catalog.Connector.As<ISupportsDdl>()?.Features.HasFlag(TableFeatures.Rewrites) == true))
        .Select(property => new TableProperty(property.Key, property.Value)).ToValueList();

    /// <summary>OR REPLACE and IF NOT EXISTS say opposite things.</summary>
    public static void CheckReplace(bool orReplace, bool ifNotExists, SourcePosition position)
    {
        if (orReplace && ifNotExists)
            throw new QueryException(ErrorCode.SyntaxError, "OR REPLACE and IF NOT EXISTS exclude each other", position);
    }

    private async ValueTask<AnalyzedStatement> CreateTableAsync(Tree.CreateTableStatement create, CancellationToken cancellationToken)
    {
        CheckReplace(create.OrReplace, create.IfNotExists, create.Position);
        (TargetName target, ResolvedRelation? existing) = await _targets.FindAsync(create.Name, cancellationToken).ConfigureAwait(false);
        await Targets.RequireAsync<ISupportsDdl>(target.Catalog, "CREATE TABLE", create.Position, cancellationToken).ConfigureAwait(false);
        if (existing is not null && create.IfNotExists)
            return new NothingCommand("CREATE TABLE");
        if (existing is not null && !(create.OrReplace && existing is ResolvedTable))
            throw Targets.Exists(existing, create.Name);

        SchemaTableName name = await _targets.NameNewAsync(target, create.Name, cancellationToken).ConfigureAwait(false);
        TableFeatures features = target.Catalog.Connector.As<ISupportsDdl>()!.Features;
        var builder = new ConstraintBuilder(statements, name, features, target.Catalog.Name);
        foreach (Tree.TableElement element in create.Elements)
        {
            switch (element)
            {
                case Tree.ColumnDefinition column:
                    builder.Add(column);
                    break;
                case Tree.LikeElement like:
                    ResolvedTable model = await _targets.GetTableAsync(like.Table, cancellationToken).ConfigureAwait(false);
                    AddLike(builder, model, like, features);
                    break;
                default:
                    break;
            }
        }

        CheckColumns(builder.Columns, create);
        foreach (Tree.TableElement element in create.Elements)
        {
            if (element is Tree.ColumnDefinition column)
                _ = builder.AddConstraintsOf(column).Count();
            else if (element is Tree.TableConstraint constraint)
                builder.Add(constraint, constraint.Columns);
        }

        var definition = new TableDefinition(name, builder.Columns.ToValueList())
        {
            PrimaryKey = builder.PrimaryKey,
            Constraints = await ReferencesAsync(target.Catalog, builder, name, cancellationToken).ConfigureAwait(false),
            Comment = create.Comment,
            Properties = PropertiesOf(statements, target.Catalog, create.Properties),
        };
        SchemaTableName? replaced = existing is ResolvedTable old ? old.Schema.Name : null;
        var command = new CreateTableCommand(target.Catalog.Name, definition, replaced);
        if (builder.Sequences.Count == 0 && replaced is null)
            return command;
        IEnumerable<AnalyzedCommand> dropped = replaced is { } gone ? [new FollowTableCommand(target.Catalog.Name, gone, Changes: null)] : [];
        return new CommandList("CREATE TABLE", [command, .. dropped, .. builder.Sequences.Select(sequence => new CreateSequenceCommand(sequence))]);
    }

    /// <summary>The constraints with the keys that foreign keys without columns refer to: the primary keys.</summary>
    internal async ValueTask<ValueList<RowConstraint>> ReferencesAsync(
        Catalog catalog, ConstraintBuilder builder, SchemaTableName self, CancellationToken cancellationToken)
    {
        var constraints = new List<RowConstraint>();
        foreach (RowConstraint constraint in builder.Constraints)
        {
            if (constraint is not ForeignKeyConstraint foreign)
            {
                constraints.Add(constraint);
                continue;
            }

            (ValueList<RowConstraint> keys, ValueList<string> primary) = (builder.Constraints, builder.PrimaryKey);
            if (foreign.References != self)
            {
                var target = new TargetName(catalog, new RequestedName(foreign.References.Schema), new RequestedName(foreign.References.Table));
                if (await statements.Metadata.FindAsync(statements.Context, target, cancellationToken).ConfigureAwait(false) is not ResolvedTable parent)
                    throw await statements.Metadata.NotFoundAsync(statements.Context, target, cancellationToken).ConfigureAwait(false);
                (keys, primary) = (parent.Schema.Constraints, parent.Schema.PrimaryKey);
                foreign = foreign with { References = parent.Schema.Name };
            }

            ValueList<string> columns = foreign.ReferencedColumns.Count > 0 ? foreign.ReferencedColumns : primary;
            if (columns.Count != foreign.Columns.Count || !keys.OfType<UniqueConstraint>().Any(key => key.Columns.ToHashSet().SetEquals(columns)))
                throw new QueryException(
                    ErrorCode.InvalidForeignKey, $"{foreign.References} has no unique constraint on ({string.Join(", ", columns)}) to which '{foreign.Name}' could refer");
            constraints.Add(foreign with { ReferencedColumns = columns });
        }

        return constraints.ToValueList();
    }

    // Like PostgreSQL: names, types and NOT NULL; the rest where INCLUDING says so.
    private static void AddLike(ConstraintBuilder builder, ResolvedTable model, Tree.LikeElement like, TableFeatures features)
    {
        foreach (TableColumn column in model.Schema.Columns.Where(column => !column.IsHidden))
        {
            TableColumn copy = column with { Handle = new ColumnHandle(column.Name, column.Type), Default = null, Generated = null, Identity = IdentityKind.None };
            if (like.IncludingProperties && features.HasFlag(TableFeatures.Defaults) && features.HasFlag(TableFeatures.Generated))
                copy = copy with { Default = column.Default, Generated = column.Generated };
            builder.Columns.Add(copy);
        }
    }

    private static void CheckColumns(List<TableColumn> columns, Tree.CreateTableStatement create)
    {
        if (columns.Count == 0)
            throw new QueryException(ErrorCode.SyntaxError, "a table has at least one column", create.Position);
        if (columns.GroupBy(column => column.Name).FirstOrDefault(group => group.Count() > 1) is not { } twice)
            return;
        Tree.ColumnDefinition? last = create.Elements.OfType<Tree.ColumnDefinition>().LastOrDefault(column => column.Name.Folded == twice.Key);
        throw new QueryException(ErrorCode.DuplicateColumn, $"column '{twice.Key}' is there more than once", last?.Name.Position ?? create.Position);
    }

    private async ValueTask<AnalyzedStatement> CreateSchemaAsync(Tree.CreateSchemaStatement create, CancellationToken cancellationToken)
    {
        (Catalog catalog, RequestedName name) = Schema(create.Name);
        await Targets.RequireAsync<ISupportsDdl>(catalog, "CREATE SCHEMA", create.Position, cancellationToken).ConfigureAwait(false);
        if (create.Properties.Length > 0)
            throw QueryException.NotSupported("properties of a schema", create.Properties[0].Position);
        IReadOnlyList<string> schemas = await statements.Metadata.ListSchemasAsync(statements.Context, catalog, cancellationToken).ConfigureAwait(false);
        if (name.Choose(schemas) is null)
        {
            var command = new CreateSchemaCommand(catalog.Name, create.Name.Last.Folded);
            return create.Elements.Length == 0 ? command : new FilledSchemaCommand(command, SchemaElements.Of(create, catalog.Name), statements.Functions);
        }

        return create.IfNotExists
            ? new NothingCommand("CREATE SCHEMA")
            : throw new QueryException(ErrorCode.DuplicateSchema, $"schema '{name}' already exists", create.Name.Position);
    }

    private async ValueTask<AnalyzedStatement> CreateViewAsync(Tree.CreateViewStatement create, CancellationToken cancellationToken)
    {
        if (create.IsMaterialized)
            throw QueryException.NotSupported("a materialized view", create.Position);
        if (create.WithCheckOption && !CursorAnalyzer.IsOfOneTable(create.Query, statements.Functions))
            throw QueryException.NotSupported("WITH CHECK OPTION of what is not the rows of one table", create.Query.Position);
        if (create.IsRecursive)
            create = create with { Query = Recursive(create) };
        CheckViewProperties(create);
        (TargetName target, ResolvedRelation? existing) = await _targets.FindAsync(create.Name, cancellationToken).ConfigureAwait(false);
        if (existing is not null && !create.IfNotExists && !(create.OrReplace && existing is ResolvedView))
            throw Targets.Exists(existing, create.Name);

        AnalyzedQuery query = await statements.QueryAsync(create.Query, cancellationToken).ConfigureAwait(false);
        if (create.Columns.Length > query.Plan.Names.Count)
            throw new QueryException(
                ErrorCode.InvalidColumnReference,
                $"the view has {query.Plan.Names.Count} columns, but {create.Columns.Length} names are given",
                create.Columns[query.Plan.Names.Count].Position);
        IEnumerable<string> names = query.Plan.Names.Select((name, at) => at < create.Columns.Length ? create.Columns[at].Folded : name);
        if (names.GroupBy(name => name).FirstOrDefault(group => group.Count() > 1) is { } twice)
            throw new QueryException(ErrorCode.DuplicateColumn, $"column '{twice.Key}' is there more than once", create.Position);

        SchemaTableName fullName = await _targets.NameNewAsync(target, create.Name, cancellationToken).ConfigureAwait(false);
        var view = new View(target.Catalog.Name, fullName, create.Query.ToString())
        {
            ColumnNames = names.ToValueList(),
            IsChecked = create.WithCheckOption,
            DefaultCatalog = statements.Context.Catalog,
            DefaultSchema = statements.Context.Schema,
        };
        return new CreateViewCommand(view, create.OrReplace, create.IfNotExists);
    }

    // CREATE RECURSIVE VIEW v (c) AS q  =>  CREATE VIEW v (c) AS WITH RECURSIVE v (c) AS (q) TABLE v
    private static Tree.Query Recursive(Tree.CreateViewStatement create)
    {
        if (create.Columns.Length == 0)
            throw new QueryException(ErrorCode.SyntaxError, "a recursive view needs the names of its columns", create.Position, "Write CREATE RECURSIVE VIEW name (columns) AS ...");
        var query = new Tree.QueryStatement(create.Query) { Position = create.Query.Position };
        var table = new Tree.CommonTable(create.Name.Last, create.Columns, IsMaterialized: null, query) { Position = create.Position };
        var name = new Tree.QualifiedName([create.Name.Last]) { Position = create.Name.Position };
        return new Tree.Query(new Tree.TableBody(name) { Position = create.Position })
        {
            Position = create.Position,
            With = new Tree.WithClause(IsRecursive: true, [table]) { Position = create.Position },
        };
    }

    // PostgreSQL's switches of views, which say nothing that matters here.
    private void CheckViewProperties(Tree.CreateViewStatement create)
    {
        foreach ((string name, string value) in statements.Constants().Properties(create.Properties))
        {
            if (name is not ("security_barrier" or "security_invoker"))
                throw new QueryException(ErrorCode.InvalidProperty, $"a view has no property '{name}'", create.Properties[0].Position);
            if (value.ToUpperInvariant() is not ("TRUE" or "FALSE" or "ON" or "OFF" or "1" or "0"))
                throw new QueryException(ErrorCode.InvalidParameterValue, $"property '{name}' is true or false, not {value}", create.Properties[0].Position);
        }
    }

    // Indexes are accepted where reading is a matter of memory anyway; a unique one is a constraint.
    private async ValueTask<AnalyzedStatement> CreateIndexAsync(Tree.CreateIndexStatement create, CancellationToken cancellationToken)
    {
        ResolvedTable table = await _targets.GetTableAsync(create.Table, cancellationToken).ConfigureAwait(false);
        ISupportsDdl? ddl = table.Catalog.Connector.As<ISupportsDdl>();
        if (table.Catalog.ConnectorName != "memory" || ddl is null)
            throw QueryException.NotSupported($"CREATE INDEX in catalog {table.Catalog.Name}", create.Position);
        var names = create.Columns.Select(item => (item.Expression as Tree.ColumnReference)?.Name.Last).ToList();
        ValueList<string> columns = names.OfType<Tree.Identifier>().Select(name => TableChanges.Find(table.Schema.Columns, name, table.Schema.Name).Name).ToValueList();
        if (!create.IsUnique || create.Where is not null || names.Contains(null))
            return new NothingCommand("CREATE INDEX");
        string index = create.Name?.Last.Folded ?? $"{table.Schema.Name.Table}_{string.Join('_', columns)}_idx";
        if (create.IfNotExists && table.Schema.Constraints.Any(constraint => constraint.Name == index))
            return new NothingCommand("CREATE INDEX");
        return new AlterTableCommand(table.Catalog.Name, table.Schema.Name, [new AddConstraintChange(new UniqueConstraint(index, columns))]) { Words = "CREATE INDEX" };
    }

    // Only unique indexes are more than a word.
    private async ValueTask<AnalyzedCommand?> DropIndexAsync(Tree.QualifiedName name, CancellationToken cancellationToken)
    {
        TargetName target = statements.Metadata.ResolveName(statements.Context, TableCache.Names(name));
        if (target.Catalog.ConnectorName != "memory")
            throw QueryException.NotSupported($"DROP INDEX in catalog {target.Catalog.Name}", name.Position);
        string? schema = target.Schema.Choose(await statements.Metadata.ListSchemasAsync(statements.Context, target.Catalog, cancellationToken).ConfigureAwait(false));
        await foreach (SchemaTableName table in statements.Metadata.ListTablesAsync(statements.Context, target.Catalog, schema, cancellationToken).ConfigureAwait(false))
        {
            var named = new TargetName(target.Catalog, new RequestedName(table.Schema, IsExact: true), new RequestedName(table.Table, IsExact: true));
            if (await statements.Metadata.FindAsync(statements.Context, named, cancellationToken).ConfigureAwait(false) is ResolvedTable found
                && found.Schema.Constraints.OfType<UniqueConstraint>().FirstOrDefault(constraint => target.Name.Matches(constraint.Name)) is { } unique)
                return new AlterTableCommand(target.Catalog.Name, table, [new DropConstraintChange(unique.Name, IsCascade: false)]);
        }

        return null;
    }

    private async ValueTask<AnalyzedStatement> TruncateAsync(Tree.TruncateStatement truncate, CancellationToken cancellationToken)
    {
        var commands = new List<AnalyzedCommand>();
        foreach (Tree.QualifiedName name in truncate.Tables)
        {
            ResolvedTable table = await _targets.GetTableAsync(name, cancellationToken).ConfigureAwait(false);
            await Targets.RequireAsync<ISupportsDdl>(table.Catalog, "TRUNCATE", name.Position, cancellationToken).ConfigureAwait(false);
            commands.Add(new TruncateTableCommand(table.Catalog.Name, table.Schema.Name));
            if (truncate.RestartsIdentity)
                commands.Add(new RestartIdentityCommand(table.Catalog.Name, table.Schema.Name));
        }

        return new CommandList("TRUNCATE TABLE", commands.ToValueList());
    }

    private CreateCatalogCommand CreateCatalog(Tree.CreateCatalogStatement create)
    {
        Dictionary<string, string> properties = statements.Constants().Properties(create.Properties);
        if (create.Url is not null && properties.Count > 0)
            throw QueryException.NotSupported("WITH together with a URL", create.Properties[0].Position);
        if (create.Connector is not null)
            At(() => statements.Metadata.Catalogs.GetFactory(create.Connector.Folded), create.Connector.Position);
        if (!create.IfNotExists && statements.Metadata.Catalogs.Find(create.Name.Folded) is not null)
            throw new QueryException(ErrorCode.DuplicateCatalog, $"catalog '{create.Name.Folded}' already exists", create.Name.Position);
        return new CreateCatalogCommand(create.Name.Folded, create.Connector?.Folded, create.Url, properties, create.IfNotExists);
    }

    private async ValueTask<AnalyzedStatement> DropAsync(Tree.DropStatement drop, CancellationToken cancellationToken)
    {
        string tag = $"DROP {drop.Kind.ToString().ToUpperInvariant()}";
        var commands = new List<AnalyzedCommand>();
        foreach (Tree.QualifiedName name in drop.Names)
        {
            AnalyzedCommand? command = drop.Kind switch
            {
                Tree.ObjectKind.Table => await DropTableAsync(name, drop, cancellationToken).ConfigureAwait(false),
                Tree.ObjectKind.View => await DropViewAsync(name, drop, cancellationToken).ConfigureAwait(false),
                Tree.ObjectKind.Schema => await DropSchemaAsync(name, drop, cancellationToken).ConfigureAwait(false),
                Tree.ObjectKind.Catalog => DropCatalog(name, drop),
                Tree.ObjectKind.Role => new DropRoleCommand(name.Last.Folded, drop.IfExists),
                Tree.ObjectKind.Index => await DropIndexAsync(name, cancellationToken).ConfigureAwait(false),
                Tree.ObjectKind.Sequence => new SequenceAnalyzer(statements).Drop(name, drop),
                var kind when ObjectAnalyzer.Keeps(kind) => new ObjectAnalyzer(statements).Drop(name, drop),
                _ => throw QueryException.NotSupported(tag, drop.Position),
            };
            if (command is not null)
                commands.Add(command);
        }

        return new CommandList(tag, commands.ToValueList());
    }

    private async ValueTask<AnalyzedCommand?> DropTableAsync(Tree.QualifiedName name, Tree.DropStatement drop, CancellationToken cancellationToken)
    {
        (TargetName target, ResolvedRelation? relation) = await _targets.FindAsync(name, cancellationToken).ConfigureAwait(false);
        if (relation is null)
            return drop.IfExists ? null : throw await _targets.NotFoundAsync(target, name, cancellationToken).ConfigureAwait(false);
        if (relation is not ResolvedTable table)
            throw new QueryException(ErrorCode.WrongObjectType, $"'{name.Last.Value}' is a view", name.Position, "Use DROP VIEW.");
        await Targets.RequireAsync<ISupportsDdl>(table.Catalog, "DROP TABLE", name.Position, cancellationToken).ConfigureAwait(false);
        var command = new DropTableCommand(table.Catalog.Name, table.Schema.Name, drop.IsCascade);
        return statements.Metadata.Sequences.Of(table.Catalog.Name, table.Schema.Name).Count == 0
            ? command
            : new CommandList("DROP TABLE", [command, new FollowTableCommand(table.Catalog.Name, table.Schema.Name, Changes: null)]);
    }

    private async ValueTask<AnalyzedCommand?> DropViewAsync(Tree.QualifiedName name, Tree.DropStatement drop, CancellationToken cancellationToken)
    {
        (TargetName target, ResolvedRelation? relation) = await _targets.FindAsync(name, cancellationToken).ConfigureAwait(false);
        return relation switch
        {
            ResolvedView { View: var view } => new DropViewCommand(view),
            ResolvedTable => throw new QueryException(ErrorCode.WrongObjectType, $"'{name.Last.Value}' is a table", name.Position, "Use DROP TABLE."),
            _ => drop.IfExists ? null : throw await _targets.NotFoundAsync(target, name, cancellationToken).ConfigureAwait(false),
        };
    }

    private async ValueTask<AnalyzedCommand?> DropSchemaAsync(Tree.QualifiedName name, Tree.DropStatement drop, CancellationToken cancellationToken)
    {
        (Catalog catalog, RequestedName requested) = Schema(name);
        await Targets.RequireAsync<ISupportsDdl>(catalog, "DROP SCHEMA", name.Position, cancellationToken).ConfigureAwait(false);
        IReadOnlyList<string> schemas = await statements.Metadata.ListSchemasAsync(statements.Context, catalog, cancellationToken).ConfigureAwait(false);
        if (requested.Choose(schemas) is { } schema)
            return new CommandList("DROP SCHEMA", [new DropSchemaCommand(catalog.Name, schema, drop.IsCascade), new DropSchemaSequencesCommand(catalog.Name, schema)]);
        return drop.IfExists
            ? null
            : throw new QueryException(
                ErrorCode.UndefinedSchema, $"schema '{requested}' does not exist", name.Position, Suggestion.DidYouMean(requested.Text, schemas));
    }

    private DropCatalogCommand DropCatalog(Tree.QualifiedName name, Tree.DropStatement drop)
    {
        if (!drop.IfExists)
            At(() => statements.Metadata.Catalogs.Get(TableCache.Name(name.Last)), name.Position);
        return new DropCatalogCommand([TableCache.Name(name.Last)], drop.IfExists);
    }

    private (Catalog Catalog, RequestedName Schema) Schema(Tree.QualifiedName name) =>
        At(() => statements.Metadata.ResolveSchema(statements.Context, TableCache.Names(name)), name.Position);

    private static T At<T>(Func<T> get, SourcePosition position)
    {
        try
        {
            return get();
        }
        catch (QueryException error)
        {
            throw error.At(position);
        }
    }
}
