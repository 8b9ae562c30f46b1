using QueryEngine.Spi;

namespace QueryEngine.Connectors.Odbc.MariaDb;

/// <summary>The server's error numbers.</summary>
internal static class MariaDbErrors
{
    /// <summary>The engine's code of a number, or null.</summary>
    public static ErrorCode? CodeOf(int number) => number switch
    {
        1040 or 1042 or 1043 or 2002 or 2003 or 2005 or 2006 or 2013 or 2055 => ErrorCode.ConnectionFailure,
        1044 or 1142 or 1143 or 1227 or 1370 => ErrorCode.AccessDenied,
        1045 => new ErrorCode("REMOTE_AUTHENTICATION_FAILED", "28000", ErrorKind.External),
        1048 or 1364 => ErrorCode.NotNullViolation,
        1049 => ErrorCode.UndefinedSchema,
        1007 => ErrorCode.DuplicateSchema,
        1008 => ErrorCode.UndefinedSchema,
        1050 => ErrorCode.DuplicateTable,
        1051 or 1146 => ErrorCode.UndefinedTable,
        1054 => ErrorCode.UndefinedColumn,
        1060 => ErrorCode.DuplicateColumn,
        1062 or 1586 => ErrorCode.UniqueViolation,
        1205 or 1213 => ErrorCode.SerializationFailure,
        1216 or 1217 or 1451 or 1452 => ErrorCode.ForeignKeyViolation,
        1264 or 1690 => ErrorCode.NumericValueOutOfRange,
        1290 or 1792 or 1836 => ErrorCode.ReadOnly,
        1292 or 1366 => ErrorCode.InvalidText,
        1317 or 1969 or 3024 => ErrorCode.QueryCanceled,
        1365 => ErrorCode.DivisionByZero,
        1406 => ErrorCode.StringTooLong,
        1021 or 1114 => ErrorCode.DiskFull,
        3819 or 4025 => ErrorCode.CheckViolation,
        _ => null,
    };
}
