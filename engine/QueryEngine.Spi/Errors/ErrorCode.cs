namespace QueryEngine.Spi;

/// <summary>Who has to act on an error.</summary>
public enum ErrorKind
{
    /// <summary>The statement or its values are wrong; the user mends it.</summary>
    User,

    /// <summary>A source, the network or a disk failed.</summary>
    External,

    /// <summary>A limit of memory, disk, time or concurrency was reached.</summary>
    InsufficientResources,

    /// <summary>A bug of the engine.</summary>
    Internal,
}

/// <summary>A stable name, its SQLSTATE and who has to act. Connectors may add their own.</summary>
public sealed record ErrorCode(string Name, string SqlState, ErrorKind Kind)
{
    // 0A: not supported
    public static readonly ErrorCode NotSupported = User("NOT_SUPPORTED", "0A000");

    // 21, 22: data
    public static readonly ErrorCode CardinalityViolation = User("CARDINALITY_VIOLATION", "21000");
    public static readonly ErrorCode StringTooLong = User("STRING_DATA_RIGHT_TRUNCATION", "22001");
    public static readonly ErrorCode NumericValueOutOfRange = User("NUMERIC_VALUE_OUT_OF_RANGE", "22003");
    public static readonly ErrorCode NullNotAllowed = User("NULL_VALUE_NOT_ALLOWED", "22004");
    public static readonly ErrorCode ArraySubscript = User("ARRAY_SUBSCRIPT_ERROR", "2202E");
    public static readonly ErrorCode InvalidDateTime = User("INVALID_DATETIME_FORMAT", "22007");
    public static readonly ErrorCode DateTimeOverflow = User("DATETIME_FIELD_OVERFLOW", "22008");
    public static readonly ErrorCode SubstringError = User("SUBSTRING_ERROR", "22011");
    public static readonly ErrorCode DivisionByZero = User("DIVISION_BY_ZERO", "22012");
    public static readonly ErrorCode InvalidParameterValue = User("INVALID_PARAMETER_VALUE", "22023");
    public static readonly ErrorCode InvalidArgumentForLogarithm = User("INVALID_ARGUMENT_FOR_LOGARITHM", "2201E");
    public static readonly ErrorCode InvalidArgumentForPower = User("INVALID_ARGUMENT_FOR_POWER_FUNCTION", "2201F");
    public static readonly ErrorCode InvalidRegularExpression = User("INVALID_REGULAR_EXPRESSION", "2201B");
    public static readonly ErrorCode InvalidLimit = User("INVALID_ROW_COUNT_IN_LIMIT_CLAUSE", "2201W");
    public static readonly ErrorCode InvalidOffset = User("INVALID_ROW_COUNT_IN_OFFSET_CLAUSE", "2201X");
    public static readonly ErrorCode InvalidEscape = User("INVALID_ESCAPE_SEQUENCE", "22025");
    public static readonly ErrorCode StringLengthMismatch = User("STRING_DATA_LENGTH_MISMATCH", "22026");
    public static readonly ErrorCode InvalidText = User("INVALID_TEXT_REPRESENTATION", "22P02");
    public static readonly ErrorCode UntranslatableCharacter = User("UNTRANSLATABLE_CHARACTER", "22P05");
    public static readonly ErrorCode DuplicateJsonKey = User("DUPLICATE_JSON_OBJECT_KEY_VALUE", "22030");
    public static readonly ErrorCode InvalidJsonSubscript = User("INVALID_SQL_JSON_SUBSCRIPT", "22033");
    public static readonly ErrorCode JsonMoreThanOneItem = User("MORE_THAN_ONE_SQL_JSON_ITEM", "22034");
    public static readonly ErrorCode NoJsonItem = User("NO_SQL_JSON_ITEM", "22035");
    public static readonly ErrorCode NonNumericJsonItem = User("NON_NUMERIC_SQL_JSON_ITEM", "22036");
    public static readonly ErrorCode JsonArrayNotFound = User("SQL_JSON_ARRAY_NOT_FOUND", "22039");
    public static readonly ErrorCode JsonMemberNotFound = User("SQL_JSON_MEMBER_NOT_FOUND", "2203A");
    public static readonly ErrorCode JsonObjectNotFound = User("SQL_JSON_OBJECT_NOT_FOUND", "2203C");
    public static readonly ErrorCode SingletonJsonItemRequired = User("SINGLETON_SQL_JSON_ITEM_REQUIRED", "22038");
    public static readonly ErrorCode JsonNumberNotFound = User("SQL_JSON_NUMBER_NOT_FOUND", "2203B");
    public static readonly ErrorCode JsonScalarRequired = User("SQL_JSON_SCALAR_REQUIRED", "2203F");
    public static readonly ErrorCode InvalidJsonDateTime = User("INVALID_ARGUMENT_FOR_SQL_JSON_DATETIME_FUNCTION", "22031");
    public static readonly ErrorCode NotNullViolation = User("NOT_NULL_VIOLATION", "23502");
    public static readonly ErrorCode ForeignKeyViolation = User("FOREIGN_KEY_VIOLATION", "23503");
    public static readonly ErrorCode UniqueViolation = User("UNIQUE_VIOLATION", "23505");
    public static readonly ErrorCode CheckViolation = User("CHECK_VIOLATION", "23514");

