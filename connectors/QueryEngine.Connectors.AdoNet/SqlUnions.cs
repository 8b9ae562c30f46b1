using QueryEngine.Spi;

namespace QueryEngine.Connectors.AdoNet;

/// <summary>Puts the rows of several queries of one source together.</summary>
internal static class SqlUnions
{
    /// <summary>The answer of a dialect.</summary>
    public static PushdownAnswer Push(SqlDialect dialect, SqlTableHandle first, PushUnion union)
    {
        if (!dialect.TakesUnions)
            return new PushdownRefused("the source is not known to put the rows of queries together");
        ValueList<SqlUnionInput> inputs =
            [new SqlUnionInput(first, union.Columns), .. union.Others.Select(other => new SqlUnionInput((SqlTableHandle)other.Table, other.Columns))];
        if (inputs.Any(input => input.Query.IsSuperset))
            return new PushdownRefused(SqlPushdown.RoughFilter);

        int level = inputs.Max(input => Level(input.Query));
        var outputs = new List<ColumnHandle>();
        for (int place = 0; place < union.Columns.Count; place++)
        {
            ColumnHandle[] columns = [.. inputs.Select(input => input.Columns[place])];
            if (WhyNotOne(columns) is { } reason)
                return new PushdownRefused(reason);
            string name = $"union_{level + 1}_{place + 1}";
            outputs.Add(columns[0] is SqlColumn known ? known with { Name = name, RemoteType = "", IsCastToText = false } : new SqlColumn(name, columns[0].Type, ""));
        }

        return new PushdownAccepted(new SqlTableHandle(first.Table) { Union = new SqlUnion(inputs, [.. outputs]) }) { Outputs = [.. outputs] };
    }

    private static string? WhyNotOne(ColumnHandle[] columns)
    {
        SqlType type = columns[0].Type;
        bool isKnown = type.IsInteger || type.Kind is TypeKind.Decimal or TypeKind.Real or TypeKind.Double or TypeKind.Varchar or TypeKind.Char or TypeKind.Date
            or TypeKind.Timestamp or TypeKind.TimestampWithTimeZone or TypeKind.Uuid;
        if (!isKnown || columns.Any(column => column.Type != type))
            return $"columns of {type} in several queries may be of several types of the source";
        bool isAlike = columns.OfType<SqlColumn>().Select(column => (column.Comparison, column.Collation)).Distinct().Count() <= 1;
        return !type.IsText || isAlike ? null : "the source compares text of different collations by other rules";
    }

    private static int Level(SqlTableHandle handle)
    {
        int level = handle.Source is { } source ? Level(source) : handle.Union is { } union ? 1 + union.Inputs.Max(input => Level(input.Query)) : 0;
        return handle.Join is { } join ? Math.Max(level, Level(join.Right)) : level;
    }
}
