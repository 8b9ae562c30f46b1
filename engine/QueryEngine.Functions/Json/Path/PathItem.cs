using System.Collections.Immutable;
using System.Text.RegularExpressions;

namespace QueryEngine.Functions.Json.Path;

/// <summary>What an item of a path is.</summary>
internal enum PathKind
{
    Literal,
    Variable,
    Root,
    Current,
    Last,
    Key,
    AnyKey,
    AnyItem,
    Index,
    Descend,
    Filter,
    Method,
    Plus,
    Minus,
    Add,
    Subtract,
    Multiply,
    Divide,
    Modulo,
    Equal,
    NotEqual,
    Less,
    LessOrEqual,
    Greater,
    GreaterOrEqual,
    And,
    Or,
    Not,
    IsUnknown,
    Exists,
    StartsWith,
    LikeRegex,
}

/// <summary>Elements from one place to another of an array.</summary>
internal sealed record PathRange(PathItem From, PathItem? To);

/// <summary>An item of a path; <see cref="Next"/> is applied to what it gives.</summary>
internal sealed record PathItem(PathKind Kind)
{
    /// <summary>Bounds of a descent that mean the deepest level.</summary>
    public const int Deepest = int.MaxValue;

    public PathItem? Left { get; init; }

    public PathItem? Right { get; init; }

    public PathItem? Next { get; init; }

    /// <summary>A name: of a member, a variable or a method; the pattern of like_regex.</summary>
    public string Name { get; init; } = string.Empty;

    /// <summary>The flags of like_regex.</summary>
    public string Flags { get; init; } = string.Empty;

    /// <summary>The pattern of like_regex, ready.</summary>
    public Regex? Pattern { get; init; }

    /// <summary>The value of a literal.</summary>
    public JsonValue? Value { get; init; }

    /// <summary>The places of an index.</summary>
    public ImmutableArray<PathRange> Ranges { get; init; } = [];

    /// <summary>The arguments of a method.</summary>
    public ImmutableArray<PathItem> Arguments { get; init; } = [];

    /// <summary>The levels of a descent.</summary>
    public (int First, int Last) Levels { get; init; }

    /// <summary>Whether it is true, false or unknown instead of giving values.</summary>
    public bool IsPredicate => Kind >= PathKind.Equal;

    /// <summary>The item with another after its last one.</summary>
    public PathItem Then(PathItem next) => this with { Next = Next?.Then(next) ?? next };
}

/// <summary>A path of SQL/JSON.</summary>
internal sealed record JsonPath(bool IsStrict, PathItem Root)
{
    /// <inheritdoc/>
    public override string ToString() => PathText.Write(this);
}
