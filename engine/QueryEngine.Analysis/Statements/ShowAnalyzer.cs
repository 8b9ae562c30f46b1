using QueryEngine.Functions;
using QueryEngine.Metadata;
using QueryEngine.Metadata.Catalogs;
using QueryEngine.Metadata.Sessions;
using QueryEngine.Plan;
using QueryEngine.Spi;

namespace QueryEngine.Analysis.Statements;

/// <summary>SHOW and DESCRIBE: what metadata says, as constant rows.</summary>
internal sealed class ShowAnalyzer(StatementAnalyzer statements)
{
    private readonly Targets _targets = new(statements);

    private EngineMetadata Metadata => statements.Metadata;

    private QueryContext Context => statements.Context;

    /// <summary>What the statement means.</summary>
    public async ValueTask<AnalyzedStatement> AnalyzeAsync(Tree.Statement statement, CancellationToken cancellationToken) => statement switch
    {
        Tree.ShowCatalogsStatement show => Names("Catalog", Metadata.Catalogs.Catalogs.Select(catalog => catalog.Name), show.Like),
        Tree.ShowConnectorsStatement show => Connectors(show),
        Tree.ShowSchemasStatement show => await SchemasAsync(show, cancellationToken).ConfigureAwait(false),
        Tree.ShowTablesStatement show => await TablesAsync(show, cancellationToken).ConfigureAwait(false),
        Tree.ShowColumnsStatement show => await ColumnsAsync(show, cancellationToken).ConfigureAwait(false),
        Tree.ShowFunctionsStatement show => Functions(show),
        Tree.ShowSessionStatement show => Session(show),
        Tree.ShowCreateStatement show => await CreateAsync(show, cancellationToken).ConfigureAwait(false),
        Tree.ShowStatsStatement show => await new StatisticsTable(statements).AnalyzeAsync(show, cancellationToken).ConfigureAwait(false),
        Tree.ShowRolesStatement show => new RoleAnalyzer(statements).Roles(show),
        Tree.ShowGrantsStatement show => await new RoleAnalyzer(statements).GrantsAsync(show, cancellationToken).ConfigureAwait(false),
        Tree.ShowVariableStatement show => Variable(show),
        Tree.DescribeQueryStatement describe => Describe(await statements.QueryAsync(describe.Query, cancellationToken).ConfigureAwait(false)),
        _ => await PreparedAsync((Tree.DescribePreparedStatement)statement, cancellationToken).ConfigureAwait(false),
    };

    /// <summary>A query over constant rows.</summary>
    public static AnalyzedQuery Table((string Name, SqlType Type)[] columns, IEnumerable<object?[]> rows)
    {
        var allocator = new ColumnAllocator();
        ValueList<Column> outputs = columns.Select(column => allocator.New(column.Name, column.Type)).ToValueList();
        var values = new ValuesNode(
            outputs,
            rows.Select(row => row.Select((value, at) => (Expression)new ConstantExpression(value, columns[at].Type)).ToValueList()).ToValueList());
        return new AnalyzedQuery(new OutputNode(values, outputs, columns.Select(column => column.Name).ToValueList()), allocator);
    }

    private static AnalyzedQuery Names(string column, IEnumerable<string> names, Tree.LikePattern? like) =>
        Table([(column, SqlType.Varchar)], names.Where(name => NamePattern.Matches(like, name)).Order(StringComparer.Ordinal).Select(name => new object?[] { name }));

    private AnalyzedQuery Connectors(Tree.ShowConnectorsStatement show) => Table(
        [("Connector", SqlType.Varchar), ("Title", SqlType.Varchar), ("Status", SqlType.Varchar), ("Capabilities", SqlType.Varchar), ("URLs", SqlType.Varchar), ("Summary", SqlType.Varchar)],
        Metadata.Catalogs.Factories.Where(factory => NamePattern.Matches(show.Like, factory.Name)).Select(factory => new object?[]
        {
            factory.Name,
            factory.Manifest.Title,
            factory.Manifest.Status.ToString().ToLowerInvariant(),
            string.Join(", ", ManifestWords.Capabilities(factory.Manifest)),
            string.Join(", ", factory.UrlSchemes.Select(scheme => scheme + "://")),
            factory.Manifest.Summary,
        }));

