using QueryEngine.Spi;

namespace QueryEngine.Connectors.Memory;

/// <summary>Does one change of a table after the other.</summary>
internal sealed class TableAlteration(RootEditor edit, MemoryStore store, MemoryContext memory)
{
    /// <summary>Changes the table; its name afterwards.</summary>
    public SchemaTableName Apply(SchemaTableName name, TableChange change)
    {
        MemoryTable table = store.GetTable(edit.Root, name);
        TableDefinition definition = table.Definition;
        switch (change)
        {
            case AddColumnChange add:
                AddColumn(name, table, add);
                break;
            case DropColumnChange drop:
                DropColumn(name, table, drop);
                break;
            case RenameColumnChange rename:
                RenameColumn(name, table, rename);
                break;
            case RenameTableChange rename:
                Rename(name, table, rename.NewName);
                return rename.NewName;
            case SetDefaultChange set:
                Set(name, table, ChangeColumn(definition, set.Column, column => column with { Default = set.Default }));
                break;
            case SetNullableChange set:
                SetNullable(name, table, set);
                break;
            case SetCommentChange { Column: { } commented } set:
                Set(name, table, ChangeColumn(definition, commented, column => column with { Comment = set.Comment }));
                break;
            case SetCommentChange set:
                Set(name, table, definition with { Comment = set.Comment });
                break;
            case AddConstraintChange add:
                AddConstraint(name, table, add.Constraint);
                break;
            case DropConstraintChange drop:
                DropConstraint(name, table, drop);
                break;
            default:
                throw QueryException.NotSupported($"{change.GetType().Name} in the memory connector");
        }

        return name;
    }

    private static TableDefinition ChangeColumn(TableDefinition definition, string name, Func<TableColumn, TableColumn> change) => definition with
    {
        Columns = definition.Columns.Select(column => column.Name == name ? change(column) : column).ToValueList(),
    };

    private static int[] Unchanged(TableDefinition definition) => [.. Enumerable.Range(0, definition.Columns.Count)];

    private static ColumnVector NoFill(int column, int rows) => throw new InvalidOperationException($"column {column} of {rows} rows is new");

    private void Set(SchemaTableName name, MemoryTable table, TableDefinition definition) =>
        edit.Put(name, table.Redefine(definition, Unchanged(definition), NoFill));

    private void AddColumn(SchemaTableName name, MemoryTable table, AddColumnChange add)
    {
        TableDefinition definition = table.Definition with { Columns = table.Columns.Add(add.Column) };
        MemoryDefinitions.Check(definition);
        if (!add.Column.IsNullable && add.Fill is null && table.RowCount > 0)
            throw new QueryException(ErrorCode.NotNullViolation, $"column '{add.Column.Name}' of {name} would be NULL in rows that are there");
        edit.Put(name, table.Redefine(
            definition,
            [.. Unchanged(table.Definition), -1],
            (column, rows) => VectorBuilder.Constant(definition.Columns[column].Type, add.Fill, rows, memory)));
    }

    private void DropColumn(SchemaTableName name, MemoryTable table, DropColumnChange drop)
    {
        TableDefinition definition = table.Definition;
        if (definition.Columns.Count == 1)
            throw new QueryException(ErrorCode.WrongObjectType, $"column '{drop.Column}' is the only one of {name}");
        foreach ((SchemaTableName child, ForeignKeyConstraint constraint) in ForeignKeys.Referring(edit.Root, name))
        {
            if (!constraint.ReferencedColumns.Contains(drop.Column))
                continue;
            if (!drop.IsCascade)
                throw Depends(drop.Column, $"foreign key '{constraint.Name}' of {child}");
            Apply(child, new DropConstraintChange(constraint.Name, IsCascade: true));
        }

        table = edit.Root.Find(name)!;
        definition = table.Definition;
        ValueList<RowConstraint> kept = definition.Constraints.Where(constraint => constraint switch
        {
            UniqueConstraint unique => !unique.Columns.Contains(drop.Column),
            ForeignKeyConstraint foreign => !foreign.Columns.Contains(drop.Column),
            _ => true,
        }).ToValueList();
        definition = definition with
        {
            Columns = definition.Columns.Where(column => column.Name != drop.Column).ToValueList(),
            Constraints = kept,
            PrimaryKey = definition.PrimaryKey.Contains(drop.Column) ? [] : definition.PrimaryKey,
        };
        edit.Put(name, table.Redefine(definition, [.. Unchanged(table.Definition).Where(column => table.Columns[column].Name != drop.Column)], NoFill));
    }

    private static QueryException Depends(string column, string what) => new(
        ErrorCode.DependentObjects, $"column '{column}' cannot be dropped: {what} depends on it", "Add CASCADE to drop that too.");

