using System.Runtime.InteropServices;
using System.Text;
using QueryEngine.Spi;

namespace QueryEngine.Connectors.Sqlite.Native;

/// <summary>An open database. One thread at a time uses it; any may interrupt it.</summary>
internal sealed class SqliteDatabase : SafeHandle
{
    private readonly string _path;

    private SqliteDatabase(string path, nint database)
        : base(0, ownsHandle: true)
    {
        _path = path;
        SetHandle(database);
    }

    /// <inheritdoc/>
    public override bool IsInvalid => handle == 0;

    /// <summary>Opens a file to read it, or to write it and make it where it is not there.</summary>
    public static SqliteDatabase Open(SqliteOptions options, bool forWriting = false)
    {
        int mode = forWriting || (options.CreatesFile && !File.Exists(options.Path)) ? Sqlite3.OpenReadWrite | Sqlite3.OpenCreate : Sqlite3.OpenReadOnly;
        int code = Sqlite3.Open(options.Path, out nint raw, mode | Sqlite3.OpenNoMutex, 0);
        var database = new SqliteDatabase(options.Path, raw);
        if (code != Sqlite3.Ok)
        {
            string reason = database.Message();
            database.Dispose();
            throw new QueryException(ErrorCode.ConnectionFailure, $"SQLite database {options.Path} cannot be opened: {reason}");
        }

        Sqlite3.BusyTimeout(database, options.BusyTimeoutMilliseconds);
        return database;
    }

    /// <summary>Prepares one statement.</summary>
    public unsafe SqliteStatement Prepare(string sql)
    {
        byte[] utf8 = Encoding.UTF8.GetBytes(sql);
        fixed (byte* bytes = utf8)
        {
            int code = Sqlite3.Prepare(this, bytes, utf8.Length, out nint statement, null);
            if (code != Sqlite3.Ok)
                throw Error(code);
            return new SqliteStatement(this, statement);
        }
    }

    /// <summary>Runs a statement that gives no rows.</summary>
    public void Execute(string sql)
    {
        using SqliteStatement statement = Prepare(sql);
        while (statement.Step())
        {
        }
    }

    /// <summary>Rows that the last statement changed.</summary>
    public int Changes => Sqlite3.Changes(this);

    /// <summary>Whether no transaction is open.</summary>
    public bool IsAutocommit => Sqlite3.GetAutocommit(this) != 0;

    /// <summary>Interrupts what runs when the token says so.</summary>
    public CancellationTokenRegistration InterruptOn(CancellationToken cancellationToken) =>
        cancellationToken.UnsafeRegister(
            static state =>
            {
                var database = (SqliteDatabase)state!;
                if (!database.IsClosed)
                    Sqlite3.Interrupt(database);
            },
            this);

    /// <summary>The error of a call that failed.</summary>
    public QueryException Error(int code)
    {
        string message = $"SQLite database {_path}: {Message()}";
        return (code & 0xFF) switch
        {
            Sqlite3.Busy => new QueryException(ErrorCode.RemoteError, message, "Another process holds a lock; raise busy-timeout."),
            Sqlite3.ReadOnly => new QueryException(ErrorCode.AccessDenied, message),
            Sqlite3.Full => new QueryException(ErrorCode.DiskFull, message),
            Sqlite3.Constraint => new QueryException(ConstraintCode(Message()), message),
            _ => new QueryException(ErrorCode.RemoteError, message),
        };
    }

    private static ErrorCode ConstraintCode(string message) => message switch
    {
        _ when message.StartsWith("UNIQUE", StringComparison.Ordinal) => ErrorCode.UniqueViolation,
        _ when message.StartsWith("NOT NULL", StringComparison.Ordinal) => ErrorCode.NotNullViolation,
        _ when message.StartsWith("CHECK", StringComparison.Ordinal) => ErrorCode.CheckViolation,
        _ => ErrorCode.RemoteError,
    };

    /// <inheritdoc/>
    protected override bool ReleaseHandle() => Sqlite3.Close(handle) == Sqlite3.Ok;

    private string Message() => handle == 0 ? "out of memory" : Marshal.PtrToStringUTF8(Sqlite3.ErrorMessage(handle)) ?? "unknown error";
}

