using QueryEngine.Functions;
using QueryEngine.Spi;

namespace QueryEngine.Analysis.Statements;

/// <summary>
/// The statements inside CREATE SCHEMA: what they create is in the new schema, and a name without a schema means what they create before it means
/// anything else. Tables and what they need come first, then views, then indexes and privileges, so that they may be written in any order.
/// </summary>
internal static class SchemaElements
{
    /// <summary>The statements with full names, in the order in which they can be run.</summary>
    /// <exception cref="QueryException">INVALID_NAME for one that names another schema.</exception>
    public static ValueList<Tree.Statement> Of(Tree.CreateSchemaStatement create, string catalog)
    {
        var made = new HashSet<string>(StringComparer.Ordinal);
        foreach (Tree.QualifiedName name in create.Elements.Select(Created).OfType<Tree.QualifiedName>())
        {
            if (name.Parts.Length > 1 && !name.Parts[^2].Matches(create.Name.Last.Folded))
                throw new QueryException(ErrorCode.InvalidName, $"{name} is not in the schema that is created", name.Position);
            made.Add(name.Last.Folded);
        }

        Tree.Identifier[] owner = [new Tree.Identifier(catalog, IsQuoted: true), new Tree.Identifier(create.Name.Last.Folded, IsQuoted: true)];
        return create.Elements.OrderBy(Order).Select(element => SyntaxRewrite.Replace(element, node => node switch
        {
            Tree.TableReference table when Full(table.Name) is { } name => table with { Name = name },
            Tree.TableBody table when Full(table.Name) is { } name => table with { Name = name },
            _ => null,
        })).Select(Qualified).ToValueList();

        Tree.QualifiedName? Full(Tree.QualifiedName name) =>
            name.Parts is [var only] && made.Contains(only.Folded) ? name with { Parts = [.. owner, only] } : null;

        Tree.Statement Qualified(Tree.Statement element) => element switch
        {
            Tree.CreateTableStatement table => table with { Name = Full(table.Name) ?? table.Name, Elements = [.. table.Elements.Select(References)] },
            Tree.CreateViewStatement view => view with { Name = Full(view.Name) ?? view.Name },
            Tree.CreateIndexStatement index => index with { Table = Full(index.Table) ?? index.Table },
            Tree.CreateSequenceStatement sequence => sequence with { Name = Full(sequence.Name) ?? sequence.Name },
            Tree.CreateOtherStatement other => other with { Name = Full(other.Name) ?? other.Name },
            Tree.GrantStatement { Name: { } name } grant => grant with { Name = Full(name) ?? name },
            _ => element,
        };

        Tree.TableElement References(Tree.TableElement element) => element switch
        {
            Tree.TableConstraint constraint => Referring(constraint),
            Tree.LikeElement like => like with { Table = Full(like.Table) ?? like.Table },
            Tree.ColumnDefinition column => column with { Constraints = [.. column.Constraints.Select(Referring)] },
            _ => element,
        };

        Tree.TableConstraint Referring(Tree.TableConstraint constraint) =>
            constraint.References is { } table ? constraint with { References = Full(table) ?? table } : constraint;
    }

    private static Tree.QualifiedName? Created(Tree.Statement element) => element switch
    {
        Tree.CreateTableStatement table => table.Name,
        Tree.CreateViewStatement view => view.Name,
        Tree.CreateSequenceStatement sequence => sequence.Name,
        Tree.CreateOtherStatement other => other.Name,
        _ => null,
    };

    private static int Order(Tree.Statement element) => element switch
    {
        Tree.CreateOtherStatement or Tree.CreateSequenceStatement => 0,
        Tree.CreateTableStatement => 1,
        Tree.CreateViewStatement => 2,
        _ => 3,
    };
}

/// <summary>CREATE SCHEMA with what is in it: each statement is analyzed when those before it are done. What goes wrong undoes all of it.</summary>
internal sealed record FilledSchemaCommand(CreateSchemaCommand Schema, ValueList<Tree.Statement> Elements, FunctionCatalog Functions) : AnalyzedCommand
{
    /// <inheritdoc/>
    public override string Tag => Schema.Tag;

    /// <inheritdoc/>
    public override async ValueTask RunAsync(CommandContext context, CancellationToken cancellationToken)
    {
        await Schema.RunAsync(context, cancellationToken).ConfigureAwait(false);
        try
        {
            foreach (Tree.Statement element in Elements)
                await RunAsync(element, context, cancellationToken).ConfigureAwait(false);
        }
        catch when (context.Query.Transaction is null)
        {
            var name = new Tree.QualifiedName([new Tree.Identifier(Schema.Catalog, IsQuoted: true), new Tree.Identifier(Schema.Schema, IsQuoted: true)]);
            await RunAsync(new Tree.DropStatement(Tree.ObjectKind.Schema, [name], IfExists: true, IsCascade: true), context, CancellationToken.None).ConfigureAwait(false);
            throw;
        }
    }

    private async ValueTask RunAsync(Tree.Statement statement, CommandContext context, CancellationToken cancellationToken)
    {
        AnalyzedStatement analyzed = await new Analyzer(context.Metadata, Functions).AnalyzeAsync(statement, context.Query, new Parameters(), cancellationToken).ConfigureAwait(false);
        await ((AnalyzedCommand)analyzed).RunAsync(context, cancellationToken).ConfigureAwait(false);
    }
}
