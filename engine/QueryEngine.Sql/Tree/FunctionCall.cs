namespace QueryEngine.Sql.Tree;

/// <summary><c>IGNORE NULLS</c> or <c>RESPECT NULLS</c>.</summary>
public enum NullTreatment
{
    Respect,
    Ignore,
}

/// <summary>
/// A call of a scalar, aggregate, window or table function. The standard's special forms come as plain calls:
/// <c>EXTRACT(year FROM d)</c> as <c>extract('year', d)</c>, <c>POSITION(a IN b)</c> as <c>strpos(b, a)</c>,
/// <c>SUBSTRING(a FROM b FOR c)</c> as <c>substring(a, b, c)</c>, <c>TRIM(LEADING a FROM b)</c> as <c>ltrim(b, a)</c>
/// (<c>rtrim</c>, <c>trim</c>), <c>OVERLAY(a PLACING b FROM c FOR d)</c> as <c>overlay(a, b, c, d)</c>,
/// <c>NORMALIZE(a, NFC)</c> as <c>normalize(a, 'NFC')</c>, <c>(a, b) OVERLAPS (c, d)</c> as <c>overlaps(a, b, c, d)</c>,
/// <c>CURRENT_DATE</c> and its kin as calls without arguments.
/// </summary>
public sealed record FunctionCall(QualifiedName Name, ImmutableArray<Expression> Arguments) : Expression
{
    /// <summary>Whether the argument is <c>*</c>, as in <c>count(*)</c>.</summary>
    public bool IsStar { get; init; }

    /// <summary><c>f(DISTINCT ...)</c></summary>
    public bool IsDistinct { get; init; }

    /// <summary><c>f(... ORDER BY ...)</c></summary>
    public ImmutableArray<SortItem> OrderBy { get; init; } = [];

    /// <summary><c>f(...) WITHIN GROUP (ORDER BY ...)</c></summary>
    public ImmutableArray<SortItem> WithinGroup { get; init; } = [];

    /// <summary><c>f(...) FILTER (WHERE ...)</c></summary>
    public Expression? Filter { get; init; }

    /// <summary>What window functions do with nulls, where written.</summary>
    public NullTreatment? NullTreatment { get; init; }

    /// <summary><c>f(...) OVER ...</c></summary>
    public Window? Over { get; init; }

    /// <summary><c>f(VARIADIC array)</c>: the last argument is spread.</summary>
    public bool IsVariadic { get; init; }

    /// <summary>In MATCH_RECOGNIZE: true for <c>FINAL f(...)</c>, false for <c>RUNNING f(...)</c>, null where neither is written.</summary>
    public bool? IsFinal { get; init; }

    /// <summary><c>LISTAGG(... ON OVERFLOW ...)</c></summary>
    public OverflowClause? Overflow { get; init; }
}

/// <summary><c>ON OVERFLOW ERROR | TRUNCATE [filler] WITH | WITHOUT COUNT</c></summary>
public sealed record OverflowClause(bool IsTruncate, Expression? Filler, bool WithCount) : SyntaxNode;

/// <summary>What stands after <c>OVER</c>.</summary>
public abstract record Window : SyntaxNode;

/// <summary><c>OVER name</c></summary>
public sealed record NamedWindow(Identifier Name) : Window;

/// <summary><c>([base] PARTITION BY ... ORDER BY ... frame)</c></summary>
public sealed record WindowSpecification(
    Identifier? BaseName, ImmutableArray<Expression> PartitionBy, ImmutableArray<SortItem> OrderBy, WindowFrame? Frame) : Window;

/// <summary><c>WINDOW name AS (...)</c></summary>
public sealed record WindowDefinition(Identifier Name, WindowSpecification Specification) : SyntaxNode;

/// <summary>What a frame counts.</summary>
public enum FrameUnit
{
    Rows,
    Range,
    Groups,
}

/// <summary>Where a frame starts or ends.</summary>
public enum FrameBoundKind
{
    UnboundedPreceding,
    Preceding,
    CurrentRow,
    Following,
    UnboundedFollowing,
}

/// <summary>Rows left out of a frame.</summary>
public enum FrameExclusion
{
    NoOthers,
    CurrentRow,
    Group,
    Ties,
}

/// <summary>One end of a frame; only PRECEDING and FOLLOWING have an offset.</summary>
public sealed record FrameBound(FrameBoundKind Kind, Expression? Offset) : SyntaxNode;

/// <summary><c>ROWS BETWEEN start AND end EXCLUDE ...</c>; without an end it is the current row.</summary>
public sealed record WindowFrame(FrameUnit Unit, FrameBound Start, FrameBound? End, FrameExclusion Exclusion) : SyntaxNode;

/// <summary><c>expression [ASC | DESC] [NULLS FIRST | LAST]</c></summary>
public sealed record SortItem(Expression Expression, bool IsDescending, bool? NullsFirst) : SyntaxNode;
