using QueryEngine.Sql.Tree;

namespace QueryEngine.Sql.Parsing;

/// <summary>Finds the places for values in a text, outside of texts, names and comments.</summary>
internal static class ParameterFinder
{
    /// <summary>The places in order. A colon before a word may also be part of a slice of an array; the caller knows its names.</summary>
    public static IReadOnlyList<ParameterText> Find(string text)
    {
        var found = new List<ParameterText>();
        var lexer = new Lexer(text);
        var previous = lexer.Next();
        for (var token = previous; token.Kind != TokenKind.End; previous = token, token = lexer.Next())
        {
            if (token.Kind == TokenKind.Question)
                found.Add(new ParameterText(ParameterStyle.Question, Name: null, Index: 0));
            else if (token.Kind == TokenKind.IndexedParameter && int.TryParse(text.AsSpan(token.Start + 1, token.Length - 1), out int index))
                found.Add(new ParameterText(ParameterStyle.Indexed, Name: null, index));
            else if (token.Kind == TokenKind.NamedParameter)
                found.Add(new ParameterText(ParameterStyle.Named, text[(token.Start + 1)..token.End], Index: 0));
            else if (token.Kind == TokenKind.Word && previous.Kind == TokenKind.Colon && previous.End == token.Start)
                found.Add(new ParameterText(ParameterStyle.Colon, text[token.Start..token.End], Index: 0));
        }

        return found;
    }
}
