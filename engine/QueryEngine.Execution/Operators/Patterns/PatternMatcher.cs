using QueryEngine.Plan;
using QueryEngine.Spi;

namespace QueryEngine.Execution.Operators.Patterns;

/// <summary>
/// Runs the program of a pattern over the rows of a partition, by backtracking: the first way through that succeeds is the preferred match. Where no condition
/// looks back at the match, a state that has failed once is not tried again, so that the work is at most program times rows.
/// </summary>
internal sealed class PatternMatcher(MatchRecognizeNode node, PatternConditions conditions, CancellationToken cancellationToken)
{
    /// <summary>Steps for one match after which the search gives up.</summary>
    private const long MaxSteps = 100_000_000;

    private readonly PatternStep[] _program = [.. node.Program];
    private readonly int[] _registers = new int[node.Program.Count(step => step.Operation == PatternOperation.Remember)];
    private readonly Stack<State> _states = new();
    private readonly List<(int Register, int Value)> _trail = [];
    private readonly HashSet<long> _failed = [];

    /// <summary>Looks for a match at its start.</summary>
    /// <exception cref="QueryException">STATEMENT_TOO_COMPLEX after too many steps.</exception>
    public bool TryMatch(Match match)
    {
        _states.Clear();
        _trail.Clear();
        _failed.Clear();
        int at = 0;
        for (long steps = 1; ; steps++)
        {
            if (steps % 4096 == 0)
                cancellationToken.ThrowIfCancellationRequested();
            if (steps > MaxSteps)
                throw new QueryException(
                    ErrorCode.StatementTooComplex, $"the pattern takes more than {MaxSteps} steps for one match", "Write conditions that exclude each other.");
            if (_program[at].Operation == PatternOperation.Accept)
                return true;
            at = Step(match, at);
            if (at >= 0)
                continue;
            if (!_states.TryPop(out State state))
                return false;
            at = state.At;
            match.Count = state.Count;
            match.Hidden.RemoveRange(state.Hidden, match.Hidden.Count - state.Hidden);
            for (int entry = _trail.Count - 1; entry >= state.Trail; entry--)
                _registers[_trail[entry].Register] = _trail[entry].Value;
            _trail.RemoveRange(state.Trail, _trail.Count - state.Trail);
        }
    }

    // The next step, or -1 when this one fails.
    private int Step(Match match, int at)
    {
        PatternStep step = _program[at];
        int row = match.Start + match.Count;
        switch (step.Operation)
        {
            case PatternOperation.Take:
                if (row >= match.PartitionEnd)
                    return -1;
                match.Take(step.First);
                return conditions.Holds(match, step.First, row) ? at + 1 : -1;
            case PatternOperation.Split:
                if (conditions.AreLocal && !_failed.Add(((long)at << 32) | (uint)match.Count))
                    return -1;
                _states.Push(new State(step.Second, match.Count, match.Hidden.Count, _trail.Count));
                return step.First;
            case PatternOperation.Jump:
                return step.First;
            case PatternOperation.Start:
                return row == match.PartitionStart ? at + 1 : -1;
            case PatternOperation.End:
                return row == match.PartitionEnd ? at + 1 : -1;
            case PatternOperation.Hide or PatternOperation.Show:
                match.Hidden.Add(match.Count);
                return at + 1;
            case PatternOperation.Remember:
                _trail.Add((step.First, _registers[step.First]));
                _registers[step.First] = match.Count;
                return at + 1;
            case PatternOperation.JumpIfTaken:
                return match.Count > _registers[step.First] ? step.Second : at + 1;
            default:
                throw new System.Diagnostics.UnreachableException();
        }
    }

    private readonly record struct State(int At, int Count, int Hidden, int Trail);
}
