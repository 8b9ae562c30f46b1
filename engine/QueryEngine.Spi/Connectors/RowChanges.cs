namespace QueryEngine.Spi;

/// <summary>
/// Rows of tables can be changed: DELETE, UPDATE, MERGE, ON CONFLICT. A statement reads the table together with the row id, works out what
/// becomes of each row, and writes that through a sink of a <see cref="ChangeRowsIntent"/>.
/// </summary>
public interface ISupportsRowChanges : ISupportsWrites
{
    /// <summary>
    /// The column of a scan of this handle that tells one row from all others until the statement has ended: a position, a primary key (a row
    /// value where it has several columns), a ctid. It need not be among the columns that describing the table shows.
    /// </summary>
    /// <exception cref="QueryException">NOT_SUPPORTED with the reason, when rows of this table cannot be changed.</exception>
    ColumnHandle RowIdOf(TableHandle table);

    /// <summary>
    /// Deletes just the rows of a handle, whatever was pushed into it, in the source; the number of rows, or null when the source does not do that.
    /// </summary>
    ValueTask<long?> TryDeleteAsync(ConnectorSession session, TableHandle rows, CancellationToken cancellationToken) => new((long?)null);

    /// <summary>
    /// Gives columns of just the rows of a handle new values, in the source, all of them computed of the old ones; the number of rows, or null when the source does
    /// not do that.
    /// </summary>
    ValueTask<long?> TryUpdateAsync(
        ConnectorSession session, TableHandle rows, ValueList<ColumnAssignment> assignments, CancellationToken cancellationToken) => new((long?)null);
}

/// <summary>A column and its new value, of the column's type, over columns of the row.</summary>
public sealed record ColumnAssignment(ColumnHandle Column, ConnectorExpression Value);

/// <summary>What becomes of a row: the value of the first column, a tinyint, of a batch of a <see cref="ChangeRowsIntent"/>.</summary>
public enum RowChange
{
    /// <summary>A new row. Its row id is NULL.</summary>
    Insert = 1,

    /// <summary>The row gets the values; columns that are not written keep theirs.</summary>
    Update = 2,

    /// <summary>The row goes. The values are NULLs.</summary>
    Delete = 3,
}

/// <summary>
/// Changes of rows that were read through <paramref name="Read"/>. The columns of a batch: the <see cref="RowChange"/> as tinyint, the row id
/// with the type of <see cref="ISupportsRowChanges.RowIdOf"/>, then <paramref name="Columns"/>. No row comes twice.
/// Finishing makes all changes visible at once or, when a constraint is violated or somebody else has changed the rows meanwhile
/// (<see cref="ErrorCode.SerializationFailure"/>), none.
/// </summary>
public sealed record ChangeRowsIntent(SchemaTableName Table, ValueList<ColumnHandle> Columns, TableHandle Read, ColumnHandle RowId)
    : WriteIntent(Table, Columns)
{
    /// <summary>What may come, for sources that do not do everything.</summary>
    public ValueList<RowChange> Kinds { get; init; }
}
