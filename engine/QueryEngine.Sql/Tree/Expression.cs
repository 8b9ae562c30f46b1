namespace QueryEngine.Sql.Tree;

/// <summary>Anything that has a value. Parentheses leave no node.</summary>
public abstract record Expression : SyntaxNode;

/// <summary>
/// Dotted names: a column with or without its table, or a field inside a column. Which part is what is the analyzer's
/// business.
/// </summary>
public sealed record ColumnReference(QualifiedName Name) : Expression;

/// <summary><c>(expression).field</c></summary>
public sealed record FieldAccess(Expression Value, Identifier Field) : Expression;

/// <summary>A value given at execution: <c>?</c> and <c>$1</c> have an index from 1, <c>:name</c> and <c>@name</c> a name and index 0.</summary>
public sealed record ParameterExpression(int Index, string? Name) : Expression;

/// <summary><c>AND</c> or <c>OR</c>.</summary>
public enum LogicalOperator
{
    And,
    Or,
}

/// <summary>Two or more terms joined by the same operator; a chain is one node.</summary>
public sealed record LogicalExpression(LogicalOperator Operator, ImmutableArray<Expression> Terms) : Expression;

/// <summary><c>NOT operand</c></summary>
public sealed record NotExpression(Expression Operand) : Expression;

/// <summary>Operators that compare two values.</summary>
public enum ComparisonOperator
{
    Equal,
    NotEqual,
    LessThan,
    LessThanOrEqual,
    GreaterThan,
    GreaterThanOrEqual,
    IsDistinctFrom,
    IsNotDistinctFrom,
}

/// <summary><c>left = right</c> and its kin; both sides may be rows.</summary>
public sealed record ComparisonExpression(ComparisonOperator Operator, Expression Left, Expression Right) : Expression;

/// <summary><c>ANY</c> (also written <c>SOME</c>) or <c>ALL</c>.</summary>
public enum Quantifier
{
    Any,
    All,
}

/// <summary><c>value = ANY (source)</c>; the source is a <see cref="SubqueryExpression"/> or an array.</summary>
public sealed record QuantifiedComparison(Expression Value, ComparisonOperator Operator, Quantifier Quantifier, Expression Source)
    : Expression;

/// <summary>Operators that compute a value from two.</summary>
public enum BinaryOperator
{
    Add,
    Subtract,
    Multiply,
    Divide,
    IntegerDivide,
    Modulo,
    Power,
    Concat,
    BitwiseAnd,
    BitwiseOr,
    BitwiseXor,
    ShiftLeft,
    ShiftRight,
    JsonGet,
    JsonGetText,
}

/// <summary><c>left + right</c> and its kin.</summary>
public sealed record BinaryExpression(BinaryOperator Operator, Expression Left, Expression Right) : Expression;

/// <summary>Operators on one value.</summary>
public enum UnaryOperator
{
    Minus,
    Plus,
    BitwiseNot,
}

/// <summary><c>-operand</c> and its kin.</summary>
public sealed record UnaryExpression(UnaryOperator Operator, Expression Operand) : Expression;

/// <summary>Any other operator symbol, such as <c>@&gt;</c>; a prefix operator has no left side.</summary>
public sealed record OperatorExpression(string Symbol, Expression? Left, Expression Right) : Expression;

/// <summary><c>value [NOT] BETWEEN [SYMMETRIC] low AND high</c></summary>
public sealed record BetweenExpression(Expression Value, Expression Low, Expression High, bool IsSymmetric, bool IsNegated)
    : Expression;

/// <summary><c>value [NOT] IN (items)</c></summary>
public sealed record InListExpression(Expression Value, ImmutableArray<Expression> Items, bool IsNegated) : Expression;

/// <summary><c>value [NOT] IN (query)</c></summary>
public sealed record InSubqueryExpression(Expression Value, Query Query, bool IsNegated) : Expression;

/// <summary><c>EXISTS (query)</c></summary>
public sealed record ExistsExpression(Query Query) : Expression;

/// <summary><c>(query)</c> where a value is expected.</summary>
public sealed record SubqueryExpression(Query Query) : Expression;

/// <summary><c>ARRAY(query)</c></summary>
public sealed record ArraySubqueryExpression(Query Query) : Expression;

/// <summary>The languages of patterns.</summary>
public enum PatternKind
{
    /// <summary><c>LIKE</c>, <c>~~</c></summary>
    Like,

    /// <summary><c>ILIKE</c>, <c>~~*</c></summary>
    ILike,

