using QueryEngine.Metadata.Catalogs;
using QueryEngine.Spi;

namespace QueryEngine.Analysis.Statements;

/// <summary>Statements about the session: USE, SET, PREPARE and EXECUTE, transactions; and those that are known but not supported.</summary>
internal sealed class SessionAnalyzer(StatementAnalyzer statements)
{
    /// <summary>What the statement means.</summary>
    public async ValueTask<AnalyzedStatement> AnalyzeAsync(Tree.Statement statement, CancellationToken cancellationToken)
    {
        switch (statement)
        {
            case Tree.UseStatement use:
                return await UseAsync(use, cancellationToken).ConfigureAwait(false);
            case Tree.SetSessionStatement set:
                return SetProperty(set);
            case Tree.ResetSessionStatement reset:
                return new SetPropertyCommand(reset.Name is null ? null : NameOf(reset.Name), Value: null);
            case Tree.SetVariableStatement set:
                return await SetVariableAsync(set, cancellationToken).ConfigureAwait(false);
            case Tree.SetTimeZoneStatement zone:
                return SetTimeZone(zone.Zone);
            case Tree.PrepareStatement prepare:
                if (prepare.Statement is Tree.PrepareStatement or Tree.ExecuteStatement or Tree.DeallocateStatement)
                    throw new QueryException(ErrorCode.SyntaxError, "this statement cannot be prepared", prepare.Statement.Position);
                return new PrepareCommand(prepare.Name.Folded, prepare.Statement.ToString());
            case Tree.ExecuteStatement execute:
                return await ExecuteAsync(Prepared(execute.Name), execute.Arguments, cancellationToken).ConfigureAwait(false);
            case Tree.ExecuteImmediateStatement execute:
                return await ExecuteAsync(execute.Text, execute.Arguments, cancellationToken).ConfigureAwait(false);
            case Tree.DeallocateStatement deallocate:
                if (deallocate.Name is not null)
                    Prepared(deallocate.Name);
                return new DeallocateCommand(deallocate.Name?.Folded);
            case Tree.StartTransactionStatement start:
                return new BeginCommand(start.IsReadOnly == true);
            case Tree.SetTransactionStatement set:
                return new SetTransactionCommand(set.IsReadOnly);
            case Tree.CommitStatement:
                return new EndCommand(IsCommit: true);
            case Tree.RollbackStatement { Savepoint: { } savepoint }:
                return new SavepointCommand(SavepointAction.RollbackTo, savepoint.Folded);
            case Tree.RollbackStatement:
                return new EndCommand(IsCommit: false);
            case Tree.SavepointStatement savepoint:
                return new SavepointCommand(savepoint.IsRelease ? SavepointAction.Release : SavepointAction.Set, savepoint.Name.Folded);
            case Tree.CreateOtherStatement create when ObjectAnalyzer.Keeps(create.Kind):
                return await new ObjectAnalyzer(statements).CreateAsync(create, cancellationToken).ConfigureAwait(false);
            case Tree.CreateSequenceStatement create:
                return await new SequenceAnalyzer(statements).CreateAsync(create, cancellationToken).ConfigureAwait(false);
            case Tree.AlterSequenceStatement alter:
                return await new SequenceAnalyzer(statements).AlterAsync(alter, cancellationToken).ConfigureAwait(false);
            case Tree.DeclareCursorStatement declare:
                return await new CursorAnalyzer(statements).DeclareAsync(declare, cancellationToken).ConfigureAwait(false);
            case Tree.OpenCursorStatement open:
                return new AnalyzedOpenCursor(open.Name.Folded);
            case Tree.FetchStatement fetch:
                return await new CursorAnalyzer(statements).FetchAsync(fetch, cancellationToken).ConfigureAwait(false);
            case Tree.CloseCursorStatement close:
                return new CloseCursorCommand(close.Name?.Folded);
            case Tree.CallStatement call:
                return await new CallAnalyzer(statements).AnalyzeAsync(call, cancellationToken).ConfigureAwait(false);
            case Tree.SetRoleStatement set:
                return new RoleAnalyzer(statements).Set(set);
            case Tree.CreateRoleStatement create:
                return new CreateRoleCommand(create.Name.Folded);
            case Tree.GrantStatement grant:
                return await GrantAsync(grant, cancellationToken).ConfigureAwait(false);
            case Tree.AnalyzeStatement analyze:
                return await StatisticsAsync(analyze, cancellationToken).ConfigureAwait(false);
            default:
                throw QueryException.NotSupported(KindOf(statement), statement.Position);
        }
    }

