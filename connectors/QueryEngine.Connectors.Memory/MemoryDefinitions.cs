using QueryEngine.Spi;

namespace QueryEngine.Connectors.Memory;

/// <summary>Makes, changes and drops schemas and tables.</summary>
internal sealed class MemoryDefinitions(MemoryStore store, MemoryContext memory)
{
    /// <summary>Fails when a definition contradicts itself.</summary>
    public static void Check(TableDefinition table)
    {
        if (table.Columns.GroupBy(column => column.Name, StringComparer.Ordinal).FirstOrDefault(group => group.Skip(1).Any()) is { } twice)
            throw new QueryException(ErrorCode.DuplicateColumn, $"column '{twice.Key}' is there twice");
        if (table.PrimaryKey.FirstOrDefault(key => table.Columns.All(column => column.Name != key)) is { } unknown)
            throw new QueryException(ErrorCode.UndefinedColumn, $"column '{unknown}' of the primary key does not exist");
    }

    /// <summary>Fails when the rows of a table do not keep its keys.</summary>
    public static void CheckKeys(MemoryRoot root, SchemaTableName name)
    {
        MemoryTable table = root.Find(name)!;
        foreach (RowConstraint constraint in table.Definition.Constraints)
        {
            if (constraint is UniqueConstraint unique && table.IndexOf(unique.Columns).Duplicate is { } twice)
                throw KeyChange.Violated(unique, name, twice);
            if (constraint is ForeignKeyConstraint foreign)
                ForeignKeys.Check(root, name, table, foreign, 0);
        }
    }

    public void Create(ConnectorSession session, TableDefinition table)
    {
        MemoryWrites.CheckProperties(table.Properties);
        Check(table);
        if (table.PrimaryKey.Count > 0)
        {
            // A key without a constraint of its own is one that nobody named.
            bool isNamed = table.Constraints.Any(constraint => constraint is UniqueConstraint { IsPrimaryKey: true });
            table = table with
            {
                Columns = table.Columns.Select(column => column with { IsNullable = column.IsNullable && !table.PrimaryKey.Contains(column.Name) }).ToValueList(),
                Constraints = isNamed ? table.Constraints : table.Constraints.Add(new UniqueConstraint($"{table.Name.Table}_pkey", table.PrimaryKey) { IsPrimaryKey = true }),
            };
        }

        Edit(session, edit =>
        {
            store.CheckSchema(edit.Root, table.Name.Schema);
            if (edit.Root.Find(table.Name) is not null)
                throw new QueryException(ErrorCode.DuplicateTable, $"table {store.Catalog}.{table.Name} already exists");
            edit.Put(table.Name, MemoryTable.Create(table, []));
            CheckKeys(edit.Root, table.Name);
        });
    }

    public void Drop(ConnectorSession session, SchemaTableName name, bool cascade) => Edit(session, edit =>
    {
        store.GetTable(edit.Root, name);
        DropReferences(edit, name, cascade);
        edit.Replace(edit.Root.Without(name));
    });

    public void Truncate(ConnectorSession session, SchemaTableName name) => Edit(session, edit =>
    {
        MemoryTable table = store.GetTable(edit.Root, name);
        foreach ((SchemaTableName child, ForeignKeyConstraint constraint) in ForeignKeys.Referring(edit.Root, name))
        {
            if (child != name && edit.Root.Find(child)!.RowCount > 0)
                throw QueryException.NotSupported($"TRUNCATE of {name}, to which {child} refers by foreign key '{constraint.Name}',", hint: "Use DELETE.");
        }

        edit.Put(name, MemoryTable.Create(table.Definition, []));
    });

    public void Alter(ConnectorSession session, SchemaTableName name, ValueList<TableChange> changes) => Edit(session, edit =>
    {
        store.GetTable(edit.Root, name);
        foreach (TableChange change in changes)
            name = new TableAlteration(edit, store, memory).Apply(name, change);
    });

    public void CreateSchema(ConnectorSession session, string schema) => Edit(session, edit =>
    {
        CheckNoSchema(edit.Root, schema);
        edit.Replace(edit.Root.WithSchema(schema));
    });

    public void RenameSchema(ConnectorSession session, string schema, string newName) => Edit(session, edit =>
    {
        store.CheckSchema(edit.Root, schema);
        CheckNoSchema(edit.Root, newName);
        edit.Replace(edit.Root.WithSchema(newName));
        foreach (string table in edit.Root.TablesOf(schema).Keys)
            new TableAlteration(edit, store, memory).Apply(new SchemaTableName(schema, table), new RenameTableChange(new SchemaTableName(newName, table)));
        edit.Replace(edit.Root.WithoutSchema(schema));
    });

    public void DropSchema(ConnectorSession session, string schema, bool cascade) => Edit(session, edit =>
    {
        store.CheckSchema(edit.Root, schema);
        int tables = edit.Root.TablesOf(schema).Count;
        if (tables > 0 && !cascade)
        {
            throw new QueryException(
                ErrorCode.DependentObjects, $"schema {store.Catalog}.{schema} has {tables} tables", "Add CASCADE to drop them too.");
        }

        foreach (string table in edit.Root.TablesOf(schema).Keys)
            DropReferences(edit, new SchemaTableName(schema, table), cascade);
        edit.Replace(edit.Root.WithoutSchema(schema));
    });

    private void Edit(ConnectorSession session, Action<RootEditor> change) => store.Change(session, root =>
    {
        using var edit = new RootEditor(root, memory);
        change(edit);
        return edit.Take();
    });

    private void CheckNoSchema(MemoryRoot root, string schema)
    {
        if (root.HasSchema(schema))
            throw new QueryException(ErrorCode.DuplicateSchema, $"schema {store.Catalog}.{schema} already exists");
    }

    // A foreign key of another table stands in the way.
    private void DropReferences(RootEditor edit, SchemaTableName name, bool cascade)
    {
        foreach ((SchemaTableName child, ForeignKeyConstraint constraint) in ForeignKeys.Referring(edit.Root, name))
        {
            if (child == name)
                continue;
            if (!cascade)
            {
                throw new QueryException(
                    ErrorCode.DependentObjects,
                    $"table {store.Catalog}.{name} cannot be dropped: {child} refers to it by foreign key '{constraint.Name}'",
                    "Add CASCADE to drop the foreign key too.");
            }

            new TableAlteration(edit, store, memory).Apply(child, new DropConstraintChange(constraint.Name, IsCascade: true));
        }
    }
}