    private async ValueTask<AnalyzedStatement> SchemasAsync(Tree.ShowSchemasStatement show, CancellationToken cancellationToken)
    {
        Catalog catalog = At(
            () => Metadata.Catalogs.Get(show.Catalog is null ? new RequestedName(Context.Catalog, IsExact: true) : TableCache.Name(show.Catalog)),
            show.Catalog?.Position ?? show.Position);
        return Names("Schema", await Metadata.ListSchemasAsync(Context, catalog, cancellationToken).ConfigureAwait(false), show.Like);
    }

    private async ValueTask<AnalyzedStatement> TablesAsync(Tree.ShowTablesStatement show, CancellationToken cancellationToken)
    {
        SourcePosition position = show.Schema?.Position ?? show.Position;
        (Catalog catalog, RequestedName requested) = At(
            () => Metadata.ResolveSchema(Context, show.Schema is null ? [] : TableCache.Names(show.Schema)), position);
        IReadOnlyList<string> schemas = await Metadata.ListSchemasAsync(Context, catalog, cancellationToken).ConfigureAwait(false);
        string schema = requested.Choose(schemas) ?? throw new QueryException(
            ErrorCode.UndefinedSchema, $"schema '{requested}' does not exist in catalog {catalog.Name}", position, Suggestion.DidYouMean(requested.Text, schemas));
        var tables = new List<string>();
        await foreach (SchemaTableName table in Metadata.ListTablesAsync(Context, catalog, schema, cancellationToken).ConfigureAwait(false))
            tables.Add(table.Table);
        return Names("Table", tables, show.Like);
    }

    private async ValueTask<AnalyzedStatement> ColumnsAsync(Tree.ShowColumnsStatement show, CancellationToken cancellationToken)
    {
        (TargetName target, ResolvedRelation? relation) = await _targets.FindAsync(show.Table, cancellationToken).ConfigureAwait(false);
        IEnumerable<TableColumn> columns = relation switch
        {
            ResolvedTable table => table.Schema.Columns.Where(column => !column.IsHidden),
            ResolvedView view => await ViewColumnsAsync(view.View, cancellationToken).ConfigureAwait(false),
            _ => throw await _targets.NotFoundAsync(target, show.Table, cancellationToken).ConfigureAwait(false),
        };
        return Table(
            [("Column", SqlType.Varchar), ("Type", SqlType.Varchar), ("Extra", SqlType.Varchar), ("Comment", SqlType.Varchar)],
            columns.Where(column => NamePattern.Matches(show.Like, column.Name))
                .Select(column => new object?[] { column.Name, column.Type.ToString(), column.IsNullable ? string.Empty : "not null", column.Comment ?? string.Empty }));
    }

    private async ValueTask<IEnumerable<TableColumn>> ViewColumnsAsync(View view, CancellationToken cancellationToken)
    {
        var inView = new StatementAnalyzer(Metadata, statements.Functions, TableCache.ContextOf(view, Context), Parameters.None);
        var query = (Tree.QueryStatement)Sql.SqlParser.ParseStatement(view.Text);
        AnalyzedQuery plan = await inView.QueryAsync(query.Query, cancellationToken).ConfigureAwait(false);
        return plan.Plan.Outputs.Select((column, at) => new TableColumn(new ColumnHandle(view.ColumnNames[at], column.Type)));
    }

