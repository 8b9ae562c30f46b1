using QueryEngine.Spi;
using QueryEngine.Sql.Tree;

namespace QueryEngine.Sql.Parsing;

/// <summary>Finds the semicolons of a script that are not inside texts, names and comments.</summary>
internal static class ScriptSplitter
{
    /// <summary>The statements; one that ends inside a text or a comment is not terminated.</summary>
    public static IReadOnlyList<StatementText> Split(string script)
    {
        var statements = new List<StatementText>();
        var lexer = new Lexer(script);
        int start = -1;
        int end = 0;
        int line = 1;
        int lineStart = 0;
        int counted = 0;
        while (true)
        {
            var token = lexer.Next();
            bool isEnd = token.Kind == TokenKind.End;
            if (!isEnd && token.Kind != TokenKind.Semicolon)
            {
                if (start < 0)
                    start = token.Start;
                end = token.End;
                continue;
            }

            if (start >= 0)
            {
                for (; counted < start; counted++)
                {
                    if (script[counted] != '\n')
                        continue;
                    line++;
                    lineStart = counted + 1;
                }

                var position = new SourcePosition(line, start - lineStart + 1);
                statements.Add(new StatementText(script[start..end].TrimEnd(), start, position, IsTerminated: !isEnd));
            }

            if (isEnd)
                return statements;
            start = -1;
        }
    }
}
