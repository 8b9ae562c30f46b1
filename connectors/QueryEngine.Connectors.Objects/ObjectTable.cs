using System.Linq.Expressions;
using System.Reflection;
using System.Runtime.CompilerServices;
using QueryEngine.Spi;

namespace QueryEngine.Connectors.Objects;

/// <summary>A parameter of a table's method that conditions are pushed to.</summary>
internal sealed record ObjectParameter(string Column, ClrType Type, bool IsRequired, bool IsInRow);

/// <summary>A column of the rows that a method gives.</summary>
internal sealed record ObjectColumn(TableColumn Column, ClrType Type, Func<object, object?> Get);

/// <summary>A table over rows of .NET: its columns, its keys, and how to call for its rows.</summary>
internal sealed class ObjectTable
{
    private readonly Dictionary<string, ObjectColumn> _columns;
    private readonly Func<object?[], TableScan, IAsyncEnumerable<object>> _call;

    private ObjectTable(
        SchemaTableName name, string? comment, Type row, ObjectParameter[] parameters, Func<object?[], TableScan, IAsyncEnumerable<object>> call)
    {
        (Parameters, _call) = (parameters, call);
        ObjectColumn[] columns = [.. ColumnsOf(row)];
        _columns = columns.ToDictionary(column => column.Column.Name, StringComparer.Ordinal);
        IEnumerable<TableColumn> keys = parameters.Where(parameter => !parameter.IsInRow).Select(parameter => new TableColumn(new ColumnHandle(parameter.Column, parameter.Type.Type)) { IsNullable = false });
        Schema = new TableSchema(name, columns.Select(column => column.Column).Concat(keys).ToValueList()) { Comment = comment };
    }

    /// <summary>Name and columns.</summary>
    public TableSchema Schema { get; }

    /// <summary>What conditions are pushed to.</summary>
    public IReadOnlyList<ObjectParameter> Parameters { get; }

    /// <summary>How many rows there are, where that is known.</summary>
    public Func<long>? CountRows { get; private init; }

    /// <summary>The table of a method.</summary>
    /// <exception cref="QueryException">NOT_SUPPORTED, saying what of the method is wrong.</exception>
    public static ObjectTable OfMethod(object target, MethodInfo method)
    {
        TableAttribute attribute = method.GetCustomAttribute<TableAttribute>()!;
        Type row = RowOf(method.ReturnType) ?? throw QueryException.NotSupported($"method {method.Name} as a table, for it gives {method.ReturnType.Name} and no IAsyncEnumerable or IEnumerable,");
        HashSet<string> columns = [.. ColumnsOf(row).Select(column => column.Column.Name)];
        ParameterInfo[] arguments = method.GetParameters();
        ObjectParameter[] parameters = [.. arguments.Where(argument => argument.ParameterType != typeof(TableScan)).Select(argument => ParameterOf(method, argument, columns))];
        Func<object, IAsyncEnumerable<object>> box = BoxerOf(row);
        return new ObjectTable(
            new SchemaTableName(attribute.Schema, attribute.Name ?? ClrType.ColumnName(method.Name)), attribute.Comment, row, parameters, (values, scan) =>
            {
                int next = 0;
                object?[] actual = [.. arguments.Select(argument => argument.ParameterType == typeof(TableScan) ? scan : values[next++])];
                return box(method.Invoke(target, BindingFlags.DoNotWrapExceptions, null, actual, null)!);
            });
    }

    /// <summary>The table of objects that are there.</summary>
    public static ObjectTable OfRows<T>(SchemaTableName name, IEnumerable<T> rows) =>
        new(name, comment: null, typeof(T), [], (_, _) => BoxAsync(rows)) { CountRows = rows is IReadOnlyCollection<T> counted ? () => counted.Count : null };

    /// <summary>The table of objects that are asked for at each scan.</summary>
    public static ObjectTable OfStream<T>(SchemaTableName name, Func<IAsyncEnumerable<T>> rows) => new(name, comment: null, typeof(T), [], (_, _) => BoxAsync(rows()));

    /// <summary>The rows of one call.</summary>
    public IAsyncEnumerable<object> CallAsync(ObjectTableHandle handle, ObjectSplit split, TableScan scan) =>
        _call([.. Parameters.Select(parameter => ValueOf(handle, split, parameter.Column) is { } value ? parameter.Type.ToClr(value) : null)], scan);

    /// <summary>How the values of a column come from a row: by its property, or the key that was asked for.</summary>
    public Func<object, object?> Getter(string column, ObjectTableHandle handle, ObjectSplit split)
    {
        if (_columns.TryGetValue(column, out ObjectColumn? found))
            return row => found.Type.ToSql(found.Get(row));
        object? key = ValueOf(handle, split, column);
        return _ => key;
    }