    private void RenameColumn(SchemaTableName name, MemoryTable table, RenameColumnChange rename)
    {
        TableDefinition definition = ChangeColumn(table.Definition, rename.Column, column => column with { Handle = column.Handle with { Name = rename.NewName } });
        definition = definition with
        {
            PrimaryKey = Renamed(definition.PrimaryKey),
            Constraints = definition.Constraints.Select(constraint => constraint switch
            {
                UniqueConstraint unique => unique with { Columns = Renamed(unique.Columns) },
                ForeignKeyConstraint foreign => foreign with { Columns = Renamed(foreign.Columns) },
                _ => constraint,
            }).ToValueList(),
        };
        MemoryDefinitions.Check(definition);
        Set(name, table, definition);
        ChangeReferences(name, foreign => foreign with { ReferencedColumns = Renamed(foreign.ReferencedColumns) });

        ValueList<string> Renamed(ValueList<string> columns) =>
            columns.Select(column => column == rename.Column ? rename.NewName : column).ToValueList();
    }

    private void Rename(SchemaTableName name, MemoryTable table, SchemaTableName newName)
    {
        store.CheckSchema(edit.Root, newName.Schema);
        if (edit.Root.Find(newName) is not null)
            throw new QueryException(ErrorCode.DuplicateTable, $"table {store.Catalog}.{newName} already exists");
        ChangeReferences(name, foreign => foreign with { References = newName });
        table = edit.Root.Find(name)!;
        TableDefinition definition = table.Definition with { Name = newName };
        MemoryTable renamed = table.Redefine(definition, Unchanged(definition), NoFill);
        edit.Replace(edit.Root.Without(name));
        edit.Put(newName, renamed);
    }

    private void ChangeReferences(SchemaTableName name, Func<ForeignKeyConstraint, ForeignKeyConstraint> change)
    {
        foreach (SchemaTableName child in ForeignKeys.Referring(edit.Root, name).Select(entry => entry.Child).Distinct())
        {
            MemoryTable table = edit.Root.Find(child)!;
            Set(child, table, table.Definition with
            {
                Constraints = table.Definition.Constraints
                    .Select(constraint => constraint is ForeignKeyConstraint foreign && foreign.References == name ? change(foreign) : constraint).ToValueList(),
            });
        }
    }

    private void SetNullable(SchemaTableName name, MemoryTable table, SetNullableChange set)
    {
        if (set.IsNullable && table.Definition.PrimaryKey.Contains(set.Column))
            throw new QueryException(ErrorCode.InvalidColumnReference, $"column '{set.Column}' is in the primary key of {name}");
        if (!set.IsNullable)
            CheckNotNull(name, table, set.Column);
        Set(name, table, ChangeColumn(table.Definition, set.Column, column => column with { IsNullable = set.IsNullable }));
    }

    private static void CheckNotNull(SchemaTableName name, MemoryTable table, string column)
    {
        int place = table.Places([column])[0];
        foreach (RecordBatch batch in table.Batches)
            if (batch[place].Validity.CountNulls(batch.RowCount) > 0)
                throw new QueryException(ErrorCode.NotNullViolation, $"column '{column}' of {name} has NULLs");
    }

    private void AddConstraint(SchemaTableName name, MemoryTable table, RowConstraint constraint)
    {
        TableDefinition definition = table.Definition;
        if (definition.Constraints.Any(other => other.Name == constraint.Name))
            throw new QueryException(ErrorCode.DuplicateObject, $"{name} has a constraint '{constraint.Name}' already");
        if (constraint is UniqueConstraint { IsPrimaryKey: true } key)
        {
            if (definition.PrimaryKey.Count > 0)
                throw new QueryException(ErrorCode.InvalidTableDefinition, $"{name} has a primary key already");
            foreach (string column in key.Columns)
                CheckNotNull(name, table, column);
            definition = definition with
            {
                PrimaryKey = key.Columns,
                Columns = definition.Columns.Select(column => column with { IsNullable = column.IsNullable && !key.Columns.Contains(column.Name) }).ToValueList(),
            };
        }

        Set(name, table, definition with { Constraints = definition.Constraints.Add(constraint) });
        MemoryDefinitions.CheckKeys(edit.Root, name);
    }

    private void DropConstraint(SchemaTableName name, MemoryTable table, DropConstraintChange drop)
    {
        TableDefinition definition = table.Definition;
        RowConstraint constraint = definition.Constraints.FirstOrDefault(other => other.Name == drop.Name)
            ?? throw new QueryException(
                ErrorCode.UndefinedObject,
                $"{name} has no constraint '{drop.Name}'",
                Suggestion.DidYouMean(drop.Name, definition.Constraints.Select(other => other.Name)));
        if (constraint is UniqueConstraint unique)
        {
            foreach ((SchemaTableName child, ForeignKeyConstraint foreign) in ForeignKeys.Referring(edit.Root, name))
            {
                if (foreign.ReferencedColumns != unique.Columns)
                    continue;
                if (!drop.IsCascade)
                    throw new QueryException(
                        ErrorCode.DependentObjects, $"constraint '{drop.Name}' cannot be dropped: foreign key '{foreign.Name}' of {child} depends on it", "Add CASCADE to drop that too.");
                Apply(child, new DropConstraintChange(foreign.Name, IsCascade: true));
            }

            table = edit.Root.Find(name)!;
            definition = table.Definition;
        }

        Set(name, table, definition with
        {
            Constraints = definition.Constraints.Where(other => other.Name != drop.Name).ToValueList(),
            PrimaryKey = constraint is UniqueConstraint { IsPrimaryKey: true } ? [] : definition.PrimaryKey,
        });
    }
}
