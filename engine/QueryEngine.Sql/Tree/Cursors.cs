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

/// <summary><c>DECLARE name [[NO] SCROLL] CURSOR [WITH | WITHOUT HOLD] FOR query</c></summary>
public sealed record DeclareCursorStatement(Identifier Name, Query Query, bool? IsScroll, bool IsHold) : Statement;

/// <summary><c>FETCH</c> or <c>MOVE</c> <c>[direction] FROM name</c>; without a count all rows of the direction.</summary>
public sealed record FetchStatement(Identifier Name, CursorDirection Direction, long? Count, bool IsMove) : Statement;

/// <summary><c>CLOSE name</c>, <c>CLOSE ALL</c></summary>
public sealed record CloseCursorStatement(Identifier? Name) : Statement;
