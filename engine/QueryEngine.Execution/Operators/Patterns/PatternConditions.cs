using QueryEngine.Execution.Evaluation;
using QueryEngine.Plan;
using QueryEngine.Spi;

namespace QueryEngine.Execution.Operators.Patterns;

/// <summary>
/// The conditions of DEFINE. One that reads only the row itself and rows at a distance from it is computed for all rows at once; the others are evaluated when a
/// row is tried.
/// </summary>
internal sealed class PatternConditions : IDisposable
{
    private readonly PatternRowSource _rows;
    private readonly PatternExpression?[] _conditions;
    private readonly bool[]?[] _known;

    public PatternConditions(MatchRecognizeNode node, PatternRowSource rows)
    {
        _rows = rows;
        _conditions = new PatternExpression?[node.Variables.Count];
        _known = new bool[]?[node.Variables.Count];
        foreach (PatternCondition condition in node.Conditions)
        {
            _conditions[condition.Variable] = condition.Condition;
            if (condition.Condition.Inputs.All(input => IsLocal(input, condition.Variable)))
                _known[condition.Variable] = TryCompute(condition.Condition);
        }

        AreLocal = _conditions.Zip(_known).All(pair => pair.First is null || pair.Second is not null);
    }

    /// <summary>Whether no condition looks at other rows of the match.</summary>
    public bool AreLocal { get; }

    /// <summary>Whether the last row of a match may be taken as its variable.</summary>
    public bool Holds(Match match, int variable, int row)
    {
        if (_known[variable] is { } known)
            return known[row];
        if (_conditions[variable] is not { } condition)
            return true;
        using ColumnVector value = _rows.Evaluate(condition, [new MatchedRow(row, match, match.Count)]);
        Span<int> passing = [0];
        return Booleans.TrueRows(value, [0], passing) == 1;
    }

    /// <inheritdoc/>
    public void Dispose() => _rows.Dispose();

    private static bool IsLocal(PatternInput input, int variable) =>
        input is { Kind: PatternInputKind.Value, FromFirst: false, Skip: 0 } && (input.Variables.Count == 0 || input.Variables.Contains(variable));

    // A row that is never tried must not be an error: then rows are evaluated when they are tried.
    private bool[]? TryCompute(PatternExpression condition)
    {
        try
        {
            return _rows.EvaluateEverywhere(condition);
        }
        catch (QueryException)
        {
            return null;
        }
    }
}