    // 25, 26, 28: session
    public static readonly ErrorCode ActiveTransaction = User("ACTIVE_TRANSACTION", "25001");
    public static readonly ErrorCode NoActiveTransaction = User("NO_ACTIVE_TRANSACTION", "25P01");
    public static readonly ErrorCode TransactionFailed = User("IN_FAILED_TRANSACTION", "25P02");
    public static readonly ErrorCode DependentObjects = User("DEPENDENT_OBJECTS_STILL_EXIST", "2BP01");
    public static readonly ErrorCode InvalidSavepoint = User("INVALID_SAVEPOINT", "3B001");
    public static readonly ErrorCode SerializationFailure = User("SERIALIZATION_FAILURE", "40001");
    public static readonly ErrorCode PartlyCommitted = new("TRANSACTION_PARTLY_COMMITTED", "40003", ErrorKind.External);
    public static readonly ErrorCode ReadOnly = User("READ_ONLY", "25006");
    public static readonly ErrorCode PreparedStatementNotFound = User("PREPARED_STATEMENT_NOT_FOUND", "26000");
    public static readonly ErrorCode AccessDenied = User("ACCESS_DENIED", "42501");

    // 42: syntax and names
    public static readonly ErrorCode SyntaxError = User("SYNTAX_ERROR", "42601");
    public static readonly ErrorCode InvalidName = User("INVALID_NAME", "42602");
    public static readonly ErrorCode DuplicateColumn = User("DUPLICATE_COLUMN", "42701");
    public static readonly ErrorCode AmbiguousColumn = User("AMBIGUOUS_COLUMN", "42702");
    public static readonly ErrorCode UndefinedColumn = User("COLUMN_NOT_FOUND", "42703");
    public static readonly ErrorCode UndefinedObject = User("UNDEFINED_OBJECT", "42704");
    public static readonly ErrorCode DuplicateObject = User("DUPLICATE_OBJECT", "42710");
    public static readonly ErrorCode DuplicateAlias = User("DUPLICATE_ALIAS", "42712");
    public static readonly ErrorCode AmbiguousFunction = User("AMBIGUOUS_FUNCTION", "42725");
    public static readonly ErrorCode GroupingError = User("GROUPING_ERROR", "42803");
    public static readonly ErrorCode TypeMismatch = User("TYPE_MISMATCH", "42804");
    public static readonly ErrorCode WrongObjectType = User("WRONG_OBJECT_TYPE", "42809");
    public static readonly ErrorCode CannotCast = User("CANNOT_CAST", "42846");
    public static readonly ErrorCode UndefinedFunction = User("FUNCTION_NOT_FOUND", "42883");
    public static readonly ErrorCode WindowingError = User("WINDOWING_ERROR", "42P20");
    public static readonly ErrorCode UndefinedTable = User("TABLE_NOT_FOUND", "42P01");
    public static readonly ErrorCode UndefinedParameter = User("UNDEFINED_PARAMETER", "42P02");
    public static readonly ErrorCode DuplicateFunction = User("DUPLICATE_FUNCTION", "42723");
    public static readonly ErrorCode DuplicateTable = User("TABLE_ALREADY_EXISTS", "42P07");
    public static readonly ErrorCode AmbiguousTable = User("AMBIGUOUS_TABLE", "42P09");
    public static readonly ErrorCode InvalidColumnReference = User("INVALID_COLUMN_REFERENCE", "42P10");
    public static readonly ErrorCode InvalidRecursion = User("INVALID_RECURSION", "42P19");
    public static readonly ErrorCode ObjectNotInPrerequisiteState = User("OBJECT_NOT_IN_PREREQUISITE_STATE", "55000");
    public static readonly ErrorCode UndefinedCursor = User("UNDEFINED_CURSOR", "34000");
    public static readonly ErrorCode InvalidCursorState = User("INVALID_CURSOR_STATE", "24000");
    public static readonly ErrorCode DuplicateCursor = User("DUPLICATE_CURSOR", "42P03");
    public static readonly ErrorCode SequenceLimit = User("SEQUENCE_LIMIT_EXCEEDED", "2200H");
    public static readonly ErrorCode GeneratedAlways = User("GENERATED_ALWAYS", "428C9");
    public static readonly ErrorCode InvalidForeignKey = User("INVALID_FOREIGN_KEY", "42830");
    public static readonly ErrorCode InvalidTableDefinition = User("INVALID_TABLE_DEFINITION", "42P16");
    public static readonly ErrorCode UndefinedSchema = User("SCHEMA_NOT_FOUND", "3F000");
    public static readonly ErrorCode DuplicateSchema = User("SCHEMA_ALREADY_EXISTS", "42P06");
    public static readonly ErrorCode UndefinedCatalog = User("CATALOG_NOT_FOUND", "3D000");
    public static readonly ErrorCode DuplicateCatalog = User("CATALOG_ALREADY_EXISTS", "42P04");
    public static readonly ErrorCode InvalidProperty = User("INVALID_PROPERTY", "HV024");

