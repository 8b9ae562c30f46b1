using System.Reflection;
using System.Runtime.InteropServices;

namespace QueryEngine.Connectors.Odbc.Native;

/// <summary>The functions of the ODBC driver manager that the connectors use. Wide functions take UTF-16.</summary>
internal static unsafe partial class OdbcLibrary
{
    public const short Success = 0;
    public const short SuccessWithInfo = 1;
    public const short NoData = 100;
    public const short InvalidHandle = -2;

    public const short HandleEnvironment = 1;
    public const short HandleConnection = 2;
    public const short HandleStatement = 3;

    public const int AttributeOdbcVersion = 200;
    public const int AttributeAutocommit = 102;
    public const int AttributeLoginTimeout = 103;
    public const int AttributeConnectionDead = 1209;
    public const int AttributeNoScan = 2;
    public const int AttributeRowArraySize = 27;
    public const int AttributeRowsFetched = 26;
    public const int AttributeParameterSetSize = 22;
    public const int AttributeParametersProcessed = 21;

    public const short CChar = 1;
    public const short CWideChar = -8;
    public const short CShort = -15;
    public const short CInteger = -16;
    public const short CBigInt = -25;
    public const short CTinyInt = -26;
    public const short CDouble = 8;
    public const short CBinary = -2;
    public const short CDate = 91;
    public const short CTimestamp = 93;

    public const short SqlChar = 1;
    public const short SqlNumeric = 2;
    public const short SqlDecimal = 3;
    public const short SqlInteger = 4;
    public const short SqlSmallInt = 5;
    public const short SqlFloat = 6;
    public const short SqlReal = 7;
    public const short SqlDouble = 8;
    public const short SqlVarchar = 12;
    public const short SqlDate = 91;
    public const short SqlTime = 92;
    public const short SqlTimestamp = 93;
    public const short SqlLongVarchar = -1;
    public const short SqlBinary = -2;
    public const short SqlVarbinary = -3;
    public const short SqlLongVarbinary = -4;
    public const short SqlBigInt = -5;
    public const short SqlTinyInt = -6;
    public const short SqlBit = -7;
    public const short SqlWideChar = -8;
    public const short SqlWideVarchar = -9;
    public const short SqlWideLongVarchar = -10;
    public const short SqlGuid = -11;

    public const nint NullData = -1;
    public const nint NoTotal = -4;

    private const string Library = "odbc";

    static OdbcLibrary() => NativeLibrary.SetDllImportResolver(typeof(OdbcLibrary).Assembly, Resolve);

    [LibraryImport(Library, EntryPoint = "SQLAllocHandle")]
    public static partial short AllocateHandle(short type, nint parent, out nint handle);

    [LibraryImport(Library, EntryPoint = "SQLFreeHandle")]
    public static partial short FreeHandle(short type, nint handle);

    [LibraryImport(Library, EntryPoint = "SQLSetEnvAttr")]
    public static partial short SetEnvironmentAttribute(nint environment, int attribute, nint value, int length);

    [LibraryImport(Library, EntryPoint = "SQLSetConnectAttrW")]
    public static partial short SetConnectionAttribute(nint connection, int attribute, nint value, int length);

    [LibraryImport(Library, EntryPoint = "SQLGetConnectAttrW")]
    public static partial short GetConnectionAttribute(nint connection, int attribute, out nint value, int length, out int returned);

    [LibraryImport(Library, EntryPoint = "SQLDriverConnectW")]
    public static partial short DriverConnect(
        nint connection, nint window, char* text, short length, char* completed, short capacity, out short completedLength, ushort completion);

    [LibraryImport(Library, EntryPoint = "SQLDisconnect")]
    public static partial short Disconnect(nint connection);

    [LibraryImport(Library, EntryPoint = "SQLGetInfoW")]
    public static partial short GetInfo(nint connection, ushort kind, void* value, short capacity, out short length);

    [LibraryImport(Library, EntryPoint = "SQLEndTran")]
    public static partial short EndTransaction(short handleType, nint handle, short completion);

    [LibraryImport(Library, EntryPoint = "SQLGetDiagRecW")]
    public static partial short GetDiagnostic(
        short handleType, nint handle, short number, char* state, out int native, char* message, short capacity, out short length);

    [LibraryImport(Library, EntryPoint = "SQLSetStmtAttrW")]
    public static partial short SetStatementAttribute(nint statement, int attribute, nint value, int length);

    [LibraryImport(Library, EntryPoint = "SQLPrepareW")]
    public static partial short Prepare(nint statement, char* text, int length);

    [LibraryImport(Library, EntryPoint = "SQLExecute")]
    public static partial short Execute(nint statement);

    [LibraryImport(Library, EntryPoint = "SQLExecDirectW")]
    public static partial short ExecuteDirect(nint statement, char* text, int length);

    [LibraryImport(Library, EntryPoint = "SQLNumResultCols")]
    public static partial short CountColumns(nint statement, out short count);

    [LibraryImport(Library, EntryPoint = "SQLRowCount")]
    public static partial short CountRows(nint statement, out nint count);

    [LibraryImport(Library, EntryPoint = "SQLDescribeColW")]
    public static partial short DescribeColumn(
        nint statement, ushort column, char* name, short capacity, out short length, out short type, out nuint size, out short digits, out short nullable);

    [LibraryImport(Library, EntryPoint = "SQLColAttributeW")]
    public static partial short GetColumnAttribute(
        nint statement, ushort column, ushort field, char* text, short capacity, out short length, out nint number);

    [LibraryImport(Library, EntryPoint = "SQLBindCol")]
    public static partial short BindColumn(nint statement, ushort column, short type, void* values, nint width, nint* lengths);

    [LibraryImport(Library, EntryPoint = "SQLBindParameter")]
    public static partial short BindParameter(
        nint statement, ushort parameter, short direction, short cType, short sqlType, nuint size, short digits, void* values, nint width, nint* lengths);

    [LibraryImport(Library, EntryPoint = "SQLFetch")]
    public static partial short Fetch(nint statement);

    [LibraryImport(Library, EntryPoint = "SQLGetData")]
    public static partial short GetData(nint statement, ushort column, short type, void* value, nint capacity, out nint length);

    [LibraryImport(Library, EntryPoint = "SQLCancel")]
    public static partial short Cancel(nint statement);

    [LibraryImport(Library, EntryPoint = "SQLTablesW")]
    public static partial short ListTables(
        nint statement, char* catalog, short catalogLength, char* schema, short schemaLength, char* table, short tableLength, char* type, short typeLength);

    [LibraryImport(Library, EntryPoint = "SQLColumnsW")]
    public static partial short ListColumns(
        nint statement, char* catalog, short catalogLength, char* schema, short schemaLength, char* table, short tableLength, char* column, short columnLength);

    [LibraryImport(Library, EntryPoint = "SQLPrimaryKeysW")]
    public static partial short ListPrimaryKeys(
        nint statement, char* catalog, short catalogLength, char* schema, short schemaLength, char* table, short tableLength);

    /// <summary>Whether a call did what it should.</summary>
    public static bool IsSuccess(short code) => code is Success or SuccessWithInfo;

    private static nint Resolve(string name, Assembly assembly, DllImportSearchPath? path)
    {
        if (name != Library)
            return 0;
        foreach (string candidate in (string[])["libodbc.so.2", "libodbc.2.dylib", "odbc32.dll"])
            if (NativeLibrary.TryLoad(candidate, assembly, path, out nint handle))
                return handle;
        throw new DllNotFoundException("the ODBC driver manager is not installed (Debian: apt-get install unixodbc)");
    }
}
