using QueryEngine.Spi;

namespace QueryEngine.Plan;

/// <summary>What a step of a pattern's program does.</summary>
public enum PatternOperation
{
    /// <summary>Takes a row as variable <c>First</c>, if its condition holds.</summary>
    Take,

    /// <summary>Goes on at <c>First</c>, and when that fails at <c>Second</c>.</summary>
    Split,

    /// <summary>Goes on at <c>First</c>.</summary>
    Jump,

    /// <summary>Holds at the beginning of the partition.</summary>
    Start,

    /// <summary>Holds at the end of the partition.</summary>
    End,

    /// <summary>Rows from here on are not shown.</summary>
    Hide,

    /// <summary>Rows from here on are shown again.</summary>
    Show,

    /// <summary>Remembers in register <c>First</c> which row is next.</summary>
    Remember,

    /// <summary>Goes on at <c>Second</c> if a row was taken since register <c>First</c> was set.</summary>
    JumpIfTaken,

    /// <summary>The pattern has matched.</summary>
    Accept,
}

/// <summary>A step of a pattern's program.</summary>
public sealed record PatternStep(PatternOperation Operation, int First = 0, int Second = 0);

/// <summary>What an expression of MATCH_RECOGNIZE reads.</summary>
public enum PatternInputKind
{
    /// <summary>A column of one of the rows of the match.</summary>
    Value,

    /// <summary>The variable of one of the rows of the match.</summary>
    Classifier,

    /// <summary>The number of the match in its partition.</summary>
    MatchNumber,

    /// <summary>An aggregate over rows of the match.</summary>
    Aggregate,
}

/// <summary>A value that stands as <paramref name="Column"/> in an expression over a match.</summary>
public sealed record PatternInput(Column Column, PatternInputKind Kind)
{
    /// <summary>The variables whose rows count; none for all.</summary>
    public ValueList<int> Variables { get; init; } = [];

    /// <summary>Whether the whole match counts, and not only the rows up to the current one.</summary>
    public bool IsFinal { get; init; }

    /// <summary>Whether rows are counted from the first on, and not from the last back.</summary>
    public bool FromFirst { get; init; }

    /// <summary>How many of the rows that count are passed over.</summary>
    public int Skip { get; init; }

    /// <summary>Rows of the partition to go on from there; negative for rows before it.</summary>
    public long Offset { get; init; }

    /// <summary>The column of the source that is read.</summary>
    public Column? Source { get; init; }

    /// <summary>The aggregate function.</summary>
    public string? Function { get; init; }

    /// <summary>Its arguments, columns of the source.</summary>
    public ValueList<Column> Arguments { get; init; } = [];

    /// <summary>A boolean column of the source: rows for which it is not true do not count.</summary>
    public Column? Filter { get; init; }

    /// <summary>The columns of the source that are read.</summary>
    public IEnumerable<Column> Reads() => new[] { Source, Filter }.OfType<Column>().Concat(Arguments);

    /// <summary>The same over other columns.</summary>
    public PatternInput Map(Func<Column, Column> map) => this with
    {
        Source = Source is null ? null : map(Source),
        Filter = Filter is null ? null : map(Filter),
        Arguments = Arguments.Select(map).ToValueList(),
    };
}

/// <summary>An expression over inputs from a match.</summary>
public sealed record PatternExpression(Expression Expression, ValueList<PatternInput> Inputs);

/// <summary>The condition under which a row may be taken as a variable.</summary>
public sealed record PatternCondition(int Variable, PatternExpression Condition);

/// <summary>A column computed of each match, or of each of its rows.</summary>
public sealed record PatternMeasure(Column Output, PatternExpression Value);

/// <summary>Which rows MATCH_RECOGNIZE gives.</summary>
public enum PatternRows
{
    /// <summary>One a match.</summary>
    One,

    /// <summary>All of a match, and one of an empty match.</summary>
    All,

    /// <summary>All of a match, none of an empty one.</summary>
    AllButEmpty,

    /// <summary>All of a match, one of an empty one, and those that no match has.</summary>
    AllAndUnmatched,
}

/// <summary>Where the next match is looked for.</summary>
public enum PatternSkipMode
{
    PastLastRow,
    ToNextRow,
    ToFirst,
    ToLast,
}

/// <summary>Where the next match is looked for, and by the rows of which variables.</summary>
public sealed record PatternSkip(PatternSkipMode Mode, ValueList<int> Variables);

/// <summary>
/// Finds rows that match a pattern, partition by partition in order. Columns: of one row per match the partition's, of all rows the source's;
/// then the measures.
/// </summary>
public sealed record MatchRecognizeNode(
    PlanNode Source,
    ValueList<Column> PartitionBy,
    ValueList<SortKey> OrderBy,
    string Pattern,
    ValueList<PatternStep> Program,
    ValueList<string> Variables,
    ValueList<PatternCondition> Conditions,
    ValueList<PatternMeasure> Measures,
    PatternRows Rows,
    PatternSkip Skip) : PlanNode
{
    /// <inheritdoc/>
    public override ValueList<PlanNode> Sources => [Source];

    /// <inheritdoc/>
    public override ValueList<Column> Columns =>
        [.. Rows == PatternRows.One ? PartitionBy : Source.Columns, .. Measures.Select(measure => measure.Output)];

    /// <summary>The expressions over matches.</summary>
    public IEnumerable<PatternExpression> Expressions => Conditions.Select(condition => condition.Condition).Concat(Measures.Select(measure => measure.Value));

    /// <summary>The columns of the source that the node reads.</summary>
    public IEnumerable<Column> Reads() =>
        PartitionBy.Concat(OrderBy.Select(key => key.Column)).Concat(Expressions.SelectMany(expression => expression.Inputs).SelectMany(input => input.Reads()));

    /// <summary>The node with its expressions over matches mapped.</summary>
    public MatchRecognizeNode Map(Func<PatternExpression, PatternExpression> map) => this with
    {
        Conditions = Conditions.Select(condition => condition with { Condition = map(condition.Condition) }).ToValueList(),
        Measures = Measures.Select(measure => measure with { Value = map(measure.Value) }).ToValueList(),
    };

    /// <inheritdoc/>
    public override PlanNode WithSources(ValueList<PlanNode> sources) => this with { Source = sources[0] };

    /// <inheritdoc/>
    public override void Describe(PlanText text) => text
        .Add("partition", $"({string.Join(", ", PartitionBy)})")
        .Add("order", $"({string.Join(", ", OrderBy)})")
        .Add("pattern", $"({Pattern})")
        .Add("rows", Rows)
        .Add(string.Join(", ", Conditions.Select(condition => $"{Variables[condition.Variable]} as {condition.Condition.Expression}")))
        .Add(string.Join(", ", Measures.Select(measure => $"{measure.Output} := {measure.Value.Expression}")));
}
