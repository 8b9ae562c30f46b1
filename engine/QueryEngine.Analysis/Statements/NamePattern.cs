using System.Text;
using System.Text.RegularExpressions;
using QueryEngine.Spi;

namespace QueryEngine.Analysis.Statements;

/// <summary>LIKE after SHOW.</summary>
internal static class NamePattern
{
    /// <summary>Whether a name matches; all do when there is no pattern.</summary>
    public static bool Matches(Tree.LikePattern? like, string name)
    {
        if (like is null)
            return true;
        if (like.Escape is { Length: not 1 })
            throw new QueryException(ErrorCode.InvalidEscape, "ESCAPE takes one character", like.Position);
        char escape = like.Escape is null ? '\\' : like.Escape[0];
        var expression = new StringBuilder("^");
        for (int at = 0; at < like.Pattern.Length; at++)
        {
            char character = like.Pattern[at];
            if (character == escape && at + 1 < like.Pattern.Length)
                expression.Append(Regex.Escape(like.Pattern[++at].ToString()));
            else if (character == '%')
                expression.Append(".*");
            else if (character == '_')
                expression.Append('.');
            else
                expression.Append(Regex.Escape(character.ToString()));
        }

        return Regex.IsMatch(name, expression.Append('$').ToString(), RegexOptions.Singleline | RegexOptions.NonBacktracking);
    }
}
