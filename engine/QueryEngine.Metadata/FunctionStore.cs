using QueryEngine.Spi;

namespace QueryEngine.Metadata;

/// <summary>A scalar function written in SQL: the text of its definition, in which names mean what they meant when it was made.</summary>
public sealed record SqlFunction(string Catalog, SchemaTableName Name, ValueList<SqlType> ParameterTypes, string Text)
{
    /// <summary>The catalog of names in the text that say none.</summary>
    public string DefaultCatalog { get; init; } = "memory";

    /// <summary>The schema of names in the text that say none.</summary>
    public string DefaultSchema { get; init; } = "default";

    /// <summary>The name and the types of the parameters.</summary>
    public override string ToString() => $"{Name.Table}({string.Join(", ", ParameterTypes)})";
}

/// <summary>The functions of an engine that are written in SQL; they live as long as it does. Thread-safe.</summary>
public sealed class FunctionStore
{
    private readonly Lock _gate = new();
    private readonly List<SqlFunction> _functions = [];

    /// <summary>All of them, by name.</summary>
    public IReadOnlyList<SqlFunction> All
    {
        get
        {
            lock (_gate)
                return [.. _functions.OrderBy(function => function.ToString(), StringComparer.Ordinal)];
        }
    }

    /// <summary>The functions of a name, which differ in their parameters.</summary>
    public IReadOnlyList<SqlFunction> Find(string catalog, RequestedName schema, RequestedName name)
    {
        lock (_gate)
            return [.. _functions.Where(function => function.Catalog == catalog && schema.Matches(function.Name.Schema) && name.Matches(function.Name.Table))];
    }

    /// <summary>CREATE [OR REPLACE] FUNCTION.</summary>
    /// <exception cref="QueryException">DUPLICATE_FUNCTION.</exception>
    public void Create(SqlFunction function, bool replace)
    {
        lock (_gate)
        {
            int at = _functions.FindIndex(other => other.Catalog == function.Catalog && other.Name == function.Name && other.ParameterTypes == function.ParameterTypes);
            if (at >= 0 && !replace)
                throw Exists(function);
            if (at >= 0)
                _functions[at] = function;
            else
                _functions.Add(function);
        }
    }

    /// <summary>The error for a function that is there already.</summary>
    public static QueryException Exists(SqlFunction function) =>
        new(ErrorCode.DuplicateFunction, $"function {function} already exists", "Write CREATE OR REPLACE FUNCTION.");

    /// <summary>DROP FUNCTION.</summary>
    public void Drop(SqlFunction function)
    {
        lock (_gate)
            _functions.Remove(function);
    }

    /// <summary>Forgets the functions of a schema; of all schemas when it is null.</summary>
    public void DropSchema(string catalog, string? schema)
    {
        lock (_gate)
            _functions.RemoveAll(function => function.Catalog == catalog && (schema is null || function.Name.Schema == schema));
    }
}
