using QueryEngine.Spi;
using QueryEngine.Sql.Tree;

namespace QueryEngine.Sql;

/// <summary>Turns syntax trees into SQL text that parses to the same tree.</summary>
public static class SqlFormatter
{
    /// <summary>The node as SQL on one line.</summary>
    public static string Format(SyntaxNode node) => throw QueryException.NotSupported(node.GetType().Name);
}
