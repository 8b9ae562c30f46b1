namespace QueryEngine.Spi;

/// <summary>What a source can keep of a table besides names, types and NOT NULL.</summary>
[Flags]
public enum TableFeatures
{
    /// <summary>Nothing.</summary>
    None = 0,

    /// <summary>Defaults of columns, as SQL.</summary>
    Defaults = 1,

    /// <summary>Check constraints, as SQL.</summary>
    Checks = 2,

    /// <summary>Primary keys and unique constraints, checked by the source.</summary>
    Keys = 4,

    /// <summary>Foreign keys, checked by the source.</summary>
    ForeignKeys = 8,

    /// <summary>Generated columns, as SQL; the engine computes them.</summary>
    Generated = 16,

    /// <summary>Comments on tables and columns.</summary>
    Comments = 32,

    /// <summary>A table can be replaced by one of another definition with its rows written anew: <see cref="CreateTableIntent.Definition"/>.</summary>
    Rewrites = 64,
}

/// <summary>A change of a table: ALTER TABLE, COMMENT.</summary>
public abstract record TableChange;

/// <summary>ADD COLUMN; rows that are there get <paramref name="Fill"/>, a boxed value of the column's type or NULL.</summary>
public sealed record AddColumnChange(TableColumn Column, object? Fill) : TableChange;

/// <summary>DROP COLUMN. With <paramref name="IsCascade"/> constraints that name it go with it.</summary>
public sealed record DropColumnChange(string Column, bool IsCascade) : TableChange;

/// <summary>RENAME COLUMN.</summary>
public sealed record RenameColumnChange(string Column, string NewName) : TableChange;

/// <summary>RENAME TO, SET SCHEMA.</summary>
public sealed record RenameTableChange(SchemaTableName NewName) : TableChange;

/// <summary>ALTER COLUMN TYPE with <paramref name="Using"/>, SQL over the old columns, or a cast when there is none.</summary>
public sealed record SetColumnTypeChange(string Column, SqlType Type, string? Using) : TableChange;

/// <summary>SET DEFAULT; DROP DEFAULT when there is none.</summary>
public sealed record SetDefaultChange(string Column, string? Default) : TableChange;

/// <summary>SET NOT NULL, DROP NOT NULL.</summary>
public sealed record SetNullableChange(string Column, bool IsNullable) : TableChange;

/// <summary>ADD CONSTRAINT; the engine has checked a check constraint against the rows that are there.</summary>
public sealed record AddConstraintChange(RowConstraint Constraint) : TableChange;

/// <summary>DROP CONSTRAINT.</summary>
public sealed record DropConstraintChange(string Name, bool IsCascade) : TableChange;

/// <summary>COMMENT ON TABLE, or on a column of it.</summary>
public sealed record SetCommentChange(string? Column, string? Comment) : TableChange;
