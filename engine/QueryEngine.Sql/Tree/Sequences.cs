namespace QueryEngine.Sql.Tree;

/// <summary>A number that a sequence takes, or its absence where that is written: <c>NO MINVALUE</c>, <c>RESTART</c> alone.</summary>
public readonly record struct SequenceNumber(long? Value);

/// <summary>What is written about a sequence; null where nothing is.</summary>
public sealed record SequenceOptions : SyntaxNode
{
    /// <summary><c>AS type</c></summary>
    public TypeName? Type { get; init; }

    /// <summary><c>INCREMENT [BY] n</c></summary>
    public long? Increment { get; init; }

    /// <summary><c>MINVALUE n</c>, <c>NO MINVALUE</c></summary>
    public SequenceNumber? Minimum { get; init; }

    /// <summary><c>MAXVALUE n</c>, <c>NO MAXVALUE</c></summary>
    public SequenceNumber? Maximum { get; init; }

    /// <summary><c>START [WITH] n</c></summary>
    public long? Start { get; init; }

    /// <summary><c>RESTART [[WITH] n]</c></summary>
    public SequenceNumber? Restart { get; init; }

    /// <summary><c>[NO] CYCLE</c></summary>
    public bool? IsCycle { get; init; }

    /// <summary><c>OWNED BY table.column</c></summary>
    public QualifiedName? OwnedBy { get; init; }

    /// <summary><c>OWNED BY NONE</c></summary>
    public bool IsOwnedByNone { get; init; }
}

/// <summary><c>CREATE SEQUENCE [IF NOT EXISTS] name options</c></summary>
public sealed record CreateSequenceStatement(QualifiedName Name, SequenceOptions Options, bool IfNotExists) : Statement;

/// <summary><c>ALTER SEQUENCE [IF EXISTS] name options</c></summary>
public sealed record AlterSequenceStatement(QualifiedName Name, SequenceOptions Options, bool IfExists) : Statement;

/// <summary>How <c>GENERATED ... AS IDENTITY</c> numbers rows.</summary>
public sealed record IdentityDefinition(bool IsAlways, SequenceOptions Options) : SyntaxNode;
