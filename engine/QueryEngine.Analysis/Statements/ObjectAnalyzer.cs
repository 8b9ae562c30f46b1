using QueryEngine.Analysis.Types;
using QueryEngine.Metadata;
using QueryEngine.Spi;

namespace QueryEngine.Analysis.Statements;

/// <summary>CREATE and DROP of domains, types, collations and the like, and the use of domains and types.</summary>
internal sealed class ObjectAnalyzer(StatementAnalyzer statements)
{
    /// <summary>Whether objects of that kind are kept here.</summary>
    public static bool Keeps(Tree.ObjectKind kind) =>
        kind is Tree.ObjectKind.Domain or Tree.ObjectKind.Type or Tree.ObjectKind.Collation or Tree.ObjectKind.CharacterSet or Tree.ObjectKind.Translation;

    /// <summary>CREATE.</summary>
    public async ValueTask<AnalyzedStatement> CreateAsync(Tree.CreateOtherStatement create, CancellationToken cancellationToken)
    {
        TargetName target = Resolve(create.Name);
        SchemaTableName name = await new Targets(statements).NameNewAsync(target, create.Name, cancellationToken).ConfigureAwait(false);
        if (create.Type is not null)
            TypeResolver.Resolve(create.Type);
        if (statements.Metadata.Objects.Find(Word(create.Kind), target) is not null)
            throw new QueryException(ErrorCode.DuplicateObject, $"{Word(create.Kind)} '{name.Table}' already exists", create.Name.Position);
        return new CreateObjectCommand(new DefinedObject(Word(create.Kind), target.Catalog.Name, name, create.Type?.ToString() ?? create.Definition));
    }

    /// <summary>DROP; null when there is nothing to drop and that is no error.</summary>
    public AnalyzedCommand? Drop(Tree.QualifiedName name, Tree.DropStatement drop) => statements.Metadata.Objects.Find(Word(drop.Kind), Resolve(name)) switch
    {
        { } found => new DropObjectCommand(found),
        null when drop.IfExists => null,
        null => throw new QueryException(
            ErrorCode.UndefinedObject, $"{Word(drop.Kind)} '{name.Last.Value}' does not exist", name.Position, Suggestion.DidYouMean(name.Last.Value, statements.Metadata.Objects.Names(Word(drop.Kind)))),
    };

    /// <summary>The statement with domains and types of the user replaced by what they stand for; a built-in type of the name comes first.</summary>
    public Tree.Statement WithTypes(Tree.Statement statement) => SyntaxRewrite.Replace(statement, node =>
        node is Tree.NamedType { Parameters.IsEmpty: true, TypeArguments.IsEmpty: true } named && SqlTypeParser.TryParse(named.Name.Last.Folded) is null && Find(named) is { Definition.Length: > 0 } found
            ? TypeOf(found) with { Position = named.Position }
            : null);

    private DefinedObject? Find(Tree.NamedType named)
    {
        if (named.Name.Parts.Length > 3)
            return null;
        TargetName target = Resolve(named.Name);
        return statements.Metadata.Objects.Find("domain", target) ?? statements.Metadata.Objects.Find("type", target);
    }

    // The text is that of a type.
    private static Tree.TypeName TypeOf(DefinedObject found)
    {
        var statement = (Tree.QueryStatement)Sql.SqlParser.ParseStatement($"SELECT CAST(NULL AS {found.Definition})");
        return SyntaxWalk.Descendants(statement).OfType<Tree.CastExpression>().First().Type;
    }

    private TargetName Resolve(Tree.QualifiedName name)
    {
        try
        {
            return statements.Metadata.ResolveName(statements.Context, TableCache.Names(name));
        }
        catch (QueryException error)
        {
            throw error.At(name.Position);
        }
    }

    private static string Word(Tree.ObjectKind kind) => kind == Tree.ObjectKind.CharacterSet ? "character set" : kind.ToString().ToLowerInvariant();
}

/// <summary>CREATE DOMAIN, TYPE, COLLATION and the like.</summary>
public sealed record CreateObjectCommand(DefinedObject Made) : AnalyzedCommand
{
    /// <inheritdoc/>
    public override string Tag => $"CREATE {Made.Kind.ToUpperInvariant()}";

    /// <inheritdoc/>
    public override ValueTask RunAsync(CommandContext context, CancellationToken cancellationToken)
    {
        context.Query.RefuseTransaction(Tag);
        context.Metadata.Objects.Create(Made);
        return ValueTask.CompletedTask;
    }
}

/// <summary>DROP DOMAIN, TYPE, COLLATION and the like.</summary>
public sealed record DropObjectCommand(DefinedObject Dropped) : AnalyzedCommand
{
    /// <inheritdoc/>
    public override string Tag => $"DROP {Dropped.Kind.ToUpperInvariant()}";

    /// <inheritdoc/>
    public override ValueTask RunAsync(CommandContext context, CancellationToken cancellationToken)
    {
        context.Query.RefuseTransaction(Tag);
        context.Metadata.Objects.Drop(Dropped);
        return ValueTask.CompletedTask;
    }
}
