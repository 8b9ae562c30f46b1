using QueryEngine.Connectors.Sqlite.Native;
using QueryEngine.Spi;

namespace QueryEngine.Connectors.Sqlite.Writing;

/// <summary>Binds rows of vectors to the parameters of a statement, in the forms that <see cref="SqliteColumnReader"/> reads.</summary>
internal static class SqliteBinder
{
    private const int FirstDay = -719_162;
    private const int LastDay = 2_932_896;
    private const long MicrosPerDay = 86_400_000_000;

    /// <summary>Binds a row of a vector of any encoding.</summary>
    public static void Bind(SqliteStatement statement, int parameter, ColumnVector vector, int row)
    {
        if (vector.IsNull(row))
        {
            statement.Bind(parameter, null);
            return;
        }
        (ColumnVector flat, int place) = vector switch
        {
            ConstantVector constant => (constant.Value, 0),
            DictionaryVector dictionary => (dictionary.Dictionary, dictionary.Indices[row]),
            _ => (vector, row),
        };
        switch (flat)
        {
            case BytesVector bytes when vector.Type.Kind == TypeKind.Varbinary:
                statement.Check(Sqlite3.BindBlob(statement, parameter, bytes[place]));
                break;
            case BytesVector { Type.Kind: TypeKind.Number }:
                statement.Bind(parameter, SqlValueText.Format(vector.Type, flat.GetValue(place)!));
                break;
            case BytesVector text:
                statement.Check(Sqlite3.BindText(statement, parameter, text[place]));
                break;
            case FixedWidthVector<long> numbers when vector.Type.Kind == TypeKind.BigInt:
                statement.Check(Sqlite3.BindInt64(statement, parameter, numbers.Values[place]));
                break;
            case FixedWidthVector<double> numbers:
                statement.Check(Sqlite3.BindDouble(statement, parameter, Number(numbers.Values[place])));
                break;
            default:
                statement.Bind(parameter, Value(vector.Type, flat.GetValue(place)!));
                break;
        }
    }

    private static object Value(SqlType type, object value) => type.Kind switch
    {
        TypeKind.Real => Number((float)value),
        TypeKind.Decimal or TypeKind.Time or TypeKind.Uuid => SqlValueText.Format(type, value),
        TypeKind.Date => SqlValueText.FormatDate(CheckDay((int)value)),
        TypeKind.Timestamp => Timestamp(type, (long)value),
        _ => value,
    };

    private static double Number(double value) => !double.IsNaN(value) ? value : throw new QueryException(
        ErrorCode.NumericValueOutOfRange, "SQLite cannot keep NaN: it would become NULL", "Store NULL, or the number as text.");

    private static string Timestamp(SqlType type, long micros)
    {
        CheckDay((int)Math.Floor((double)micros / MicrosPerDay));
        return SqlValueText.Format(type, micros);
    }

    // Dates are text of ten characters in SQLite.
    private static int CheckDay(int day) => day is >= FirstDay and <= LastDay ? day : throw new QueryException(
        ErrorCode.DateTimeOverflow, $"SQLite keeps dates of the years 1 to 9999, not {SqlValueText.FormatDate(day)}");
}
