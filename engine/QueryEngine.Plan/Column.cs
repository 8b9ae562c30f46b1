using QueryEngine.Spi;

namespace QueryEngine.Plan;

/// <summary>Identifies a column within one query. Never reused, never shown without the column's name.</summary>
public readonly record struct ColumnId(int Value);

/// <summary>
/// A column of a plan. Identity is <see cref="Id"/> alone: optimizer rules may rename, and two columns called "id" never collide.
/// </summary>
public sealed record Column(ColumnId Id, string Name, SqlType Type)
{
    /// <inheritdoc/>
    public bool Equals(Column? other) => other is not null && other.Id == Id;

    /// <inheritdoc/>
    public override int GetHashCode() => Id.Value;

    /// <inheritdoc/>
    public override string ToString() => $"{Name}#{Id.Value}";
}

/// <summary>Hands out the columns of one query. Shared by analysis and optimizer; not thread-safe.</summary>
public sealed class ColumnAllocator
{
    private int _last;

    /// <summary>A column that the query has not had before.</summary>
    public Column New(string name, SqlType type) => new(new ColumnId(++_last), name, type);

    /// <summary>A new column with the name and type of another.</summary>
    public Column Like(Column column) => New(column.Name, column.Type);
}
