namespace QueryEngine.Connectors.Objects;

/// <summary>
/// The method is a table. It gives <c>IAsyncEnumerable&lt;T&gt;</c> or <c>IEnumerable&lt;T&gt;</c>: the public properties of T are the columns. A parameter is a
/// column that conditions are pushed to (<c>repo = 'a'</c>, <c>repo IN ('a', 'b')</c>): the method is called once for each value. A parameter of
/// type <see cref="TableScan"/> gives what a scan may need.
/// </summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class TableAttribute : Attribute
{
    /// <summary>The schema.</summary>
    public string Schema { get; init; } = "default";

    /// <summary>The table; by default the method's name in lower case.</summary>
    public string? Name { get; init; }

    /// <summary>What to say about it.</summary>
    public string? Comment { get; init; }
}

/// <summary>The table cannot be read without a condition on this parameter. Required of a parameter that is no property of the rows.</summary>
[AttributeUsage(AttributeTargets.Parameter)]
public sealed class RequiredKeyAttribute : Attribute;

/// <summary>A column that is named or typed otherwise than its property.</summary>
[AttributeUsage(AttributeTargets.Property)]
public sealed class ColumnAttribute : Attribute
{
    /// <summary>The column's name.</summary>
    public string? Name { get; init; }

    /// <summary>The column's type, as SQL: <c>decimal(12,2)</c>.</summary>
    public string? Type { get; init; }

    /// <summary>What to say about it.</summary>
    public string? Comment { get; init; }
}

/// <summary>The property is no column.</summary>
[AttributeUsage(AttributeTargets.Property)]
public sealed class NotAColumnAttribute : Attribute;

/// <summary>How <see cref="TableScan.SendAsync"/> treats the source. Of the whole catalog, on each node.</summary>
[AttributeUsage(AttributeTargets.Class)]
public sealed class RequestLimitsAttribute : Attribute
{
    /// <summary>Requests a second; 0 for any number.</summary>
    public double RequestsPerSecond { get; init; }

    /// <summary>Requests at once.</summary>
    public int MaxConcurrency { get; init; } = 4;

    /// <summary>How often a request that failed for a reason that may pass (no connection, 408, 429, 5xx, no answer in time) is sent again.</summary>
    public int Retries { get; init; } = 3;

    /// <summary>Seconds before the first of them; twice as many before each further one.</summary>
    public double RetryDelaySeconds { get; init; } = 0.5;

    /// <summary>Seconds for one answer.</summary>
    public double TimeoutSeconds { get; init; } = 30;
}
