using QueryEngine.Plan;
using QueryEngine.Spi;

namespace QueryEngine.Analysis.Scopes;

/// <summary>
/// The columns that expressions of one query may name, and through <see cref="Outer"/> those of the queries around it. Not thread-safe.
/// </summary>
internal sealed class NameScope(NameScope? outer, ImmutableArray<Field> fields, CommonTables commonTables)
{
    private Dictionary<string, List<Field>>? _byName;

    /// <summary>Whether the fields are parameters of a lambda, whose body belongs to the query around it.</summary>
    public bool IsLambda { get; init; }

    /// <summary>The scope around this one.</summary>
    public NameScope? Outer => outer;

    /// <summary>The scope of the query: this one, or the one around a lambda.</summary>
    public NameScope Query => IsLambda ? outer!.Query : this;

    /// <summary>The fields, in the order of <c>*</c>.</summary>
    public ImmutableArray<Field> Fields => fields;

    /// <summary>The common tables that are visible here.</summary>
    public CommonTables CommonTables => commonTables;

    /// <summary>
    /// Where each column was named last, outside of aggregates, in the expression being analyzed: for errors that show up later.
    /// </summary>
    public Dictionary<Column, SourcePosition>? Positions { get; set; }

    /// <summary>The columns that queries inside have named.</summary>
    public HashSet<Column> Correlated { get; } = [];

    /// <summary>
    /// What takes the aggregates of this query while a subquery in one of its expressions is analyzed: an aggregate over columns of an outer query
    /// belongs to that query. Null where none may stand.
    /// </summary>
    public Expressions.ExpressionSink? Sink { get; set; }

    /// <summary>Whether something has named a field of this scope since it was last set to false.</summary>
    public bool IsNamed { get; set; }

    /// <summary>The fields of a relation, by its qualifier; none when there is no such relation here.</summary>
    public IEnumerable<Field> OfRelation(ReadOnlyMemory<Tree.Identifier> qualifier) =>
        fields.Where(field => field.Relation is { } relation && relation.Matches(qualifier.Span));

    /// <summary>Whether a name means a column of this query itself.</summary>
    /// <exception cref="QueryException">AMBIGUOUS_COLUMN.</exception>
    public bool Has(Tree.QualifiedName name) => ResolveHere(name) is not null;

    /// <summary>The column of a dotted name, with field accesses for the parts that go beyond it; null when there is none.</summary>
    /// <exception cref="QueryException">AMBIGUOUS_COLUMN.</exception>
    public Expression? Resolve(Tree.QualifiedName name)
    {
        NameScope? scope = this;
        for (bool isOuter = false; scope is not null; isOuter |= !scope.IsLambda, scope = scope.Outer)
        {
            if (scope.ResolveHere(name) is not var (field, used))
                continue;
            scope.IsNamed = true;
            if (isOuter)
                scope.Correlated.Add(field.Column);
            if (scope.Positions is { } positions)
                positions[field.Column] = name.Position;
            return AccessFields(field.Column.Ref(), name, used);
        }

        return null;
    }

    /// <summary>Names near one that is not there.</summary>
    public string? Suggest(Tree.Identifier name)
    {
        IEnumerable<string> candidates = fields.Where(field => !field.IsHidden && field.Name is not null).Select(field => field.Name!);
        return Suggestion.DidYouMean(name.Value, candidates) ?? outer?.Suggest(name);
    }

    /// <summary>The field of a row.</summary>
    /// <exception cref="QueryException">COLUMN_NOT_FOUND or TYPE_MISMATCH.</exception>
    public static FieldExpression AccessField(Expression value, Tree.Identifier field)
    {
        if (value.Type is not RowType row)
            throw new QueryException(ErrorCode.TypeMismatch, $"a value of type {value.Type} has no fields, so no '{field.Value}'", field.Position);
        for (int at = 0; at < row.Fields.Count; at++)
            if (row.Fields[at].Name is { } name && field.Matches(name))
                return new FieldExpression(value, at, row.Fields[at].Type);
        throw new QueryException(
            ErrorCode.UndefinedColumn,
            $"the row has no field '{field.Value}'",
            field.Position,
            Suggestion.DidYouMean(field.Value, row.Fields.Select(candidate => candidate.Name).OfType<string>()));
    }

    private static Expression AccessFields(Expression value, Tree.QualifiedName name, int used)
    {
        for (int part = used; part < name.Parts.Length; part++)
            value = AccessField(value, name.Parts[part]);
        return value;
    }

    // A name of several parts is first a qualified column, the longest qualifier winning; then a column and fields inside it.
    private (Field Field, int Used)? ResolveHere(Tree.QualifiedName name)
    {
        for (int qualifier = Math.Min(3, name.Parts.Length - 1); qualifier >= 0; qualifier--)
        {
            Field? found = null;
            foreach (Field field in Named(name.Parts[qualifier]))
            {
                bool fits = qualifier == 0
                    ? !field.IsQualifiedOnly
                    : field.Relation is { } relation && relation.Matches(name.Parts.AsSpan()[..qualifier]);
                if (!fits)
                    continue;
                if (found is not null && found.Column != field.Column)
                    throw Ambiguous(name);
                found ??= field;
            }

            if (found is not null)
                return (found, qualifier + 1);
        }

        return null;
    }

    private IEnumerable<Field> Named(Tree.Identifier name)
    {
        if (_byName is null)
        {
            _byName = new Dictionary<string, List<Field>>(StringComparer.OrdinalIgnoreCase);
            foreach (Field field in fields)
            {
                if (field.Name is null)
                    continue;
                if (!_byName.TryGetValue(field.Name, out List<Field>? list))
                    _byName.Add(field.Name, list = []);
                list.Add(field);
            }
        }

        return _byName.TryGetValue(name.Value, out List<Field>? named) ? Meant(named, name) : [];
    }

    /// <summary>The fields that a name means, of those that have it but for case: where one has it to the letter, other spellings are other names.</summary>
    public static IEnumerable<Field> Meant(IEnumerable<Field> named, Tree.Identifier name)
    {
        Field[] matching = [.. named.Where(field => field.Name is not null && name.Matches(field.Name))];
        return matching.Length > 1 && Array.Exists(matching, field => field.Name == name.Folded)
            ? matching.Where(field => field.Name == name.Folded)
            : matching;
    }

    private QueryException Ambiguous(Tree.QualifiedName name)
    {
        string last = name.Last.Value;
        Field[] meant = [.. Named(name.Last)];
        string[] choices = [.. meant.Select(field => field.Relation?.Name).OfType<string>().Distinct().Select(relation => $"{relation}.{last}")];
        if (choices.Length < 2)
            choices = [.. meant.Select(field => $"\"{field.Name}\"").Distinct()];
        return new QueryException(
            ErrorCode.AmbiguousColumn,
            $"column '{string.Join('.', name.Parts.Select(part => part.Value))}' is ambiguous",
            name.Position,
            choices.Length > 1 ? $"Write {string.Join(" or ", choices)}." : null);
    }
}
