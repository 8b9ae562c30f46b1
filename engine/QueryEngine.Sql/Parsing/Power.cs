namespace QueryEngine.Sql.Parsing;

/// <summary>How tightly operators bind, as in PostgreSQL; larger binds tighter.</summary>
internal static class Power
{
    public const int None = -1;
    public const int Lowest = 0;
    public const int Or = 1;
    public const int And = 2;
    public const int Not = 3;
    public const int Is = 4;
    public const int Comparison = 5;
    public const int Range = 6;
    public const int Operator = 7;
    public const int Additive = 8;
    public const int Multiplicative = 9;
    public const int Exponent = 10;
    public const int At = 11;
    public const int Collate = 12;
    public const int Unary = 13;
    public const int Postfix = 14;
}
