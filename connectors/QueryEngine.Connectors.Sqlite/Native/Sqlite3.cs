using System.Reflection;
using System.Runtime.InteropServices;
using QueryEngine.Spi;

namespace QueryEngine.Connectors.Sqlite.Native;

/// <summary>The functions of the system's SQLite library that the connector uses.</summary>
internal static unsafe partial class Sqlite3
{
    public const int Ok = 0;
    public const int Busy = 5;
    public const int Interrupted = 9;
    public const int ReadOnly = 8;
    public const int Full = 13;
    public const int Constraint = 19;
    public const int Row = 100;
    public const int Done = 101;

    public const int OpenReadOnly = 0x1;
    public const int OpenReadWrite = 0x2;
    public const int OpenCreate = 0x4;
    public const int OpenNoMutex = 0x8000;

    public const int TypeInteger = 1;
    public const int TypeFloat = 2;
    public const int TypeText = 3;
    public const int TypeBlob = 4;
    public const int TypeNull = 5;

    private const string Library = "sqlite3";

    // SQLITE_TRANSIENT: SQLite copies the bytes before the call returns.
    private static readonly nint _transient = -1;

    static Sqlite3() => NativeLibrary.SetDllImportResolver(typeof(Sqlite3).Assembly, Resolve);

    [LibraryImport(Library, EntryPoint = "sqlite3_open_v2", StringMarshalling = StringMarshalling.Utf8)]
    public static partial int Open(string path, out nint database, int flags, nint vfs);

    [LibraryImport(Library, EntryPoint = "sqlite3_close_v2")]
    public static partial int Close(nint database);

    [LibraryImport(Library, EntryPoint = "sqlite3_busy_timeout")]
    public static partial int BusyTimeout(SqliteDatabase database, int milliseconds);

    [LibraryImport(Library, EntryPoint = "sqlite3_interrupt")]
    public static partial void Interrupt(SqliteDatabase database);

    [LibraryImport(Library, EntryPoint = "sqlite3_errmsg")]
    public static partial nint ErrorMessage(nint database);

    [LibraryImport(Library, EntryPoint = "sqlite3_prepare_v2")]
    public static partial int Prepare(SqliteDatabase database, byte* sql, int bytes, out nint statement, byte** tail);

    [LibraryImport(Library, EntryPoint = "sqlite3_finalize")]
    public static partial int FinalizeStatement(nint statement);

    [LibraryImport(Library, EntryPoint = "sqlite3_column_count")]
    public static partial int ColumnCount(nint statement);

    [LibraryImport(Library, EntryPoint = "sqlite3_column_name")]
    public static partial nint ColumnName(nint statement, int column);

    [LibraryImport(Library, EntryPoint = "sqlite3_column_decltype")]
    public static partial nint ColumnDeclaredType(nint statement, int column);

    [LibraryImport(Library, EntryPoint = "sqlite3_step")]
    public static partial int Step(nint statement);

    [LibraryImport(Library, EntryPoint = "sqlite3_reset")]
    public static partial int Reset(nint statement);

    [LibraryImport(Library, EntryPoint = "sqlite3_changes")]
    public static partial int Changes(SqliteDatabase database);

    [LibraryImport(Library, EntryPoint = "sqlite3_get_autocommit")]
    public static partial int GetAutocommit(SqliteDatabase database);

    [LibraryImport(Library, EntryPoint = "sqlite3_bind_value")]
    public static partial int BindValue(SqliteStatement statement, int index, nint value);

    [LibraryImport(Library, EntryPoint = "sqlite3_column_value")]
    public static partial nint ColumnValue(nint statement, int column);

    [LibraryImport(Library, EntryPoint = "sqlite3_bind_int64")]
    public static partial int BindInt64(SqliteStatement statement, int index, long value);

    [LibraryImport(Library, EntryPoint = "sqlite3_bind_double")]
    public static partial int BindDouble(SqliteStatement statement, int index, double value);

    [LibraryImport(Library, EntryPoint = "sqlite3_bind_null")]
    public static partial int BindNull(SqliteStatement statement, int index);

    [LibraryImport(Library, EntryPoint = "sqlite3_table_column_metadata", StringMarshalling = StringMarshalling.Utf8)]
    public static partial int ColumnMetadata(
        SqliteDatabase database, string schema, string table, string column, out nint type, out nint collation, nint notNull, nint primaryKey, nint autoIncrement);

    // The next ones run once a value: blittable arguments, no marshalling, no transition for the trivial ones.
    [LibraryImport(Library, EntryPoint = "sqlite3_column_type")]
    [SuppressGCTransition]
    public static partial int ColumnType(nint statement, int column);

    [LibraryImport(Library, EntryPoint = "sqlite3_column_int64")]
    [SuppressGCTransition]
    public static partial long ColumnInt64(nint statement, int column);

    [LibraryImport(Library, EntryPoint = "sqlite3_column_double")]
    [SuppressGCTransition]
    public static partial double ColumnDouble(nint statement, int column);

    [LibraryImport(Library, EntryPoint = "sqlite3_column_blob")]
    public static partial byte* ColumnBlob(nint statement, int column);

    [LibraryImport(Library, EntryPoint = "sqlite3_column_text")]
    public static partial byte* ColumnText(nint statement, int column);

    [LibraryImport(Library, EntryPoint = "sqlite3_column_bytes")]
    [SuppressGCTransition]
    public static partial int ColumnBytes(nint statement, int column);

    public static int BindText(SqliteStatement statement, int index, ReadOnlySpan<byte> utf8)
    {
        byte empty = 0;
        fixed (byte* bytes = utf8)
            return BindText64(statement, index, bytes is null ? &empty : bytes, (ulong)utf8.Length, _transient, 1);
    }

    public static int BindBlob(SqliteStatement statement, int index, ReadOnlySpan<byte> value)
    {
        byte empty = 0;
        fixed (byte* bytes = value)
            return BindBlob64(statement, index, bytes is null ? &empty : bytes, (ulong)value.Length, _transient);
    }

    [LibraryImport(Library, EntryPoint = "sqlite3_bind_text64")]
    private static partial int BindText64(SqliteStatement statement, int index, byte* value, ulong bytes, nint destructor, byte encoding);

    [LibraryImport(Library, EntryPoint = "sqlite3_bind_blob64")]
    private static partial int BindBlob64(SqliteStatement statement, int index, byte* value, ulong bytes, nint destructor);

    private static nint Resolve(string name, Assembly assembly, DllImportSearchPath? path)
    {
        if (name != Library)
            return 0;
        foreach (string candidate in (ReadOnlySpan<string>)["libsqlite3.so.0", "libsqlite3.so", "libsqlite3.dylib", "winsqlite3.dll", "sqlite3.dll"])
            if (NativeLibrary.TryLoad(candidate, out nint library))
                return library;
        throw new QueryException(
            Spi.ErrorCode.ConnectionFailure, "the system has no SQLite library (libsqlite3.so.0)", "Install it: apt-get install libsqlite3-0.");
    }
}
