using System.Globalization;
using System.Text.RegularExpressions;
using QueryEngine.Spi;

namespace QueryEngine.Connectors.ClickHouse;

/// <summary>Turns what the server says, and errors of the network, into the engine's.</summary>
internal static partial class ClickHouseErrors
{
    private const int LongestText = 2_000;

    private static readonly ErrorCode _authentication = new("REMOTE_AUTHENTICATION_FAILED", "28000", ErrorKind.External);

    /// <summary>Whether an exception is one to translate.</summary>
    public static bool IsForeign(Exception exception) => exception is HttpRequestException or IOException;

    /// <summary>The engine's error for one of the network.</summary>
    public static QueryException Unreachable(Exception exception, ClickHouseOptions options) => new(
        ErrorCode.ConnectionFailure, $"ClickHouse server {options.Address}: {exception.Message}", "Is the server running and reachable?", exception);

    /// <summary>The engine's error for the text of one of the server: <c>Code: 60. DB::Exception: ...</c>.</summary>
    public static QueryException OfServer(string text, ClickHouseOptions options)
    {
        Match match = Number().Match(text);
        int number = match.Success ? int.Parse(match.Groups[1].Value, CultureInfo.InvariantCulture) : 0;
        ErrorCode code = number switch
        {
            15 => ErrorCode.DuplicateColumn,
            16 or 47 => ErrorCode.UndefinedColumn,
            46 => ErrorCode.UndefinedFunction,
            57 => ErrorCode.DuplicateTable,
            60 or 218 => ErrorCode.UndefinedTable,
            81 => ErrorCode.UndefinedSchema,
            82 => ErrorCode.DuplicateSchema,
            131 or 190 => ErrorCode.StringTooLong,
            153 => ErrorCode.DivisionByZero,
            164 or 242 => ErrorCode.ReadOnly,
            192 or 193 or 194 or 516 => _authentication,
            291 or 497 => ErrorCode.AccessDenied,
            243 => ErrorCode.DiskFull,
            349 => ErrorCode.NotNullViolation,
            394 => ErrorCode.QueryCanceled,
            407 => ErrorCode.NumericValueOutOfRange,
            _ => ErrorCode.RemoteError,
        };
        string said = text.Trim();
        if (said.EndsWith(", e.what() = DB::Exception", StringComparison.Ordinal))
            said = said[..said.LastIndexOf(", e.what()", StringComparison.Ordinal)];
        if (said.Length > LongestText)
            said = said[..LongestText] + "...";
        string? hint = code == _authentication ? "Check user and password of the catalog." : null;
        return new QueryException(code, $"ClickHouse server {options.Address} says: {said}", hint);
    }

    [GeneratedRegex(@"Code: (\d{1,6})")]
    private static partial Regex Number();
}