/// <summary>A prepared statement.</summary>
internal sealed class SqliteStatement : SafeHandle
{
    private readonly SqliteDatabase _database;

    public SqliteStatement(SqliteDatabase database, nint statement)
        : base(0, ownsHandle: true)
    {
        _database = database;
        SetHandle(statement);
    }

    /// <inheritdoc/>
    public override bool IsInvalid => handle == 0;

    /// <summary>The pointer, for the calls that are made once a value. Valid while this is not disposed.</summary>
    public nint Pointer => handle;

    /// <summary>Goes to the next row; false at the end. An interrupt is an OperationCanceledException.</summary>
    public bool Step()
    {
        int code = Sqlite3.Step(handle);
        return code switch
        {
            Sqlite3.Row => true,
            Sqlite3.Done => false,
            Sqlite3.Interrupted => throw new OperationCanceledException("the query of SQLite was interrupted"),
            _ => throw _database.Error(code),
        };
    }

    /// <summary>Makes the statement ready to run again; what is bound stays.</summary>
    public void Reset() => _ = Sqlite3.Reset(handle); // it repeats the error of the last step, which was thrown then

    /// <summary>Binds the value of a column of another statement's row.</summary>
    public void BindFrom(int index, SqliteStatement row, int column) => Check(Sqlite3.BindValue(this, index, Sqlite3.ColumnValue(row.Pointer, column)));

    /// <summary>Throws the error of a call that failed.</summary>
    public void Check(int code)
    {
        if (code != Sqlite3.Ok)
            throw _database.Error(code);
    }

    /// <summary>Binds a boxed value to a parameter, counted from 1.</summary>
    public void Bind(int index, object? value)
    {
        int code = value switch
        {
            null => Sqlite3.BindNull(this, index),
            bool truth => Sqlite3.BindInt64(this, index, truth ? 1 : 0),
            sbyte number => Sqlite3.BindInt64(this, index, number),
            short number => Sqlite3.BindInt64(this, index, number),
            int number => Sqlite3.BindInt64(this, index, number),
            long number => Sqlite3.BindInt64(this, index, number),
            float number => Sqlite3.BindDouble(this, index, number),
            double number => Sqlite3.BindDouble(this, index, number),
            string text => Sqlite3.BindText(this, index, Encoding.UTF8.GetBytes(text)),
            ValueList<byte> bytes => Sqlite3.BindBlob(this, index, bytes.AsSpan()),
            _ => throw new ArgumentException($"a {value.GetType().Name} is not bound", nameof(value)),
        };
        Check(code);
    }

    /// <summary>The text of a column of the row, or null.</summary>
    public string? GetText(int column)
    {
        ReadOnlySpan<byte> text = GetUtf8(column);
        return Sqlite3.ColumnType(handle, column) == Sqlite3.TypeNull ? null : Encoding.UTF8.GetString(text);
    }

    /// <summary>A column as a number.</summary>
    public long GetInt64(int column) => Sqlite3.ColumnInt64(handle, column);

    /// <summary>Whether a column is NULL.</summary>
    public bool IsNull(int column) => Sqlite3.ColumnType(handle, column) == Sqlite3.TypeNull;

    /// <summary>SQLite's own bytes of a text; valid until the next step.</summary>
    public unsafe ReadOnlySpan<byte> GetUtf8(int column)
    {
        byte* text = Sqlite3.ColumnText(handle, column); // first: it may convert, and then the size changes
        return new ReadOnlySpan<byte>(text, text is null ? 0 : Sqlite3.ColumnBytes(handle, column));
    }

    /// <summary>SQLite's own bytes of a blob; valid until the next step.</summary>
    public unsafe ReadOnlySpan<byte> GetBlob(int column)
    {
        byte* blob = Sqlite3.ColumnBlob(handle, column);
        return new ReadOnlySpan<byte>(blob, blob is null ? 0 : Sqlite3.ColumnBytes(handle, column));
    }

    /// <inheritdoc/>
    protected override bool ReleaseHandle()
    {
        _ = Sqlite3.FinalizeStatement(handle); // it repeats the error of the last step, which was thrown then
        return true;
    }
}