    private AnalyzedQuery Functions(Tree.ShowFunctionsStatement show) => Table(
        [("Function", SqlType.Varchar), ("Kind", SqlType.Varchar), ("Signature", SqlType.Varchar), ("Deterministic", SqlType.Boolean), ("Description", SqlType.Varchar)],
        statements.Functions.Functions.Where(function => NamePattern.Matches(show.Like, function.Name)).Select(function => new object?[]
        {
            function.Name,
            function.Kind switch { FunctionKind.Aggregate => "aggregate", FunctionKind.Window => "window", _ => "scalar" },
            function.Signature,
            function.IsDeterministic,
            function.Description,
        }).Concat(Metadata.Functions.All.Where(function => NamePattern.Matches(show.Like, function.Name.Table)).Select(SqlFunctionRow)));

    private object?[] SqlFunctionRow(SqlFunction function)
    {
        Expressions.CallableFunction callable = Expressions.SqlFunctions.Of((Tree.CreateFunctionStatement)Sql.SqlParser.ParseStatement(function.Text), Context);
        (_, Plan.Expression body) = Expressions.ExpressionAnalyzer.AnalyzeBody(statements.Empty(), callable);
        return
        [
            function.Name.Table,
            "scalar",
            $"{function} -> {callable.ReturnType}",
            !Expressions.Volatility.IsVolatile(body, statements.Functions),
            callable.Statement.Comment ?? $"A function of {function.Catalog}.{function.Name.Schema}, written in SQL.",
        ];
    }

    private AnalyzedQuery Session(Tree.ShowSessionStatement show)
    {
        IEnumerable<object?[]> own = SessionProperties.Specs.Select(spec =>
            new object?[] { spec.Name, Context.Properties.Get(spec.Name), spec.Default, spec.Type.ToString(), spec.Description });
        IEnumerable<object?[]> catalogs = Context.Properties.Values.Where(property => property.Key.Contains('.', StringComparison.Ordinal))
            .Select(property => new object?[] { property.Key, property.Value, string.Empty, "varchar", string.Empty });
        return Table(
            [("Name", SqlType.Varchar), ("Value", SqlType.Varchar), ("Default", SqlType.Varchar), ("Type", SqlType.Varchar), ("Description", SqlType.Varchar)],
            own.Concat(catalogs).Where(row => NamePattern.Matches(show.Like, (string)row[0]!)));
    }

    private async ValueTask<AnalyzedStatement> CreateAsync(Tree.ShowCreateStatement show, CancellationToken cancellationToken)
    {
        if (show.Kind == Tree.ObjectKind.Function)
            return CreateFunction(show);
        if (show.Kind == Tree.ObjectKind.Schema)
            return await CreateSchemaAsync(show, cancellationToken).ConfigureAwait(false);
        if (show.Kind is not (Tree.ObjectKind.Table or Tree.ObjectKind.View))
            throw QueryException.NotSupported($"SHOW CREATE {show.Kind.ToString().ToUpperInvariant()}", show.Position);
        (TargetName target, ResolvedRelation? relation) = await _targets.FindAsync(show.Name, cancellationToken).ConfigureAwait(false);
        string text = (relation, show.Kind) switch
        {
            (ResolvedTable table, Tree.ObjectKind.Table) => DefinitionText.Of(table),
            (ResolvedView view, Tree.ObjectKind.View) => DefinitionText.Of(view.View),
            (null, _) => throw await _targets.NotFoundAsync(target, show.Name, cancellationToken).ConfigureAwait(false),
            _ => throw new QueryException(
                ErrorCode.WrongObjectType, $"'{show.Name.Last.Value}' is no {show.Kind.ToString().ToLowerInvariant()}", show.Name.Position),
        };
        return Table([($"Create {show.Kind}", SqlType.Varchar)], [[text]]);
    }

    private AnalyzedQuery CreateFunction(Tree.ShowCreateStatement show)
    {
        TargetName target = At(() => Metadata.ResolveName(Context, TableCache.Names(show.Name)), show.Name.Position);
        IReadOnlyList<SqlFunction> found = Metadata.Functions.Find(target.Catalog.Name, target.Schema, target.Name);
        return found.Count > 0
            ? Table([("Create Function", SqlType.Varchar)], found.Select(function => new object?[] { function.Text }))
            : throw new QueryException(
                ErrorCode.UndefinedFunction,
                $"function {show.Name.Last.Value} does not exist in {target.Catalog.Name}.{target.Schema}",
                show.Name.Position,
                Suggestion.DidYouMean(show.Name.Last.Value, Metadata.Functions.All.Select(function => function.Name.Table)));
    }

