namespace QueryEngine.Functions.Catalog;

/// <summary>How operators are written, for messages.</summary>
internal static class OperatorText
{
    /// <summary>The symbol of an operator's catalog name.</summary>
    public static string Of(string name) => name switch
    {
        "$eq" => "=",
        "$ne" => "<>",
        "$lt" => "<",
        "$le" => "<=",
        "$gt" => ">",
        "$ge" => ">=",
        "$add" => "+",
        "$subtract" or "$negate" => "-",
        "$multiply" => "*",
        "$divide" => "/",
        "$modulus" => "%",
        "$concat" => "||",
        "$shift_left" => "<<",
        "$shift_right" => ">>",
        _ => name[1..].ToUpperInvariant(),
    };
}