    // 53, 54, 57: resources and life cycle
    public static readonly ErrorCode OutOfMemory = new("EXCEEDED_MEMORY_LIMIT", "53200", ErrorKind.InsufficientResources);
    public static readonly ErrorCode DiskFull = new("DISK_FULL", "53100", ErrorKind.InsufficientResources);
    public static readonly ErrorCode StatementTooComplex = User("STATEMENT_TOO_COMPLEX", "54001");
    public static readonly ErrorCode QueryCanceled = User("QUERY_CANCELED", "57014");
    public static readonly ErrorCode ShuttingDown = new("SERVER_SHUTTING_DOWN", "57P01", ErrorKind.External);

    // 08, 58, HV, XX: outside and inside
    public static readonly ErrorCode ConnectionFailure = new("CONNECTION_FAILURE", "08006", ErrorKind.External);
    public static readonly ErrorCode ProtocolViolation = new("PROTOCOL_VIOLATION", "08P01", ErrorKind.External);
    public static readonly ErrorCode WorkerFailed = new("WORKER_FAILED", "58000", ErrorKind.External);
    public static readonly ErrorCode IoError = new("IO_ERROR", "58030", ErrorKind.External);
    public static readonly ErrorCode FileNotFound = new("FILE_NOT_FOUND", "58P01", ErrorKind.User);
    public static readonly ErrorCode RemoteError = new("REMOTE_ERROR", "HV000", ErrorKind.External);
    public static readonly ErrorCode InvalidData = new("INVALID_DATA", "22P04", ErrorKind.External);
    public static readonly ErrorCode Internal = new("INTERNAL_ERROR", "XX000", ErrorKind.Internal);

    private static ErrorCode User(string name, string sqlState) => new(name, sqlState, ErrorKind.User);
}