    /// <summary>The text of a prepared statement.</summary>
    /// <exception cref="QueryException">PREPARED_STATEMENT_NOT_FOUND.</exception>
    public string Prepared(Tree.Identifier name) =>
        statements.Context.Prepared.TryGetValue(name.Folded, out string? text)
            ? text
            : throw new QueryException(
                ErrorCode.PreparedStatementNotFound,
                $"prepared statement '{name.Value}' does not exist",
                name.Position,
                Suggestion.DidYouMean(name.Folded, statements.Context.Prepared.Keys));

    private static string KindOf(Tree.Statement statement) => statement switch
    {
        Tree.CreateOtherStatement create => $"CREATE {create.Kind.ToString().ToUpperInvariant()}",
        _ => "this statement",
    };

    private async ValueTask<AnalyzedStatement> GrantAsync(Tree.GrantStatement grant, CancellationToken cancellationToken)
    {
        string? target = grant.Name is null ? null : string.Join('.', grant.Name.Parts.Select(part => part.Folded));
        switch (grant.Kind)
        {
            case null when grant.KindWords is { } words:
                // Privileges are kept, not enforced: what nothing else here knows is kept by its name.
                target = $"{words.ToLowerInvariant()} {target}{(grant.MethodOf is null ? "" : $" for {NameOf(grant.MethodOf)}")}";
                break;
            case null:
                break;
            case Tree.ObjectKind.Table or Tree.ObjectKind.View:
                (Metadata.TargetName name, Metadata.ResolvedRelation? relation) = await new Targets(statements).FindAsync(grant.Name!, cancellationToken).ConfigureAwait(false);
                if (relation is null)
                    throw await new Targets(statements).NotFoundAsync(name, grant.Name!, cancellationToken).ConfigureAwait(false);
                target = name.ToString();
                break;
            case Tree.ObjectKind.Schema:
                (Catalog catalog, RequestedName schema) = statements.Metadata.ResolveSchema(statements.Context, TableCache.Names(grant.Name!));
                target = $"{catalog.Name}.{schema}";
                break;
            default:
                throw QueryException.NotSupported($"a privilege on a {grant.Kind.ToString()!.ToLowerInvariant()}", grant.Name!.Position);
        }

        // A role is a word in lower case, a privilege one in upper case.
        IEnumerable<Metadata.Grant> grants = grant.Privileges.SelectMany(privilege => grant.Grantees.Select(grantee =>
            new Metadata.Grant(target is null ? privilege.ToLowerInvariant() : privilege, target, grantee.Folded) { WithGrantOption = grant.WithGrantOption }));
        return new GrantCommand(grant.IsRevoke, grants.ToValueList(), grant.IsRevoke && grant.WithGrantOption);
    }

    // Sources here know their statistics without being told to look.
    private async ValueTask<AnalyzedStatement> StatisticsAsync(Tree.AnalyzeStatement analyze, CancellationToken cancellationToken)
    {
        if (analyze.Table is null)
            return new NothingCommand("ANALYZE");
        Metadata.ResolvedTable table = await new Targets(statements).GetTableAsync(analyze.Table, cancellationToken).ConfigureAwait(false);
        foreach (Tree.Identifier column in analyze.Columns)
            TableChanges.Find(table.Schema.Columns, column, table.Schema.Name);
        return table.Catalog.ConnectorName == "memory"
            ? new NothingCommand("ANALYZE")
            : throw QueryException.NotSupported($"ANALYZE in catalog {table.Catalog.Name}", analyze.Position);
    }

    private static string NameOf(Tree.QualifiedName name) => string.Join('.', name.Parts.Select(part => part.Folded));