    private async ValueTask<AnalyzedStatement> CreateSchemaAsync(Tree.ShowCreateStatement show, CancellationToken cancellationToken)
    {
        (Catalog catalog, RequestedName requested) = At(() => Metadata.ResolveSchema(Context, TableCache.Names(show.Name)), show.Name.Position);
        IReadOnlyList<string> schemas = await Metadata.ListSchemasAsync(Context, catalog, cancellationToken).ConfigureAwait(false);
        string schema = requested.Choose(schemas) ?? throw new QueryException(
            ErrorCode.UndefinedSchema, $"schema '{requested}' does not exist in catalog {catalog.Name}", show.Name.Position, Suggestion.DidYouMean(requested.Text, schemas));
        return Table([("Create Schema", SqlType.Varchar)], [[$"CREATE SCHEMA {DefinitionText.Name(catalog.Name)}.{DefinitionText.Name(schema)}"]]);
    }

    // PostgreSQL's settings that clients ask for when they connect.
    private AnalyzedQuery Variable(Tree.ShowVariableStatement show)
    {
        string name = string.Join('.', show.Name.Parts.Select(part => part.Folded));
        string? value = name switch
        {
            "timezone" or "time_zone" => Context.TimeZone,
            "search_path" => Context.Schema,
            "server_version" => "15.0",
            "server_encoding" or "client_encoding" => "UTF8",
            "standard_conforming_strings" or "integer_datetimes" => "on",
            "transaction_isolation" or "transaction_isolation_level" => "read committed",
            "datestyle" => "ISO, MDY",
            "intervalstyle" => "postgres",
            "lc_collate" or "lc_ctype" => "C",
            "max_identifier_length" => "63",
            _ when Context.Variables.TryGetValue(name, out string? variable) => variable,
            _ when SessionProperties.Specs.Any(spec => spec.Name == name) => Context.Properties.Get(name),
            _ => null,
        };
        return value is null
            ? throw new QueryException(
                ErrorCode.UndefinedObject, $"there is no setting '{name}'", show.Name.Position, Suggestion.DidYouMean(name, SessionProperties.Specs.Select(spec => spec.Name)))
            : Table([(name, SqlType.Varchar)], [[value]]);
    }

    private static AnalyzedQuery Describe(AnalyzedQuery query) => Table(
        [("Column", SqlType.Varchar), ("Type", SqlType.Varchar)],
        query.Plan.Outputs.Select((column, at) => new object?[] { query.Plan.Names[at], column.Type.ToString() }));

    private async ValueTask<AnalyzedStatement> PreparedAsync(Tree.DescribePreparedStatement describe, CancellationToken cancellationToken)
    {
        Tree.ParsedStatement parsed = Sql.SqlParser.Parse(new SessionAnalyzer(statements).Prepared(describe.Name))[0];

        // Without values the parameters are NULLs of no type, which take those of their places.
        var types = new ParameterTypes();
        var nulls = new Parameters { Positional = [.. Enumerable.Repeat(new ParameterValue(null, SqlType.Unknown), parsed.ParameterCount)], Types = types };
        AnalyzedStatement inner = await statements.With(nulls).AnalyzeAsync(parsed.Statement, cancellationToken).ConfigureAwait(false);
        if (describe.IsInput)
            return Table(
                [("Position", SqlType.Integer), ("Type", SqlType.Varchar)],
                Enumerable.Range(0, parsed.ParameterCount).Select(position => new object?[] { position, types.Find(position + 1)?.ToString() ?? "unknown" }));
        return inner is AnalyzedQuery query ? Describe(query) : Table([("Column", SqlType.Varchar), ("Type", SqlType.Varchar)], []);
    }

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
