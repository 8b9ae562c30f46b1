namespace QueryEngine.Spi;

/// <summary>A column as metadata shows it.</summary>
public sealed record TableColumn(ColumnHandle Handle)
{
    /// <summary>The column's name.</summary>
    public string Name => Handle.Name;

    /// <summary>The column's type.</summary>
    public SqlType Type => Handle.Type;

    /// <summary>Whether values may be null.</summary>
    public bool IsNullable { get; init; } = true;

    /// <summary>Whether <c>*</c> leaves it out (<c>"$path"</c>).</summary>
    public bool IsHidden { get; init; }

    /// <summary>What the source says about it.</summary>
    public string? Comment { get; init; }

    /// <summary>
    /// What a row that names no value gets, as SQL; null for NULL, or when the source gives its own. The engine writes the value.
    /// </summary>
    public string? Default { get; init; }

    /// <summary>What the engine computes the value from, as SQL over the other columns; null for a column that is written.</summary>
    public string? Generated { get; init; }
}

/// <summary>A table as metadata shows it. Every column of the source is there: one of a type we lack is text.</summary>
public sealed record TableSchema(SchemaTableName Name, ValueList<TableColumn> Columns)
{
    /// <summary>What the source says about it.</summary>
    public string? Comment { get; init; }

    /// <summary>Columns that identify a row; empty when not known.</summary>
    public ValueList<string> PrimaryKey { get; init; }

    /// <summary>What holds for its rows, as far as the source tells, the primary key among it.</summary>
    public ValueList<RowConstraint> Constraints { get; init; }

    /// <summary>Whether the table never ends.</summary>
    public bool IsUnbounded { get; init; }
}

/// <summary>What is known of a column's values; null where it is not. Boxed values (see <see cref="SqlType"/>).</summary>
public sealed record ColumnStatistics
{
    /// <summary>0 to 1.</summary>
    public double? NullFraction { get; init; }

    /// <summary>Distinct values, nulls not counted.</summary>
    public double? DistinctCount { get; init; }

    /// <summary>Average bytes of a value.</summary>
    public double? AverageBytes { get; init; }

    /// <summary>The smallest value, boxed.</summary>
    public object? Min { get; init; }

    /// <summary>The largest value, boxed.</summary>
    public object? Max { get; init; }
}

/// <summary>What is known of a table's rows. Estimates: plans depend on them, results never do.</summary>
public sealed record TableStatistics
{
    /// <summary>Nothing is known.</summary>
    public static readonly TableStatistics Unknown = new();

    /// <summary>Rows that a scan gives; null when not known.</summary>
    public double? RowCount { get; init; }

    /// <summary>By column name.</summary>
    public IReadOnlyDictionary<string, ColumnStatistics> Columns { get; init; } = new Dictionary<string, ColumnStatistics>();
}