    private async ValueTask<AnalyzedStatement> UseAsync(Tree.UseStatement use, CancellationToken cancellationToken)
    {
        try
        {
            Catalog catalog = statements.Metadata.Catalogs.Get(
                use.Catalog is null ? new RequestedName(statements.Context.Catalog, IsExact: true) : TableCache.Name(use.Catalog));
            IReadOnlyList<string> schemas = await statements.Metadata.ListSchemasAsync(statements.Context, catalog, cancellationToken).ConfigureAwait(false);
            string schema = TableCache.Name(use.Schema).Choose(schemas) ?? throw new QueryException(
                ErrorCode.UndefinedSchema,
                $"schema '{use.Schema.Value}' does not exist in catalog {catalog.Name}",
                use.Schema.Position,
                Suggestion.DidYouMean(use.Schema.Value, schemas));
            return new UseCommand(catalog.Name, schema);
        }
        catch (QueryException error)
        {
            throw error.At((use.Catalog ?? use.Schema).Position);
        }
    }

    private SetPropertyCommand SetProperty(Tree.SetSessionStatement set)
    {
        string name = NameOf(set.Name);
        string value = statements.Constants().Text(set.Value, "SET SESSION");
        try
        {
            if (set.Name.Parts.Length > 1)
                statements.Metadata.Catalogs.Get(TableCache.Name(set.Name.Parts[0]));
            statements.Context.Properties.With(name, value);
        }
        catch (QueryException error)
        {
            throw error.At(set.Name.Position);
        }

        return new SetPropertyCommand(name, value);
    }

    // PostgreSQL's SET: what we have goes where it belongs, the rest is remembered for SHOW.
    private async ValueTask<AnalyzedStatement> SetVariableAsync(Tree.SetVariableStatement set, CancellationToken cancellationToken)
    {
        string name = NameOf(set.Name);
        string value = string.Join(", ", set.Values.Select(item => statements.Constants().Text(item, "SET")));
        switch (name)
        {
            case "timezone" or "time_zone":
                return SetTimeZone(set.Values[0]);
            case "search_path" or "schema":
                string schema = statements.Constants().Text(set.Values[0], "SET");
                var use = new Tree.UseStatement(null, new Tree.Identifier(schema, IsQuoted: false) { Position = set.Position });
                return await UseAsync(use, cancellationToken).ConfigureAwait(false);
            default:
                return Metadata.Sessions.SessionProperties.Specs.Any(spec => spec.Name == name)
                    ? SetProperty(new Tree.SetSessionStatement(set.Name, set.Values[0]))
                    : new SetVariableCommand(name, value);
        }
    }

    private SetTimeZoneCommand SetTimeZone(Tree.Expression? zone)
    {
        if (zone is null)
            return new SetTimeZoneCommand("UTC");
        string name = statements.Constants().Text(zone, "SET TIME ZONE");
        if (name.Equals("local", StringComparison.OrdinalIgnoreCase) || name.Equals("default", StringComparison.OrdinalIgnoreCase))
            return new SetTimeZoneCommand("UTC");
        return TimeZoneInfo.TryFindSystemTimeZoneById(name, out TimeZoneInfo? found)
            ? new SetTimeZoneCommand(found.Id)
            : throw new QueryException(
                ErrorCode.InvalidParameterValue, $"time zone '{name}' is not known", zone.Position, "Write a name such as 'UTC' or 'Europe/Berlin'.");
    }

    private async ValueTask<AnalyzedStatement> ExecuteAsync(string text, ImmutableArray<Tree.Expression> arguments, CancellationToken cancellationToken)
    {
        ConstantArguments constants = statements.Constants();
        ParameterValue[] values = [.. arguments.Select(argument => constants.Value(argument, "an argument of EXECUTE"))
            .Select(value => new ParameterValue(value.Value, value.ValueType))];
        IReadOnlyList<Tree.ParsedStatement> parsed = Sql.SqlParser.Parse(text);
        if (parsed is not [var only])
            throw new QueryException(ErrorCode.SyntaxError, "EXECUTE takes one statement");
        if (only.ParameterCount != values.Length)
            throw new QueryException(
                ErrorCode.InvalidParameterValue, $"the statement has {only.ParameterCount} parameters, but {values.Length} values are given");
        return await statements.With(new Parameters { Positional = values }).AnalyzeAsync(only.Statement, cancellationToken).ConfigureAwait(false);
    }
}
