using System.Text.RegularExpressions;
using QueryEngine.Analysis.Scopes;
using QueryEngine.Spi;

namespace QueryEngine.Analysis.Queries;

/// <summary>
/// COLUMNS('regex') or COLUMNS(*) as a column of SELECT, or as an argument of a function there: one column for each of FROM whose name matches.
/// </summary>
internal static class ColumnsCall
{
    private static readonly TimeSpan _longest = TimeSpan.FromSeconds(1);

    /// <summary>The columns; null when the call has no COLUMNS.</summary>
    public static IEnumerable<SelectColumn>? TryExpand(Tree.FunctionCall call, Tree.Identifier? alias, NameScope scope)
    {
        if (IsColumns(call))
            return Matching(call, scope).Select(field => new SelectColumn(alias?.Folded ?? field.Name!, null, field, call.Position) { IsAlias = alias is not null });
        if (call.Arguments.OfType<Tree.FunctionCall>().FirstOrDefault(IsColumns) is not { } columns)
            return null;

        string name = call.Name.Last.Folded;
        return Matching(columns, scope).Select(field => new SelectColumn(
            alias?.Folded ?? name,
            call with { Arguments = [.. call.Arguments.Select(argument => ReferenceEquals(argument, columns) ? Reference(field, columns.Position) : argument)] },
            Field: null,
            call.Position)
        { IsAlias = alias is not null });
    }

    private static bool IsColumns(Tree.FunctionCall call) => call is { Over: null, Name: { Parts.Length: 1, Last.Folded: "columns" } };

    private static Tree.ColumnReference Reference(Field field, SourcePosition position)
    {
        var name = new Tree.Identifier(field.Name!, IsQuoted: true) { Position = position };
        ImmutableArray<Tree.Identifier> parts = field.Relation is { } relation
            ? [new Tree.Identifier(relation.Name, IsQuoted: true) { Position = position }, name]
            : [name];
        return new Tree.ColumnReference(new Tree.QualifiedName(parts) { Position = position }) { Position = position };
    }

    private static Field[] Matching(Tree.FunctionCall call, NameScope scope)
    {
        IEnumerable<Field> fields = scope.Fields.Where(field => !field.IsHidden && !field.IsQualifiedOnly && field.Name is not null);
        if (call.IsStar)
            return [.. fields];
        if (call.Arguments is not [Tree.StringLiteral pattern])
            throw QueryException.NotSupported("COLUMNS of something that is neither * nor a regular expression", call.Position);
        try
        {
            var regex = new Regex(pattern.Value, RegexOptions.NonBacktracking | RegexOptions.CultureInvariant, _longest);
            Field[] matching = [.. fields.Where(field => regex.IsMatch(field.Name!))];
            return matching.Length > 0
                ? matching
                : throw new QueryException(ErrorCode.UndefinedColumn, $"no column of FROM matches '{pattern.Value}'", pattern.Position);
        }
        catch (ArgumentException error)
        {
            throw new QueryException(ErrorCode.InvalidParameterValue, $"'{pattern.Value}' is not a regular expression", pattern.Position, hint: null, error);
        }
    }
}
