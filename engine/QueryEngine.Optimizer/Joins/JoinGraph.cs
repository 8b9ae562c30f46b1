using QueryEngine.Optimizer.Rules;
using QueryEngine.Optimizer.Statistics;
using QueryEngine.Plan;

namespace QueryEngine.Optimizer.Joins;

/// <summary>A tree over some of the inputs (a bit each), what it is believed to give and to cost.</summary>
internal sealed record JoinTree(ulong Members, double Rows, double Cost, JoinTree? Left = null, JoinTree? Right = null);

/// <summary>The inputs of a tree of inner joins and the conditions between them, equal columns gathered in classes.</summary>
internal sealed class JoinGraph
{
    private readonly PlanEstimate[] _estimates;
    private readonly List<(Column Column, int Input)[]> _classes = [];
    private readonly List<(Expression Condition, ulong Members)> _others = [];
    private readonly Dictionary<Column, int> _owners = [];

    public JoinGraph(PlanNode[] inputs, IReadOnlyList<Expression> conditions, Estimator estimator)
    {
        Inputs = [.. inputs];
        for (int input = 0; input < inputs.Length; input++)
            foreach (Column column in inputs[input].Columns)
                _owners.TryAdd(column, input);

        var equal = new ColumnClasses();
        foreach (Expression condition in conditions)
        {
            if (condition is CallExpression { Function: OperatorNames.Equal, Arguments: [ColumnExpression left, ColumnExpression right] }
                && _owners[left.Column] != _owners[right.Column])
                equal.Unite(left.Column, right.Column);
            else
                _others.Add((condition, MembersOf(condition)));
        }

        var seen = new HashSet<Column>();
        foreach (Column column in _owners.Keys)
        {
            if (seen.Contains(column))
                continue;
            Column[] members = [column, .. equal.Others(column)];
            seen.UnionWith(members);
            if (members.Length > 1)
                AddClass(members);
        }

        _estimates = [.. Inputs.Select(estimator.Estimate)];
    }

    /// <summary>The inputs; input n is bit n. One of which two columns equal the same column of another has that as a filter.</summary>
    public PlanNode[] Inputs { get; }

    /// <summary>The tree of one input.</summary>
    public JoinTree Leaf(int input) => new(1UL << input, _estimates[input].Rows, 0);

    /// <summary>Whether some condition relates the two sets.</summary>
    public bool Connects(ulong left, ulong right) =>
        _classes.Any(members => Has(members, left) && Has(members, right))
        || _others.Any(other => (other.Members & left) != 0 && (other.Members & right) != 0 && (other.Members & ~(left | right)) == 0);

    /// <summary>
    /// The join of two trees. Cost: rows given, and rows built twice, for a build costs more than a probe.
    /// </summary>
    public JoinTree Join(JoinTree left, JoinTree right)
    {
        var criteria = new List<(double Left, double Right)>();
        foreach ((Column Column, int Input)[] members in _classes)
            if (Has(members, left.Members) && Has(members, right.Members))
                criteria.Add((Distinct(members, left.Members), Distinct(members, right.Members)));
        double rows = left.Rows * right.Rows / Math.Max(JoinEstimates.Domain(criteria, BaseRows(left.Members), BaseRows(right.Members)), 1);
        foreach ((_, ulong members) in OthersBetween(left.Members, right.Members))
            rows *= 0.33;
        rows = Math.Max(rows, 1e-3);
        double build = Math.Min(left.Rows, right.Rows);
        return new JoinTree(
            left.Members | right.Members, rows, left.Cost + right.Cost + rows + (2 * build) + (0.1 * Math.Max(left.Rows, right.Rows)), left, right);
    }

    /// <summary>The conditions to check where these two sets are joined: one equality a class, and what first becomes whole here.</summary>
    public IEnumerable<Expression> Between(ulong left, ulong right)
    {
        foreach ((Column Column, int Input)[] members in _classes)
            if (Has(members, left) && Has(members, right))
                yield return Expressions.Equal(First(members, left).Ref(), First(members, right).Ref());
        foreach ((Expression condition, _) in OthersBetween(left, right))
            yield return condition;
    }

    // A join checks one equality a class; so columns of one input that are equal by way of others must be equal in the input.
    private void AddClass(Column[] members)
    {
        _classes.Add([.. members.Select(member => (member, _owners[member]))]);
        foreach (IGrouping<int, Column> own in members.GroupBy(member => _owners[member]))
        {
            Column first = own.First();
            Inputs[own.Key] = Inputs[own.Key].Where(own.Skip(1).Select(other => Expressions.Equal(first.Ref(), other.Ref())));
        }
    }

    private IEnumerable<(Expression Condition, ulong Members)> OthersBetween(ulong left, ulong right) =>
        _others.Where(other => (other.Members & ~(left | right)) == 0 && (other.Members & ~left) != 0 && (other.Members & ~right) != 0);

    private ulong MembersOf(Expression condition)
    {
        ulong members = 0;
        foreach (Column column in condition.References())
            members |= _owners.TryGetValue(column, out int owner) ? 1UL << owner : 0;

        // A condition without columns (random() < 0.1) is checked at the first join of input 0.
        return members == 0 ? 0b11 : System.Numerics.BitOperations.IsPow2(members) ? members | (members == 1 ? 2UL : 1UL) : members;
    }

    private static bool Has((Column Column, int Input)[] members, ulong set) => members.Any(member => (set & (1UL << member.Input)) != 0);

    private static Column First((Column Column, int Input)[] members, ulong set) => members.First(member => (set & (1UL << member.Input)) != 0).Column;

    private double Distinct((Column Column, int Input)[] members, ulong set) =>
        members.Where(member => (set & (1UL << member.Input)) != 0).Min(member => _estimates[member.Input].BaseDistinct(member.Column));

    private double BaseRows(ulong set)
    {
        double rows = 1;
        for (int input = 0; input < Inputs.Length; input++)
            if ((set & (1UL << input)) != 0)
                rows = Math.Max(rows, _estimates[input].BaseRows);
        return rows;
    }
}
