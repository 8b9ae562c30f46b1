using QueryEngine.Plan;
using QueryEngine.Spi;

namespace QueryEngine.Analysis.Queries;

/// <summary>Turns the PATTERN of MATCH_RECOGNIZE into the steps by which it is matched, and numbers its variables.</summary>
internal sealed class PatternProgram
{
    private const int MaxSteps = 50_000;

    private readonly List<PatternStep> _steps = [];
    private readonly List<string> _variables = [];
    private int _registers;

    /// <summary>The program of a pattern.</summary>
    public PatternProgram(Tree.RowPattern pattern)
    {
        Compile(pattern, isHidden: false);
        Add(PatternOperation.Accept, pattern.Position);
    }

    /// <summary>The steps; the last one accepts.</summary>
    public IReadOnlyList<PatternStep> Steps => _steps;

    /// <summary>The names of the variables, by number.</summary>
    public IReadOnlyList<string> Variables => _variables;

    /// <summary>Whether rows are hidden.</summary>
    public bool Hides { get; private set; }

    private void Compile(Tree.RowPattern pattern, bool isHidden)
    {
        System.Runtime.CompilerServices.RuntimeHelpers.EnsureSufficientExecutionStack();
        switch (pattern)
        {
            case Tree.PatternVariable variable:
                string name = variable.Name.Folded;
                if (!_variables.Contains(name))
                    _variables.Add(name);
                Add(PatternOperation.Take, pattern.Position, _variables.IndexOf(name));
                break;
            case Tree.PatternSequence sequence:
                foreach (Tree.RowPattern part in sequence.Parts)
                    Compile(part, isHidden);
                break;
            case Tree.PatternAlternation alternation:
                Choose([.. alternation.Choices], isHidden);
                break;
            case Tree.PatternPermutation permutation:
                Choose([.. Permutations([.. permutation.Parts], permutation.Position)], isHidden);
                break;
            case Tree.PatternQuantifier quantifier:
                Repeat(quantifier, isHidden);
                break;
            case Tree.PatternExclusion exclusion:
                if (isHidden)
                    throw new QueryException(ErrorCode.SyntaxError, "an exclusion stands in another one", exclusion.Position);
                Hides = true;
                Add(PatternOperation.Hide, pattern.Position);
                Compile(exclusion.Pattern, isHidden: true);
                Add(PatternOperation.Show, pattern.Position);
                break;
            case Tree.PatternAnchor anchor:
                Add(anchor.IsStart ? PatternOperation.Start : PatternOperation.End, pattern.Position);
                break;
            default:
                throw new System.Diagnostics.UnreachableException();
        }
    }

    // split a, next; a ...; jump end; next: split b, ...
    private void Choose(Tree.RowPattern[] choices, bool isHidden)
    {
        var ends = new List<int>();
        for (int at = 0; at < choices.Length - 1; at++)
        {
            int split = Add(PatternOperation.Split, choices[at].Position);
            Compile(choices[at], isHidden);
            ends.Add(Add(PatternOperation.Jump, choices[at].Position));
            _steps[split] = new PatternStep(PatternOperation.Split, split + 1, _steps.Count);
        }

        Compile(choices[^1], isHidden);
        foreach (int end in ends)
            _steps[end] = new PatternStep(PatternOperation.Jump, _steps.Count);
    }

    private void Repeat(Tree.PatternQuantifier quantifier, bool isHidden)
    {
        for (int time = 0; time < quantifier.Least; time++)
            Compile(quantifier.Pattern, isHidden);
        if (quantifier.Most is not { } most)
        {
            // split: again or end; a round that takes no row is the last.
            int loop = Add(PatternOperation.Split, quantifier.Position);
            int register = _registers++;
            Add(PatternOperation.Remember, quantifier.Position, register);
            Compile(quantifier.Pattern, isHidden);
            Add(PatternOperation.JumpIfTaken, quantifier.Position, register, loop);
            _steps[loop] = Split(loop + 1, _steps.Count, quantifier.IsReluctant);
            return;
        }

        var splits = new List<int>();
        for (int time = quantifier.Least; time < most; time++)
        {
            splits.Add(Add(PatternOperation.Split, quantifier.Position));
            Compile(quantifier.Pattern, isHidden);
        }

        foreach (int split in splits)
            _steps[split] = Split(split + 1, _steps.Count, quantifier.IsReluctant);
    }

    private static PatternStep Split(int more, int end, bool isReluctant) =>
        isReluctant ? new PatternStep(PatternOperation.Split, end, more) : new PatternStep(PatternOperation.Split, more, end);

    // In the order of the places: PERMUTE(a, b, c) prefers a b c, then a c b, and so on.
    private static IEnumerable<Tree.RowPattern> Permutations(Tree.RowPattern[] parts, SourcePosition position)
    {
        if (parts.Length > 7)
            throw new QueryException(ErrorCode.StatementTooComplex, $"PERMUTE takes at most 7 patterns, not {parts.Length}", position);
        return Orders([.. Enumerable.Range(0, parts.Length)])
            .Select(order => (Tree.RowPattern)new Tree.PatternSequence([.. order.Select(part => parts[part])]) { Position = position });

        static IEnumerable<IEnumerable<int>> Orders(int[] left) => left.Length == 0
            ? [[]]
            : left.SelectMany(first => Orders([.. left.Where(other => other != first)]).Select(rest => rest.Prepend(first)));
    }

    private int Add(PatternOperation operation, SourcePosition position, int first = 0, int second = 0)
    {
        if (_steps.Count == MaxSteps)
            throw new QueryException(ErrorCode.StatementTooComplex, $"the pattern has more than {MaxSteps} steps", position);
        _steps.Add(new PatternStep(operation, first, second));
        return _steps.Count - 1;
    }
}
