using QueryEngine.Analysis.Expressions;
using QueryEngine.Analysis.Types;
using QueryEngine.Metadata;
using QueryEngine.Spi;

namespace QueryEngine.Analysis.Statements;

/// <summary>CREATE FUNCTION and DROP FUNCTION.</summary>
internal sealed class FunctionAnalyzer(StatementAnalyzer statements)
{
    private const int MaxParameters = 100;

    private readonly Targets _targets = new(statements);

    /// <summary>What the statement means.</summary>
    public async ValueTask<AnalyzedStatement> AnalyzeAsync(Tree.Statement statement, CancellationToken cancellationToken) => statement switch
    {
        Tree.CreateFunctionStatement create => await CreateAsync(create, cancellationToken).ConfigureAwait(false),
        _ => Drop((Tree.DropFunctionStatement)statement),
    };

    private async ValueTask<AnalyzedStatement> CreateAsync(Tree.CreateFunctionStatement create, CancellationToken cancellationToken)
    {
        if (create.Parameters.Length > MaxParameters)
            throw new QueryException(ErrorCode.StatementTooComplex, $"a function has at most {MaxParameters} parameters", create.Parameters[MaxParameters].Position);
        TargetName target = Resolve(create.Name);
        SchemaTableName name = await _targets.NameNewAsync(target, create.Name, cancellationToken).ConfigureAwait(false);
        CallableFunction callable = SqlFunctions.Of(create, statements.Context) with { IsInline = true };
        ExpressionAnalyzer.AnalyzeBody(statements.Empty(), callable);
        var function = new SqlFunction(target.Catalog.Name, name, callable.ParameterTypes, (create with { OrReplace = false }).ToString())
        {
            DefaultCatalog = statements.Context.Catalog,
            DefaultSchema = statements.Context.Schema,
        };
        bool exists = statements.Metadata.Functions.Find(function.Catalog, new RequestedName(name.Schema, IsExact: true), new RequestedName(name.Table, IsExact: true))
            .Any(other => other.ParameterTypes == function.ParameterTypes);
        return exists && !create.OrReplace
            ? throw FunctionStore.Exists(function).At(create.Name.Position)
            : new CreateFunctionCommand(function, create.OrReplace);
    }

    private AnalyzedStatement Drop(Tree.DropFunctionStatement drop)
    {
        TargetName target = Resolve(drop.Name);
        IReadOnlyList<SqlFunction> named = statements.Metadata.Functions.Find(target.Catalog.Name, target.Schema, target.Name);
        if (drop.ParameterTypes is { } types)
        {
            ValueList<SqlType> wanted = types.Select(TypeResolver.Resolve).ToValueList();
            named = [.. named.Where(function => function.ParameterTypes == wanted)];
        }

        if (named.Count > 1)
            throw new QueryException(
                ErrorCode.AmbiguousFunction, $"function name '{drop.Name.Last.Value}' is not unique", drop.Name.Position, $"Write one of {string.Join(", ", named)}.");
        if (named.Count == 1)
            return new DropFunctionCommand(named[0]);
        if (drop.IfExists)
            return new NothingCommand("DROP FUNCTION");
        bool isBuiltIn = statements.Functions.IsScalar(drop.Name.Last.Folded) || statements.Functions.IsAggregate(drop.Name.Last.Folded);
        throw isBuiltIn && drop.Name.Parts.Length == 1
            ? new QueryException(ErrorCode.WrongObjectType, $"function {drop.Name.Last.Value} is built in", drop.Name.Position)
            : new QueryException(
                ErrorCode.UndefinedFunction,
                $"function {drop.Name.Last.Value} does not exist in {target.Catalog.Name}.{target.Schema}",
                drop.Name.Position,
                Suggestion.DidYouMean(drop.Name.Last.Value, statements.Metadata.Functions.All.Select(function => function.Name.Table)));
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
}

/// <summary>CREATE [OR REPLACE] FUNCTION.</summary>
public sealed record CreateFunctionCommand(SqlFunction Function, bool IsReplace) : AnalyzedCommand
{
    /// <inheritdoc/>
    public override string Tag => "CREATE FUNCTION";

    /// <inheritdoc/>
    public override ValueTask RunAsync(CommandContext context, CancellationToken cancellationToken)
    {
        context.Query.RefuseTransaction(Tag);
        context.Metadata.Functions.Create(Function, IsReplace);
        return ValueTask.CompletedTask;
    }
}

/// <summary>DROP FUNCTION.</summary>
public sealed record DropFunctionCommand(SqlFunction Function) : AnalyzedCommand
{
    /// <inheritdoc/>
    public override string Tag => "DROP FUNCTION";

    /// <inheritdoc/>
    public override ValueTask RunAsync(CommandContext context, CancellationToken cancellationToken)
    {
        context.Query.RefuseTransaction(Tag);
        context.Metadata.Functions.Drop(Function);
        return ValueTask.CompletedTask;
    }
}
