using System.Runtime.CompilerServices;
using QueryEngine.Spi;

namespace QueryEngine.Connectors.System;

/// <summary>A table whose rows the engine makes when they are read.</summary>
/// <param name="Name">Schema and name.</param>
/// <param name="Columns">The columns.</param>
/// <param name="Rows">Makes the rows: a boxed value for each column. May give more rows than the scan asks for.</param>
public sealed record SystemTable(
    SchemaTableName Name,
    ValueList<TableColumn> Columns,
    Func<SystemScan, CancellationToken, IAsyncEnumerable<object?[]>> Rows)
{
    /// <summary>A table whose rows are there at once when they are asked for.</summary>
    public static SystemTable Of(string schema, string name, string columns, Func<IEnumerable<object?[]>> rows) =>
        new(new SchemaTableName(schema, name), ParseColumns(columns), (_, token) => GiveAsync(rows, token));

    /// <summary>
    /// Columns written as <c>name type, name type</c>; a dash before the name says that <c>*</c> leaves the column out.
    /// </summary>
    public static ValueList<TableColumn> ParseColumns(string columns) =>
        columns.Split(',', StringSplitOptions.TrimEntries).Select(ParseColumn).ToValueList();

    private static async IAsyncEnumerable<object?[]> GiveAsync(
        Func<IEnumerable<object?[]>> rows, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await ValueTask.CompletedTask;
        foreach (object?[] row in rows())
        {
            cancellationToken.ThrowIfCancellationRequested();
            yield return row;
        }
    }

    private static TableColumn ParseColumn(string text)
    {
        string name = text[..text.IndexOf(' ', StringComparison.Ordinal)];
        SqlType type = SqlTypeParser.Parse(text[(name.Length + 1)..]);
        return new TableColumn(new ColumnHandle(name.TrimStart('-'), type)) { IsHidden = name[0] == '-' };
    }
}

/// <summary>A read of a system table.</summary>
/// <param name="Session">Who reads.</param>
/// <param name="Catalog">The catalog whose <c>information_schema</c> is read; else null.</param>
/// <param name="Domain">Rows outside it may be left out.</param>
public sealed record SystemScan(ConnectorSession Session, string? Catalog, TupleDomain Domain)
{
    /// <summary>The one text that a column must be equal to, or null.</summary>
    public string? Find(string column) => Domain[column]?.Values is [string value] ? value : null;

    /// <summary>The names that three columns must be equal to; the catalog is fixed in an <c>information_schema</c>.</summary>
    public SystemFilter Filter(string? catalog, string? schema = null, string? table = null) => new(
        Catalog ?? (catalog is null ? null : Find(catalog)),
        schema is null ? null : Find(schema),
        table is null ? null : Find(table));
}
