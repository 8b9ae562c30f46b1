using System.Collections.Frozen;

namespace QueryEngine.Plan;

/// <summary>The catalog names of the operators.</summary>
public static class OperatorNames
{
    public const string Equal = "$eq";
    public const string NotEqual = "$ne";
    public const string Less = "$lt";
    public const string LessOrEqual = "$le";
    public const string Greater = "$gt";
    public const string GreaterOrEqual = "$ge";
    public const string Add = "$add";
    public const string Subtract = "$subtract";
    public const string Multiply = "$multiply";
    public const string Divide = "$divide";
    public const string Modulus = "$modulus";
    public const string Negate = "$negate";
    public const string Concat = "$concat";
    public const string Like = "$like";
    public const string Subscript = "$subscript";

    private static readonly FrozenDictionary<string, string> _symbols = new Dictionary<string, string>
    {
        [Equal] = "=",
        [NotEqual] = "<>",
        [Less] = "<",
        [LessOrEqual] = "<=",
        [Greater] = ">",
        [GreaterOrEqual] = ">=",
        [Add] = "+",
        [Subtract] = "-",
        [Multiply] = "*",
        [Divide] = "/",
        [Modulus] = "%",
        [Concat] = "||",
        [Like] = "LIKE",
    }.ToFrozenDictionary();

    /// <summary>How a binary operator is written, or null when the function is none.</summary>
    public static string? Symbol(string function) => _symbols.GetValueOrDefault(function);

    /// <summary>Whether the function compares two values of one type.</summary>
    public static bool IsComparison(string function) => function is Equal or NotEqual or Less or LessOrEqual or Greater or GreaterOrEqual;

    /// <summary>The comparison with its operands exchanged.</summary>
    public static string Flip(string comparison) => comparison switch
    {
        Less => Greater,
        LessOrEqual => GreaterOrEqual,
        Greater => Less,
        GreaterOrEqual => LessOrEqual,
        _ => comparison,
    };
}
