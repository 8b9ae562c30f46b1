using QueryEngine.Sql.Formatting;
using QueryEngine.Sql.Tree;

namespace QueryEngine.Sql;

/// <summary>Turns syntax trees into SQL text that parses to the same tree.</summary>
public static class SqlFormatter
{
    /// <summary>The node as SQL on one line.</summary>
    /// <exception cref="Spi.QueryException">The tree is too deep for the stack.</exception>
    public static string Format(SyntaxNode node)
    {
        var writer = new SqlWriter();
        writer.Write(node);
        return writer.ToString();
    }
}
