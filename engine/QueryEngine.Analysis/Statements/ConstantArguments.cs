using System.Globalization;
using QueryEngine.Analysis.Expressions;
using QueryEngine.Analysis.Scopes;
using QueryEngine.Plan;
using QueryEngine.Spi;

namespace QueryEngine.Analysis.Statements;

/// <summary>Constant expressions in statements that are no queries: values of SET, properties, arguments of EXECUTE.</summary>
internal sealed class ConstantArguments(AnalysisContext context)
{
    /// <summary>The value; text literals keep the type unknown.</summary>
    public ConstantExpression Value(Tree.Expression expression, string clause)
    {
        var analyzer = new ExpressionAnalyzer(
            context, new NameScope(null, [], CommonTables.None), new ExpressionSink(clause) { AllowsSubqueries = false });
        Expression analyzed = analyzer.Operand(expression).Expression;
        try
        {
            return context.Constants.Evaluate(analyzed) ?? throw QueryException.NotSupported($"{clause} of something that is not constant");
        }
        catch (QueryException error)
        {
            throw error.At(expression.Position);
        }
    }

    /// <summary>A value as another type.</summary>
    public ConstantExpression Cast(ConstantExpression value, SqlType type) => context.Constants.Cast(value, type);

    /// <summary>The value as text; a bare word is itself.</summary>
    public string Text(Tree.Expression expression, string clause)
    {
        if (expression is Tree.ColumnReference { Name: var name })
            return string.Join('.', name.Parts.Select(part => part.Value));
        ConstantExpression constant = Value(expression, clause);
        return constant switch
        {
            { Value: null } => throw new QueryException(ErrorCode.NullNotAllowed, $"{clause} must not be null", expression.Position),
            { Value: string text } => text,
            { Value: bool truth } => truth ? "true" : "false",
            { Value: double number } => number.ToString("R", CultureInfo.InvariantCulture),
            _ => SqlValueText.Format(constant.ValueType, constant.Value),
        };
    }

    /// <summary>Properties as text, by name.</summary>
    public Dictionary<string, string> Properties(ImmutableArray<Tree.PropertyNode> nodes)
    {
        var properties = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase);
        foreach (Tree.PropertyNode node in nodes)
        {
            string name = string.Join('.', node.Name.Parts.Select(part => part.Folded));
            if (!properties.TryAdd(name, node.Value is null ? "true" : Text(node.Value, $"property {name}")))
                throw new QueryException(ErrorCode.InvalidProperty, $"property '{name}' is set twice", node.Position);
        }

        return properties;
    }
}
