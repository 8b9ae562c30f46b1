using QueryEngine.Plan;
using QueryEngine.Spi;

namespace QueryEngine.Execution.Operators;

/// <summary>Tests rows before they are written.</summary>
public sealed class WriteChecks
{
    private const int ShownCharacters = 40;

    private readonly (WriteCheck Check, int Checked, int Value)[] _checks;

    /// <summary>Makes the tests of batches with these columns.</summary>
    public WriteChecks(ValueList<WriteCheck> checks, IReadOnlyList<Column> layout)
    {
        Column[] columns = [.. layout];
        _checks = [.. checks.Select(check => (check, Array.IndexOf(columns, check.Checked), check.Value is null ? -1 : Array.IndexOf(columns, check.Value)))];
    }

    /// <summary>Tests all rows of a batch, check by check.</summary>
    /// <exception cref="QueryException">NOT_NULL_VIOLATION, STRING_DATA_RIGHT_TRUNCATION, CHECK_VIOLATION or CARDINALITY_VIOLATION.</exception>
    public void Test(RecordBatch batch)
    {
        foreach ((WriteCheck check, int place, int value) in _checks)
        {
            ColumnVector vector = batch[place];
            if (check.Kind == WriteCheckKind.NotNull)
            {
                if (vector.MayHaveNulls && vector.Validity.CountNulls(batch.RowCount) > 0)
                    throw new QueryException(ErrorCode.NotNullViolation, $"NULL for column '{check.Subject}' of {check.Place}, which is NOT NULL");
                continue;
            }

            for (int row = 0; row < batch.RowCount; row++)
                if (vector.GetValue(row) is false)
                    throw Violated(check, value < 0 ? null : batch[value].GetValue(row));
        }
    }

    private static QueryException Violated(WriteCheck check, object? value) => check.Kind switch
    {
        WriteCheckKind.Length => new QueryException(
            ErrorCode.StringTooLong, $"value '{Shown(value)}' is too long for column '{check.Subject}' of type {check.Place}"),
        WriteCheckKind.Condition => new QueryException(
            ErrorCode.CheckViolation, $"a row does not keep check constraint '{check.Subject}' of {check.Place}"),
        _ => new QueryException(
            ErrorCode.CardinalityViolation, $"{check.Subject} would change a row of {check.Place} more than once", "See to it that no two of its rows have the same target."),
    };

    private static string Shown(object? value)
    {
        string text = value as string ?? string.Empty;
        return text.Length <= ShownCharacters ? text : $"{text[..ShownCharacters]}...";
    }
}
