namespace QueryEngine.Sql.Tree;

/// <summary>What a JSON function gives for an empty result or an error.</summary>
public enum JsonBehaviorKind
{
    Null,
    Error,
    Default,
    EmptyArray,
    EmptyObject,
    True,
    False,
    Unknown,
}

/// <summary><c>NULL ON EMPTY</c> and its kin.</summary>
public sealed record JsonBehavior(JsonBehaviorKind Kind, Expression? Default) : SyntaxNode;

/// <summary>How <c>JSON_QUERY</c> wraps its result.</summary>
public enum JsonWrapper
{
    Without,
    Conditional,
    Unconditional,
}

/// <summary><c>value AS name</c> in <c>PASSING</c>.</summary>
public sealed record JsonPassing(Expression Value, Identifier Name) : SyntaxNode;

/// <summary>The functions that search a document by path.</summary>
public enum JsonPathFunction
{
    Exists,
    Value,
    Query,
}

/// <summary><c>JSON_VALUE(input, path PASSING ... RETURNING type ... ON EMPTY ... ON ERROR)</c> and its kin.</summary>
public sealed record JsonPathExpression(JsonPathFunction Function, Expression Input, Expression Path) : Expression
{
    /// <summary>Whether the input says <c>FORMAT JSON</c>.</summary>
    public bool IsFormatJson { get; init; }

    /// <summary>Named values that the path may use.</summary>
    public ImmutableArray<JsonPassing> Passing { get; init; } = [];

    /// <summary>The type of the result, where written.</summary>
    public TypeName? Returning { get; init; }

    /// <summary>How the result is wrapped, where written.</summary>
    public JsonWrapper? Wrapper { get; init; }

    /// <summary>True for <c>KEEP QUOTES</c>, false for <c>OMIT QUOTES</c>.</summary>
    public bool? KeepQuotes { get; init; }

    /// <summary>What an empty result gives.</summary>
    public JsonBehavior? OnEmpty { get; init; }

    /// <summary>What an error gives.</summary>
    public JsonBehavior? OnError { get; init; }
}

/// <summary><c>KEY k VALUE v</c> or <c>k : v</c>.</summary>
public sealed record JsonMember(Expression Key, Expression Value) : SyntaxNode;

/// <summary><c>JSON_OBJECT(k : v, ... NULL ON NULL WITH UNIQUE KEYS RETURNING type)</c></summary>
public sealed record JsonObjectExpression(
    ImmutableArray<JsonMember> Members, bool? NullOnNull, bool HasUniqueKeys, TypeName? Returning) : Expression;

/// <summary><c>JSON_ARRAY(items NULL ON NULL RETURNING type)</c></summary>
public sealed record JsonArrayExpression(ImmutableArray<Expression> Items, bool? NullOnNull, TypeName? Returning) : Expression;

/// <summary>One column of <c>JSON_TABLE</c>.</summary>
public sealed record JsonTableColumn(Identifier Name) : SyntaxNode
{
    /// <summary>The column's type; none for an ordinality column.</summary>
    public TypeName? Type { get; init; }

    /// <summary><c>FOR ORDINALITY</c></summary>
    public bool IsOrdinality { get; init; }

    /// <summary><c>EXISTS</c></summary>
    public bool IsExists { get; init; }

    /// <summary><c>FORMAT JSON</c></summary>
    public bool IsFormatJson { get; init; }

    /// <summary>The path; by default the name of the column.</summary>
    public string? Path { get; init; }

    /// <summary>What an empty result gives.</summary>
    public JsonBehavior? OnEmpty { get; init; }

    /// <summary>What an error gives.</summary>
    public JsonBehavior? OnError { get; init; }
}

/// <summary><c>NESTED PATH path COLUMNS (...)</c>, or the columns of the table itself.</summary>
public sealed record JsonTableColumns(
    string? Path, ImmutableArray<JsonTableColumn> Columns, ImmutableArray<JsonTableColumns> Nested) : SyntaxNode;

/// <summary><c>JSON_TABLE(input, path COLUMNS (...))</c></summary>
public sealed record JsonTableRelation(Expression Input, Expression Path, JsonTableColumns Columns) : Relation
{
    /// <summary>Named values that the path may use.</summary>
    public ImmutableArray<JsonPassing> Passing { get; init; } = [];

    /// <summary>What an error gives.</summary>
    public JsonBehavior? OnError { get; init; }
}
