namespace QueryEngine.Spi;

/// <summary>
/// What holds for the rows of a table. The engine checks NOT NULL, lengths and <see cref="CheckConstraint"/>s of every row that it writes; keys are
/// for the source to check when a write is finished.
/// </summary>
public abstract record RowConstraint(string Name);

/// <summary>No two rows have the same values, NULLs apart.</summary>
public sealed record UniqueConstraint(string Name, ValueList<string> Columns) : RowConstraint(Name)
{
    /// <summary>PRIMARY KEY: then the columns are NOT NULL too.</summary>
    public bool IsPrimaryKey { get; init; }
}

/// <summary>The condition, as SQL over the table's columns, is not false for any row.</summary>
public sealed record CheckConstraint(string Name, string Condition) : RowConstraint(Name);

/// <summary>The values, where none is NULL, are those of a row of another table.</summary>
public sealed record ForeignKeyConstraint(
    string Name, ValueList<string> Columns, SchemaTableName References, ValueList<string> ReferencedColumns) : RowConstraint(Name)
{
    /// <summary>What happens when the row that is referred to goes.</summary>
    public ReferenceAction OnDelete { get; init; }

    /// <summary>What happens when its key changes.</summary>
    public ReferenceAction OnUpdate { get; init; }
}

/// <summary>What happens to rows when the row that they refer to goes or changes.</summary>
public enum ReferenceAction
{
    /// <summary>The statement fails.</summary>
    NoAction,

    /// <summary>They go or change too.</summary>
    Cascade,

    /// <summary>Their key becomes NULL.</summary>
    SetNull,

    /// <summary>Their key becomes its default.</summary>
    SetDefault,
}
