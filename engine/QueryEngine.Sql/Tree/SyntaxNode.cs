using System.Runtime.CompilerServices;
using QueryEngine.Spi;

namespace QueryEngine.Sql.Tree;

/// <summary>
/// A piece of a parsed statement. Nodes are immutable and equal only to themselves, so they may serve as keys of what
/// an analyzer learns about them; to compare what two trees say, compare their text.
/// </summary>
public abstract record SyntaxNode
{
    /// <summary>Where the node starts; for an operator, where the operator stands.</summary>
    public SourcePosition Position { get; init; }

    /// <summary>Identity, not content.</summary>
    public virtual bool Equals(SyntaxNode? other) => ReferenceEquals(this, other);

    /// <inheritdoc/>
    public override int GetHashCode() => RuntimeHelpers.GetHashCode(this);

    /// <summary>The node as SQL.</summary>
    public sealed override string ToString() => SqlFormatter.Format(this);
}

/// <summary>A name as written. An unquoted one matches without regard to case, a quoted one exactly.</summary>
public sealed record Identifier(string Value, bool IsQuoted) : SyntaxNode
{
    /// <summary>The name that an object created under this identifier gets: unquoted names fold to lower case.</summary>
    public string Folded => IsQuoted ? Value : Value.ToLowerInvariant();

    /// <summary>Whether the identifier denotes an object of this name.</summary>
    public bool Matches(string name) =>
        string.Equals(Value, name, IsQuoted ? StringComparison.Ordinal : StringComparison.OrdinalIgnoreCase);
}

/// <summary>Identifiers joined by dots, outermost first.</summary>
public sealed record QualifiedName(ImmutableArray<Identifier> Parts) : SyntaxNode
{
    /// <summary>The last part: the object's own name.</summary>
    public Identifier Last => Parts[^1];
}

/// <summary>One statement of a script.</summary>
/// <param name="Statement">Its tree; positions count from the start of the script.</param>
/// <param name="Text">Its text without the semicolon.</param>
/// <param name="ParameterCount">The number of values that <c>?</c> and <c>$n</c> ask for.</param>
public sealed record ParsedStatement(Statement Statement, string Text, int ParameterCount);

/// <summary>The text of one statement of a script, found without parsing it.</summary>
/// <param name="Text">The text without the semicolon and the white space around it.</param>
/// <param name="Start">Where it starts in the script, in UTF-16 units.</param>
/// <param name="Position">The same as line and column.</param>
/// <param name="IsTerminated">Whether a semicolon ends it; false only for the last one.</param>
public sealed record StatementText(string Text, int Start, SourcePosition Position, bool IsTerminated);
