using QueryEngine.Spi;
using QueryEngine.Sql.Parsing;
using QueryEngine.Sql.Tree;

namespace QueryEngine.Sql;

/// <summary>
/// Turns SQL text into syntax trees. Bad text is a <see cref="QueryException"/> of <see cref="ErrorCode.SyntaxError"/> or
/// <see cref="ErrorCode.StatementTooComplex"/>, never the end of the process.
/// </summary>
public static class SqlParser
{
    /// <summary>Parses a script: statements separated by semicolons.</summary>
    public static IReadOnlyList<ParsedStatement> Parse(string script) => new Parser(script).ParseScript();

    /// <summary>Parses exactly one statement; a semicolon after it is fine.</summary>
    public static Statement ParseStatement(string text) => Parse(text) switch
    {
        [var only] => only.Statement,
        [] => throw new QueryException(ErrorCode.SyntaxError, "the text holds no statement"),
        [_, var second, ..] => throw new QueryException(
            ErrorCode.SyntaxError, "the text holds more than one statement", second.Statement.Position),
    };

    /// <summary>Parses exactly one expression.</summary>
    public static Expression ParseExpression(string text) =>
        new Parser(text).ParseWhole(static parser => parser.ParseAnyExpression());

    /// <summary>Parses exactly one type name.</summary>
    public static TypeName ParseType(string text) => new Parser(text).ParseWhole(static parser => parser.ParseType());

    /// <summary>Finds the statements of a script without parsing them: for a shell that reads until a semicolon.</summary>
    public static IReadOnlyList<StatementText> SplitStatements(string script) => ScriptSplitter.Split(script);

    /// <summary>Finds the places for values in a text without parsing it: for a client that has values by name.</summary>
    public static IReadOnlyList<ParameterText> FindParameters(string text) => ParameterFinder.Find(text);
}
