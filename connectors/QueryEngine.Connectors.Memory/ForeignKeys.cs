using QueryEngine.Spi;

namespace QueryEngine.Connectors.Memory;

/// <summary>Sees to it that every foreign key has its row.</summary>
internal static class ForeignKeys
{
    /// <summary>Checks the rows of a table from a number on against the tables that they refer to.</summary>
    /// <exception cref="QueryException">FOREIGN_KEY_VIOLATION.</exception>
    public static void CheckAdded(MemoryRoot root, SchemaTableName name, MemoryTable old, MemoryTable table, long firstRow)
    {
        foreach (ForeignKeyConstraint constraint in old.Definition.Constraints.OfType<ForeignKeyConstraint>())
            Check(root, name, table, constraint, firstRow);
    }

    /// <summary>Checks one constraint for the rows of a table from a number on.</summary>
    public static void Check(MemoryRoot root, SchemaTableName name, MemoryTable table, ForeignKeyConstraint constraint, long firstRow)
    {
        MemoryTable parent = root.Find(constraint.References)
            ?? throw new QueryException(ErrorCode.UndefinedTable, $"table {constraint.References} that {name} refers to does not exist");
        KeyIndex keys = parent.IndexOf(constraint.ReferencedColumns);
        foreach ((long _, RowKey key) in KeysFrom(table, table.Places(constraint.Columns), firstRow))
        {
            if (!keys.Contains(key))
            {
                throw new QueryException(
                    ErrorCode.ForeignKeyViolation,
                    $"key ({string.Join(", ", constraint.Columns)}) = {key} is not in {constraint.References}: foreign key '{constraint.Name}' of {name}");
            }
        }
    }

    /// <summary>Does to the rows that referred to rows which are gone what their foreign keys say.</summary>
    public static void FollowGone(RootEditor edit, SchemaTableName name, MemoryTable old, RowChanges changes)
    {
        if (changes.Deleted.Count == 0 && changes.Updated.Count == 0)
            return;
        foreach ((SchemaTableName child, ForeignKeyConstraint constraint) in Referring(edit.Root, name))
        {
            int[] places = old.Places(constraint.ReferencedColumns);
            Follow(edit, child, constraint, Gone(changes.Deleted), constraint.OnDelete, "deleted");
            Follow(edit, child, constraint, Gone(changes.Updated), constraint.OnUpdate, "changed");

            HashSet<RowKey> Gone(List<long> rows)
            {
                KeyIndex left = edit.Root.Find(name)!.IndexOf(constraint.ReferencedColumns);
                return [.. KeyChange.KeysOf(old, rows, places).Where(key => !left.Contains(key))];
            }
        }
    }

    /// <summary>The foreign keys of any table that refer to a table.</summary>
    public static List<(SchemaTableName Child, ForeignKeyConstraint Constraint)> Referring(MemoryRoot root, SchemaTableName name) =>
    [
        .. from table in root.Tables
           from constraint in table.Definition.Constraints.OfType<ForeignKeyConstraint>()
           where constraint.References == name
           select (table.Definition.Name, constraint),
    ];

    private static void Follow(
        RootEditor edit, SchemaTableName child, ForeignKeyConstraint constraint, HashSet<RowKey> gone, ReferenceAction action, string what)
    {
        if (gone.Count == 0)
            return;
        MemoryTable table = edit.Root.Find(child)!;
        (long Row, RowKey Key)[] rows = [.. KeysFrom(table, table.Places(constraint.Columns), 0).Where(entry => gone.Contains(entry.Key))];
        if (rows.Length == 0)
            return;
        switch (action)
        {
            case ReferenceAction.Cascade when what == "deleted":
                edit.ChangeRows(child, new RowChanges([], MemoryTable.EmptyProfiles(table.Columns)) { Deleted = [.. rows.Select(entry => entry.Row)] });
                return;
            case ReferenceAction.SetNull:
                SetNull(edit, child, table, constraint, [.. rows.Select(entry => entry.Row)]);
                return;
            case ReferenceAction.NoAction:
                throw new QueryException(
                    ErrorCode.ForeignKeyViolation,
                    $"key ({string.Join(", ", constraint.ReferencedColumns)}) = {rows[0].Key} of {constraint.References} cannot be {what}: {child} refers to it by foreign key '{constraint.Name}'");
            default:
                throw QueryException.NotSupported($"{action} of foreign key '{constraint.Name}' when a row is {what}");
        }
    }

    private static void SetNull(RootEditor edit, SchemaTableName child, MemoryTable table, ForeignKeyConstraint constraint, long[] rows)
    {
        HashSet<int> emptied = [.. table.Places(constraint.Columns)];
        if (emptied.FirstOrDefault(column => !table.Columns[column].IsNullable, -1) is var required and >= 0)
            throw new QueryException(ErrorCode.NotNullViolation, $"NULL for column '{table.Columns[required].Name}' of {child}, which is NOT NULL");
        var batches = new List<RecordBatch>();
        foreach (long[] part in rows.Chunk(RecordBatch.MaxRows))
        {
            using var builder = new BatchBuilder(table.Columns.Select(column => column.Type), MemoryContext.Unlimited, part.Length);
            foreach (long row in part)
            {
                (RecordBatch batch, int place) = table.Locate(row);
                for (int column = 0; column < table.Columns.Count; column++)
                {
                    if (emptied.Contains(column))
                        builder[column].AppendNull();
                    else
                        builder[column].AppendFrom(batch[column], place);
                }

                builder.EndRow();
            }

            batches.Add(builder.Build());
        }

        edit.ChangeRows(child, new RowChanges(batches, MemoryTable.EmptyProfiles(table.Columns)) { Updated = [.. rows] });
    }

    private static IEnumerable<(long Row, RowKey Key)> KeysFrom(MemoryTable table, int[] places, long firstRow)
    {
        for (long row = firstRow; row < table.RowCount; row++)
        {
            (RecordBatch batch, int place) = table.Locate(row);
            if (RowKey.Of(batch, place, places) is { } key)
                yield return (row, key);
        }
    }
}