    /// <summary><c>SIMILAR TO</c></summary>
    SimilarTo,

    /// <summary><c>~</c>, a regular expression that may match anywhere.</summary>
    Regex,

    /// <summary><c>~*</c>, the same without regard to case.</summary>
    RegexIgnoreCase,
}

/// <summary>
/// <c>value [NOT] LIKE pattern [ESCAPE escape]</c> and its kin. With a quantifier the pattern is an array or a
/// <see cref="SubqueryExpression"/>.
/// </summary>
public sealed record PatternExpression(
    PatternKind Kind, Expression Value, Expression Pattern, Expression? Escape, bool IsNegated) : Expression
{
    /// <summary>Set in <c>LIKE ANY (...)</c>.</summary>
    public Quantifier? Quantifier { get; init; }
}

/// <summary><c>value IS [NOT] NULL</c></summary>
public sealed record IsNullExpression(Expression Value, bool IsNegated) : Expression;

/// <summary><c>value IS [NOT] TRUE | FALSE | UNKNOWN</c>; no truth value means UNKNOWN.</summary>
public sealed record IsBooleanExpression(Expression Value, bool? Truth, bool IsNegated) : Expression;

/// <summary><c>value IS [NOT] JSON [VALUE | ARRAY | OBJECT | SCALAR] [WITH UNIQUE KEYS]</c></summary>
public sealed record IsJsonExpression(Expression Value, JsonItemKind Kind, bool HasUniqueKeys, bool IsNegated) : Expression;

/// <summary>What <c>IS JSON</c> asks for.</summary>
public enum JsonItemKind
{
    AnyValue,
    AnyArray,
    AnyObject,
    AnyScalar,
}

/// <summary><c>WHEN condition THEN result</c></summary>
public sealed record WhenClause(Expression Condition, Expression Result) : SyntaxNode;

/// <summary><c>CASE [operand] WHEN ... ELSE ... END</c>; with an operand the conditions are values to compare it to.</summary>
public sealed record CaseExpression(Expression? Operand, ImmutableArray<WhenClause> Whens, Expression? Else) : Expression;

/// <summary><c>CAST(value AS type)</c>, <c>value::type</c> and <c>TRY_CAST</c>.</summary>
public sealed record CastExpression(Expression Value, TypeName Type, bool IsTry) : Expression;

/// <summary><c>value AT TIME ZONE zone</c>; no zone means <c>AT LOCAL</c>.</summary>
public sealed record AtTimeZoneExpression(Expression Value, Expression? Zone) : Expression;

/// <summary><c>value COLLATE name</c></summary>
public sealed record CollateExpression(Expression Value, QualifiedName Collation) : Expression;

/// <summary><c>ARRAY[items]</c></summary>
public sealed record ArrayConstructor(ImmutableArray<Expression> Items) : Expression;

/// <summary><c>ROW(items)</c> or <c>(a, b)</c>.</summary>
public sealed record RowConstructor(ImmutableArray<Expression> Items) : Expression
{
    /// <summary>Names of all fields, as in <c>ROW(1 AS a)</c> or <c>{'a': 1}</c>; empty when they have none.</summary>
    public ImmutableArray<Identifier> FieldNames { get; init; } = [];
}

/// <summary><c>t.*</c> among the items of a row: all its columns.</summary>
public sealed record StarExpression(Expression Target) : Expression;

/// <summary><c>MAP {key: value, ...}</c></summary>
public sealed record MapConstructor(ImmutableArray<Expression> Keys, ImmutableArray<Expression> Values) : Expression;

/// <summary><c>value[index]</c></summary>
public sealed record SubscriptExpression(Expression Value, Expression Index) : Expression;

/// <summary><c>value[lower:upper:step]</c></summary>
public sealed record SliceExpression(Expression Value, Expression? Lower, Expression? Upper) : Expression
{
    /// <summary>The distance between two elements that are kept; 1 when not written.</summary>
    public Expression? Step { get; init; }
}

/// <summary><c>(x, y) -&gt; body</c></summary>
public sealed record LambdaExpression(ImmutableArray<Identifier> Parameters, Expression Body) : Expression;

/// <summary><c>name =&gt; value</c> among the arguments of a call.</summary>
public sealed record NamedArgument(Identifier Name, Expression Value) : Expression;

/// <summary><c>DEFAULT</c> where a value is to be stored.</summary>
public sealed record DefaultExpression : Expression;

/// <summary>The word <c>ALL</c> in <c>ORDER BY ALL</c>.</summary>
public sealed record AllColumnsExpression : Expression;
