namespace QueryEngine.Sql.Tree;

/// <summary>Which way FETCH and MOVE go.</summary>
public enum CursorDirection
{
    /// <summary>So many rows on, each given.</summary>
    Forward,

    /// <summary>So many rows back, each given.</summary>
    Backward,

    /// <summary>To the row of a number; from the end below zero.</summary>
    Absolute,

    /// <summary>To the row so many away.</summary>
    Relative,
}

/// <summary>What a cursor is for.</summary>
public enum CursorUse
{
    /// <summary>Nothing is said: its rows can be changed where the query allows it.</summary>
    Any,

    /// <summary><c>FOR READ ONLY</c></summary>
    ReadOnly,

    /// <summary><c>FOR UPDATE</c></summary>
    Update,
}

/// <summary><c>DECLARE name [INSENSITIVE] [[NO] SCROLL] CURSOR [WITH | WITHOUT HOLD] FOR query [FOR READ ONLY | FOR UPDATE [OF columns]]</c></summary>
public sealed record DeclareCursorStatement(Identifier Name, Query Query, bool? IsScroll, bool IsHold) : Statement
{
    /// <summary><c>INSENSITIVE</c>, which is what every cursor is, says that its rows are not to be changed either.</summary>
    public bool IsInsensitive { get; init; }

    /// <summary><c>FOR READ ONLY</c>, <c>FOR UPDATE</c></summary>
    public CursorUse Use { get; init; }

    /// <summary><c>FOR UPDATE OF columns</c>: only these.</summary>
    public ImmutableArray<Identifier> Columns { get; init; } = [];
}

/// <summary><c>OPEN name</c></summary>
public sealed record OpenCursorStatement(Identifier Name) : Statement;

/// <summary><c>FETCH</c> or <c>MOVE</c> <c>[direction] FROM name</c>; without a count all rows of the direction.</summary>
public sealed record FetchStatement(Identifier Name, CursorDirection Direction, long? Count, bool IsMove) : Statement
{
    /// <summary><c>INTO table</c>: the rows are added to it.</summary>
    public QualifiedName? Into { get; init; }
}

/// <summary><c>CLOSE name</c>, <c>CLOSE ALL</c></summary>
public sealed record CloseCursorStatement(Identifier? Name) : Statement;
