namespace QueryEngine.Sql.Tree;

/// <summary>A constant written in the statement.</summary>
public abstract record Literal : Expression;

/// <summary><c>NULL</c></summary>
public sealed record NullLiteral : Literal;

/// <summary><c>TRUE</c> or <c>FALSE</c></summary>
public sealed record BooleanLiteral(bool Value) : Literal;

/// <summary>An integer without sign; hexadecimal, octal and binary ones are turned into decimal digits.</summary>
public sealed record IntegerLiteral(string Digits) : Literal;

/// <summary>A number with a decimal point, without sign and exponent.</summary>
public sealed record DecimalLiteral(string Text) : Literal;

/// <summary>A number with an exponent.</summary>
public sealed record DoubleLiteral(string Text) : Literal;

/// <summary>Text of no type yet, escapes resolved: <c>'...'</c>, <c>E'...'</c>, <c>U&amp;'...'</c>, <c>$$...$$</c>.</summary>
public sealed record StringLiteral(string Value) : Literal;

/// <summary><c>X'...'</c></summary>
public sealed record BinaryLiteral(ImmutableArray<byte> Bytes) : Literal;

/// <summary><c>B'0101'</c></summary>
public sealed record BitLiteral(string Bits) : Literal;

/// <summary><c>DATE '2020-01-01'</c>, <c>BIGINT '5'</c>: any type name before a text.</summary>
public sealed record TypedLiteral(TypeName Type, string Text) : Literal;

/// <summary>Parts of an interval.</summary>
public enum IntervalField
{
    Year,
    Quarter,
    Month,
    Week,
    Day,
    Hour,
    Minute,
    Second,
    Millisecond,
    Microsecond,
}

/// <summary>
/// <c>INTERVAL '1-2' YEAR TO MONTH</c>. Without a start field the text says the units itself: <c>INTERVAL '1 day'</c>.
/// </summary>
public sealed record IntervalLiteral(string Text, bool IsNegative, IntervalField? Start, IntervalField? End) : Literal
{
    /// <summary>Digits kept of a second, where written.</summary>
    public int? Precision { get; init; }
}

/// <summary><c>INTERVAL 5 DAY</c>, <c>INTERVAL (n + 1) DAY</c></summary>
public sealed record IntervalExpression(Expression Value, IntervalField Field) : Expression;
