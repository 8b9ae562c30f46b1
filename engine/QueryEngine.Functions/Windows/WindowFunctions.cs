using System.Collections.Frozen;
using QueryEngine.Spi;

namespace QueryEngine.Functions.Windows;

/// <summary>The signatures of the functions that exist with OVER only. The window operator computes them: they see positions and peers, not just values.</summary>
internal static class WindowFunctions
{
    private static readonly FrozenDictionary<string, (string Signature, string Description)> _functions = new Dictionary<string, (string, string)>
    {
        ["row_number"] = ("row_number() -> bigint", "Numbers the rows of the partition from 1."),
        ["rank"] = ("rank() -> bigint", "The number of the first peer of the row: equal rows share it and gaps follow."),
        ["dense_rank"] = ("dense_rank() -> bigint", "The number of the row's peer group, without gaps."),
        ["percent_rank"] = ("percent_rank() -> double", "(rank - 1) / (rows - 1)."),
        ["cume_dist"] = ("cume_dist() -> double", "The part of the rows up to and with the row's peers."),
        ["ntile"] = ("ntile(bigint) -> bigint", "The number of the row's bucket, of as many buckets of nearly equal size."),
        ["lag"] = ("lag(T [, bigint [, T]]) -> T", "The value some rows before, or the default."),
        ["lead"] = ("lead(T [, bigint [, T]]) -> T", "The value some rows after, or the default."),
        ["first_value"] = ("first_value(T) -> T", "The value of the first row of the frame."),
        ["last_value"] = ("last_value(T) -> T", "The value of the last row of the frame."),
        ["nth_value"] = ("nth_value(T, bigint) -> T", "The value of the frame's row of that number, from 1."),
    }.ToFrozenDictionary();

    /// <summary>All names.</summary>
    public static IEnumerable<string> Names => _functions.Keys;

    /// <summary>Whether the name is one of them.</summary>
    public static bool Contains(string name) => _functions.ContainsKey(name);

    /// <summary>The signature for people.</summary>
    public static string Signature(string name) => _functions[name].Signature;

    /// <summary>What it computes.</summary>
    public static string Description(string name) => _functions[name].Description;

    /// <summary>The signature that a call means, or null.</summary>
    public static FunctionResolution? Resolve(string name, IReadOnlyList<ArgumentType> arguments)
    {
        switch (name)
        {
            case "row_number" or "rank" or "dense_rank":
                return arguments.Count == 0 ? new(name, [], SqlType.BigInt) : null;
            case "percent_rank" or "cume_dist":
                return arguments.Count == 0 ? new(name, [], SqlType.Double) : null;
            case "ntile":
                return arguments.Count == 1 && IsCount(arguments[0]) ? new(name, [SqlType.BigInt], SqlType.BigInt) : null;
            case "first_value" or "last_value":
                return arguments.Count == 1 ? new(name, [TypeOf(arguments[0])], TypeOf(arguments[0])) : null;
            case "nth_value":
                return arguments.Count == 2 && IsCount(arguments[1]) ? new(name, [TypeOf(arguments[0]), SqlType.BigInt], TypeOf(arguments[0])) : null;
        }

        if (arguments.Count is < 1 or > 3 || (arguments.Count > 1 && !IsCount(arguments[1])))
            return null;
        SqlType? type = arguments.Count < 3 || arguments[2].IsUntypedLiteral
            ? TypeOf(arguments[0])
            : Coercion.CommonType(TypeOf(arguments[0]), arguments[2].Type);
        return type is null ? null : new(name, ((SqlType[])[type, SqlType.BigInt, type])[..arguments.Count].ToValueList(), type);
    }

    private static SqlType TypeOf(ArgumentType argument) => argument.IsUntypedLiteral ? SqlType.Varchar : argument.Type;

    private static bool IsCount(ArgumentType argument) => Coercion.CanCoerce(argument.Type, SqlType.BigInt);
}