    /// <summary>
    /// Whether a row has the values that were asked for: a method may give more, and the call for another value would give such a row once more.
    /// </summary>
    public Func<object, bool> Matcher(ObjectTableHandle handle, ObjectSplit split)
    {
        (ObjectColumn Column, object Asked)[] asked =
            [.. Parameters.Where(parameter => parameter.IsInRow && ValueOf(handle, split, parameter.Column) is not null).Select(parameter => (_columns[parameter.Column], ValueOf(handle, split, parameter.Column)!))];
        return row => Array.TrueForAll(asked, key => key.Column.Type.ToSql(key.Column.Get(row)) is { } value && BoxedValue.Compare(value, key.Asked) == 0);
    }

    private static object? ValueOf(ObjectTableHandle handle, ObjectSplit split, string column)
    {
        for (int key = 0; key < handle.Keys.Count; key++)
            if (handle.Keys[key].Column == column)
                return split.Values[key];
        return null;
    }

    private static ObjectParameter ParameterOf(MethodInfo method, ParameterInfo parameter, HashSet<string> columns)
    {
        string name = ClrType.ColumnName(parameter.Name!);
        ClrType type = ClrType.Of(parameter.ParameterType);
        bool isRequired = parameter.IsDefined(typeof(RequiredKeyAttribute));
        bool isInRow = columns.Contains(name);
        if (!type.CanBeKey)
            throw QueryException.NotSupported($"parameter {parameter.Name} of {method.Name}, of type {parameter.ParameterType.Name},");
        if (!isRequired && !isInRow)
            throw QueryException.NotSupported($"parameter {parameter.Name} of {method.Name}, which is no property of the rows and not required,", hint: "Add [RequiredKey] to it, or a property to the rows.");
        if (!isRequired && parameter.ParameterType.IsValueType && Nullable.GetUnderlyingType(parameter.ParameterType) is null)
            throw QueryException.NotSupported($"parameter {parameter.Name} of {method.Name}, which cannot be null and is not required,", hint: "Make it nullable, or add [RequiredKey].");
        return new ObjectParameter(name, type, isRequired, isInRow);
    }

    private static IEnumerable<ObjectColumn> ColumnsOf(Type row)
    {
        if (ClrType.IsScalar(row))
        {
            ClrType type = ClrType.Of(row);
            yield return new ObjectColumn(new TableColumn(new ColumnHandle("value", type.Type)), type, value => value);
            yield break;
        }

        foreach (PropertyInfo property in ClrType.Properties(row))
        {
            ColumnAttribute? attribute = property.GetCustomAttribute<ColumnAttribute>();
            ClrType type = ClrType.Of(property.PropertyType, attribute?.Type);
            bool isNullable = !property.PropertyType.IsValueType || Nullable.GetUnderlyingType(property.PropertyType) is not null;
            var column = new TableColumn(new ColumnHandle(ClrType.NameOf(property), type.Type)) { IsNullable = isNullable, Comment = attribute?.Comment };
            yield return new ObjectColumn(column, type, Reader(row, property));
        }
    }

    private static Func<object, object?> Reader(Type row, PropertyInfo property)
    {
        ParameterExpression value = System.Linq.Expressions.Expression.Parameter(typeof(object));
        return System.Linq.Expressions.Expression.Lambda<Func<object, object?>>(
            System.Linq.Expressions.Expression.Convert(
                System.Linq.Expressions.Expression.Property(System.Linq.Expressions.Expression.Convert(value, row), property), typeof(object)),
            value).Compile();
    }

    private static Type? RowOf(Type type) =>
        type.GetInterfaces().Prepend(type)
            .FirstOrDefault(candidate => candidate.IsGenericType && candidate.GetGenericTypeDefinition() is var definition
                && (definition == typeof(IAsyncEnumerable<>) || definition == typeof(IEnumerable<>)))?.GetGenericArguments()[0];

    private static Func<object, IAsyncEnumerable<object>> BoxerOf(Type row) =>
        typeof(ObjectTable).GetMethod(nameof(BoxAnyAsync), BindingFlags.NonPublic | BindingFlags.Static)!.MakeGenericMethod(row).CreateDelegate<Func<object, IAsyncEnumerable<object>>>();

    private static IAsyncEnumerable<object> BoxAnyAsync<T>(object rows) => rows is IAsyncEnumerable<T> stream ? BoxAsync(stream) : BoxAsync((IEnumerable<T>)rows);

    private static async IAsyncEnumerable<object> BoxAsync<T>(IAsyncEnumerable<T> rows, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        await foreach (T row in rows.WithCancellation(cancellationToken).ConfigureAwait(false))
            yield return row!;
    }

    private static async IAsyncEnumerable<object> BoxAsync<T>(IEnumerable<T> rows)
    {
        await ValueTask.CompletedTask;
        foreach (T row in rows)
            yield return row!;
    }
}
