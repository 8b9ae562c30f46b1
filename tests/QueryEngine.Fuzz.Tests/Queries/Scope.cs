namespace QueryEngine.Fuzz.Tests.Queries;

/// <summary>A column that an expression may name.</summary>
internal sealed record ScopeColumn(string Reference, FuzzType Type);

/// <summary>The columns in sight: of this query, and of the queries around it.</summary>
internal sealed record Scope(IReadOnlyList<ScopeColumn> Columns, Scope? Outer = null)
{
    public static Scope None { get; } = new([]);

    /// <summary>A random column of a type; seldom one of a query around.</summary>
    public ScopeColumn? Find(FuzzType type, Random random)
    {
        if (Outer is not null && random.Next(4) == 0 && Outer.Find(type, random) is { } outer)
            return outer;
        ScopeColumn[] fitting = [.. Columns.Where(column => column.Type == type)];
        return fitting.Length > 0 ? fitting[random.Next(fitting.Length)] : Outer?.Find(type, random);
    }
}
