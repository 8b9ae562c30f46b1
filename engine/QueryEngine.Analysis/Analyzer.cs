using QueryEngine.Analysis.Statements;
using QueryEngine.Functions;
using QueryEngine.Metadata;
using QueryEngine.Metadata.Sessions;
using QueryEngine.Spi;

namespace QueryEngine.Analysis;

/// <summary>
/// Statements as written -> statements as meant: names become columns by id, types are worked out, every implicit cast becomes explicit. What
/// sources know is fetched first; the analysis itself waits for nothing. Thread-safe.
/// </summary>
public sealed class Analyzer(EngineMetadata metadata, FunctionCatalog functions)
{
    /// <summary>What a statement means.</summary>
    /// <exception cref="QueryException">What is wrong with it, at the smallest piece to blame.</exception>
    public async ValueTask<AnalyzedStatement> AnalyzeAsync(
        Tree.Statement statement, QueryContext context, Parameters parameters, CancellationToken cancellationToken)
    {
        try
        {
            return await new StatementAnalyzer(metadata, functions, context, parameters).AnalyzeAsync(statement, cancellationToken).ConfigureAwait(false);
        }
        catch (TableNotFoundException missing)
        {
            TargetName name = metadata.ResolveName(missing.Context, TableCache.Names(missing.Name));
            QueryException error = await metadata.NotFoundAsync(missing.Context, name, cancellationToken).ConfigureAwait(false);
            throw error.At(missing.Name.Position);
        }
        catch (InsufficientExecutionStackException inner)
        {
            throw new QueryException(ErrorCode.StatementTooComplex, "the statement is nested too deeply", hint: null, inner);
        }
    }

    /// <summary>What the text of one statement means.</summary>
    /// <exception cref="QueryException">SYNTAX_ERROR, or what is wrong with it.</exception>
    public ValueTask<AnalyzedStatement> AnalyzeAsync(string text, QueryContext context, Parameters parameters, CancellationToken cancellationToken) =>
        AnalyzeAsync(Sql.SqlParser.ParseStatement(text), context, parameters, cancellationToken);
}
