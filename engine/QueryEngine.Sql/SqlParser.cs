using QueryEngine.Spi;
using QueryEngine.Sql.Tree;

namespace QueryEngine.Sql;

/// <summary>Turns SQL text into syntax trees. Bad text is a <see cref="QueryException"/>, never the end of the process.</summary>
public static class SqlParser
{
    /// <summary>Parses a script: statements separated by semicolons.</summary>
    public static IReadOnlyList<ParsedStatement> Parse(string script) => throw QueryException.NotSupported("parsing a script");

    /// <summary>Parses exactly one statement; a semicolon after it is fine.</summary>
    public static Statement ParseStatement(string text) => throw QueryException.NotSupported("parsing a statement");

    /// <summary>Parses exactly one expression.</summary>
    public static Expression ParseExpression(string text) => throw QueryException.NotSupported("parsing an expression");

    /// <summary>Parses exactly one type name.</summary>
    public static TypeName ParseType(string text) => throw QueryException.NotSupported("parsing a type");

    /// <summary>Finds the statements of a script without parsing them: for a shell that reads until a semicolon.</summary>
    public static IReadOnlyList<StatementText> SplitStatements(string script) =>
        throw QueryException.NotSupported("splitting a script");
}
