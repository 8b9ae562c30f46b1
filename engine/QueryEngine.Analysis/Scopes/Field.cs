using QueryEngine.Plan;
using QueryEngine.Spi;

namespace QueryEngine.Analysis.Scopes;

/// <summary>The name of a relation in FROM: an alias, or a table with its schema and catalog. Two of them are never equal.</summary>
internal sealed class RelationName(string name, string? schema = null, string? catalog = null)
{
    public string Name => name;

    /// <summary>What no two relations of one FROM may share.</summary>
    public (string? Catalog, string? Schema, string Name) Identity => (catalog, schema, name);

    /// <summary>Whether a qualifier, outermost part first, means this relation.</summary>
    public bool Matches(ReadOnlySpan<Tree.Identifier> qualifier) => qualifier switch
    {
        [var last] => last.Matches(name),
        [var middle, var last] => schema is not null && last.Matches(name) && middle.Matches(schema),
        [var first, var middle, var last] => catalog is not null && schema is not null && last.Matches(name) && middle.Matches(schema) && first.Matches(catalog),
        _ => false,
    };
}

/// <summary>A column as a scope offers it.</summary>
internal sealed record Field(string? Name, Column Column)
{
    /// <summary>The relation that it can be qualified with.</summary>
    public RelationName? Relation { get; init; }

    /// <summary>Whether <c>*</c> leaves it out (<c>"$path"</c>).</summary>
    public bool IsHidden { get; init; }

    /// <summary>Whether only its qualified name reaches it: a side of a USING column.</summary>
    public bool IsQualifiedOnly { get; init; }

    /// <summary>The primary key of the table it is a column of.</summary>
    public Queries.TableKey? TableKey { get; init; }
}

/// <summary>A plan and the fields by which it is known.</summary>
internal sealed record RelationPlan(PlanNode Node, ImmutableArray<Field> Fields)
{
    /// <summary>The fields that <c>*</c> gives.</summary>
    public IEnumerable<Field> Star => Fields.Where(one => !one.IsHidden && !one.IsQualifiedOnly);

    /// <summary>The plan of a query as a relation.</summary>
    public static RelationPlan Of(QueryPlan query, RelationName? name) =>
        new(query.Node, [.. query.Outputs.Select(output => new Field(output.Name, output.Column) { Relation = name })]);
}

/// <summary>A column that a query gives. Columns may repeat; the node may have more.</summary>
internal sealed record OutputColumn(string Name, Column Column)
{
    /// <summary>Whether it holds text literals to which nothing has given a type: a set operation or an insert still may.</summary>
    public bool IsUntypedText { get; init; }
}

/// <summary>The plan of a query.</summary>
internal sealed record QueryPlan(PlanNode Node, ImmutableArray<OutputColumn> Outputs)
{
    /// <summary>The types of the outputs.</summary>
    public IEnumerable<SqlType> Types => Outputs.Select(output => output.Column.Type);
}
