namespace QueryEngine.Sql.Tree;

/// <summary>A piece of the PATTERN of MATCH_RECOGNIZE.</summary>
public abstract record RowPattern : SyntaxNode;

/// <summary>A row of a variable.</summary>
public sealed record PatternVariable(Identifier Name) : RowPattern;

/// <summary>One after the other; none at all is the empty pattern.</summary>
public sealed record PatternSequence(ImmutableArray<RowPattern> Parts) : RowPattern;

/// <summary><c>a | b</c>: the first is preferred.</summary>
public sealed record PatternAlternation(ImmutableArray<RowPattern> Choices) : RowPattern;

/// <summary><c>PERMUTE(a, b)</c>: all of them in any order, the orders in front preferred.</summary>
public sealed record PatternPermutation(ImmutableArray<RowPattern> Parts) : RowPattern;

/// <summary><c>a* a+ a? a{n} a{n,m}</c>, with another <c>?</c> as few as possible.</summary>
public sealed record PatternQuantifier(RowPattern Pattern, int Least, int? Most, bool IsReluctant) : RowPattern;

/// <summary><c>{- a -}</c>: its rows are matched but not shown.</summary>
public sealed record PatternExclusion(RowPattern Pattern) : RowPattern;

/// <summary><c>^</c>, the beginning of the partition, or <c>$</c>, its end.</summary>
public sealed record PatternAnchor(bool IsStart) : RowPattern;
