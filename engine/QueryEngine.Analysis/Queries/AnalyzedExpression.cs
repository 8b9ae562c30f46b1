using QueryEngine.Analysis.Expressions;
using QueryEngine.Analysis.Scopes;
using QueryEngine.Analysis.Types;
using QueryEngine.Plan;
using QueryEngine.Spi;

namespace QueryEngine.Analysis.Queries;

/// <summary>An expression of a query above WHERE, with what has to happen before it is evaluated.</summary>
internal sealed record AnalyzedExpression(Expression Raw, SourcePosition Position)
{
    /// <summary>Subqueries to apply below.</summary>
    public List<SubqueryUse> Subqueries { get; init; } = [];

    /// <summary>Where columns are named, for grouping errors.</summary>
    public Dictionary<Column, SourcePosition> Positions { get; init; } = [];

    /// <summary>Arrays for whose elements the row is repeated.</summary>
    public List<UnnestUse> Unnests { get; init; } = [];

    /// <summary>Whether it is a text literal that nothing has given a type.</summary>
    public bool IsUntypedText => Coercer.IsUntypedText(Raw);

    /// <summary>The expression with a type of its own.</summary>
    public Expression Expression => Coercer.Finish(Raw);

    /// <summary>The same over the output of an aggregation; itself when there is none.</summary>
    public AnalyzedExpression Over(GroupedTranslator? grouped) => grouped is null ? this : this with
    {
        Raw = grouped.Translate(Raw, Positions),
        Subqueries = [.. Subqueries.Select(subquery => grouped.Translate(subquery, Positions))],
        Unnests = [.. Unnests.Select(unnest => unnest with { Array = grouped.Translate(unnest.Array, Positions) })],
    };

    /// <summary>Analyzes an expression with a sink of its own.</summary>
    public static AnalyzedExpression Analyze(
        AnalysisContext context, NameScope scope, ExpressionSink sink, Func<ExpressionAnalyzer, Operand> analyze)
    {
        (Dictionary<Column, SourcePosition>? around, scope.Positions) = (scope.Positions, []);
        try
        {
            Operand operand = analyze(new ExpressionAnalyzer(context, scope, sink));
            return new AnalyzedExpression(operand.Expression, operand.Position)
            {
                Subqueries = sink.Subqueries,
                Positions = scope.Positions,
                Unnests = sink.Unnests ?? [],
            };
        }
        finally
        {
            scope.Positions = around;
        }
    }
}
