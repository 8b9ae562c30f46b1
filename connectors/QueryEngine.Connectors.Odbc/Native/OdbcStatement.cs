using System.Runtime.InteropServices;

namespace QueryEngine.Connectors.Odbc.Native;

/// <summary>A column of a result as the driver describes it; <see cref="Size"/> counts characters, digits or bytes, 0 when not known.</summary>
internal sealed record OdbcColumnDescription(string Name, short Type, long Size, int Digits, bool IsNullable)
{
    /// <summary>The source's own name of the type.</summary>
    public string TypeName { get; init; } = "";

    /// <summary>Whether numbers are without a sign.</summary>
    public bool IsUnsigned { get; init; }
}

/// <summary>A statement. One thread at a time uses it; any may cancel it.</summary>
internal sealed unsafe class OdbcStatement : SafeHandle
{
    private const int LongestName = 512;

    private readonly OdbcConnection _connection;

    public OdbcStatement(OdbcConnection connection, nint statement)
        : base(0, ownsHandle: true)
    {
        _connection = connection;
        bool added = false;
        connection.DangerousAddRef(ref added); // the connection must live longer
        SetHandle(statement);
    }

    /// <inheritdoc/>
    public override bool IsInvalid => handle == 0;

    /// <summary>Rows that the last statement changed, -1 when it does not tell.</summary>
    public long RowCount => OdbcLibrary.IsSuccess(OdbcLibrary.CountRows(handle, out nint count)) ? count : -1;

    /// <summary>Columns of the result.</summary>
    public int ColumnCount
    {
        get
        {
            Check(OdbcLibrary.CountColumns(handle, out short count));
            return count;
        }
    }

    /// <summary>Runs SQL.</summary>
    public void Execute(string sql)
    {
        fixed (char* text = sql)
            CheckRun(OdbcLibrary.ExecuteDirect(handle, text, sql.Length));
    }

    /// <summary>Prepares SQL.</summary>
    public void Prepare(string sql)
    {
        fixed (char* text = sql)
            Check(OdbcLibrary.Prepare(handle, text, sql.Length));
    }

    /// <summary>Runs what is prepared.</summary>
    public void Execute() => CheckRun(OdbcLibrary.Execute(handle));

    /// <summary>Fetches rows into what is bound; false at the end.</summary>
    public bool Fetch() => CheckRun(OdbcLibrary.Fetch(handle));

    /// <summary>Sets an attribute; false when the driver does not take the value.</summary>
    public bool TrySet(int attribute, nint value) => OdbcLibrary.SetStatementAttribute(handle, attribute, value, 0) == OdbcLibrary.Success;

    /// <summary>Sets an attribute to an address.</summary>
    public void SetPointer(int attribute, void* value) => Check(OdbcLibrary.SetStatementAttribute(handle, attribute, (nint)value, 0));

    /// <summary>A column of the result, counted from 1.</summary>
    public OdbcColumnDescription Describe(int column)
    {
        const ushort FieldUnsigned = 8, FieldTypeName = 14;
        char* name = stackalloc char[LongestName];
        Check(OdbcLibrary.DescribeColumn(
            handle, (ushort)column, name, LongestName, out short length, out short type, out nuint size, out short digits, out short nullable));
        string text = new(name, 0, Math.Clamp((int)length, 0, LongestName - 1));
        bool isUnsigned = OdbcLibrary.IsSuccess(OdbcLibrary.GetColumnAttribute(handle, (ushort)column, FieldUnsigned, null, 0, out _, out nint unsigned)) && unsigned == 1;
        string typeName = OdbcLibrary.IsSuccess(OdbcLibrary.GetColumnAttribute(handle, (ushort)column, FieldTypeName, name, LongestName * 2, out short bytes, out _))
            ? new string(name, 0, Math.Clamp(bytes / 2, 0, LongestName - 1)) : "";
        return new OdbcColumnDescription(text, type, size > int.MaxValue ? int.MaxValue : (long)size, digits, nullable != 0)
        {
            TypeName = typeName,
            IsUnsigned = isUnsigned,
        };
    }

    /// <summary>Binds a block of a column.</summary>
    public void BindColumn(int column, short type, void* values, int width, nint* lengths) =>
        Check(OdbcLibrary.BindColumn(handle, (ushort)column, type, values, width, lengths));

    /// <summary>Binds a block of a parameter.</summary>
    public void BindParameter(int parameter, short cType, short sqlType, long size, int digits, void* values, int width, nint* lengths)
    {
        const short Input = 1;
        Check(OdbcLibrary.BindParameter(handle, (ushort)parameter, Input, cType, sqlType, (nuint)size, (short)digits, values, width, lengths));
    }

    /// <summary>Reads a part of a value; false when there was more of it than room.</summary>
    public bool GetData(int column, short type, void* value, int capacity, out nint length)
    {
        short code = OdbcLibrary.GetData(handle, (ushort)column, type, value, capacity, out length);
        Check(code);
        return code == OdbcLibrary.Success;
    }

    /// <summary>The tables of the source; null asks for all.</summary>
    public void ListTables(string? catalog, string? schema, string? table)
    {
        fixed (char* c = catalog, s = schema, t = table)
            Check(OdbcLibrary.ListTables(handle, c, Length(catalog), s, Length(schema), t, Length(table), null, 0));
    }

    /// <summary>The columns of tables whose names match patterns.</summary>
    public void ListColumns(string? catalog, string? schema, string table)
    {
        fixed (char* c = catalog, s = schema, t = table)
            Check(OdbcLibrary.ListColumns(handle, c, Length(catalog), s, Length(schema), t, Length(table), null, 0));
    }

    /// <summary>The columns of a table's primary key.</summary>
    public bool TryListPrimaryKeys(string? catalog, string? schema, string table)
    {
        fixed (char* c = catalog, s = schema, t = table)
            return OdbcLibrary.IsSuccess(OdbcLibrary.ListPrimaryKeys(handle, c, Length(catalog), s, Length(schema), t, Length(table)));
    }

    /// <summary>The text of a column of the row under the statement, or null. Columns are asked in order.</summary>
    public string? GetText(int column)
    {
        char* part = stackalloc char[512];
        var text = new System.Text.StringBuilder();
        while (true)
        {
            bool isWhole = GetData(column, OdbcLibrary.CWideChar, part, 1024, out nint length);
            if (length == OdbcLibrary.NullData)
                return null;
            int here = isWhole ? (int)length / 2 : 511;
            text.Append(part, here);
            if (isWhole)
                return text.ToString();
        }
    }

    /// <summary>Cancels what runs when the token says so.</summary>
    public CancellationTokenRegistration CancelOn(CancellationToken cancellationToken) =>
        cancellationToken.UnsafeRegister(
            static state =>
            {
                var statement = (OdbcStatement)state!;
                if (!statement.IsClosed)
                    _ = OdbcLibrary.Cancel(statement.handle);
            },
            this);

    /// <summary>Throws the error of a call on this statement.</summary>
    public void Check(short code)
    {
        if (!OdbcLibrary.IsSuccess(code))
            throw _connection.Error(OdbcLibrary.HandleStatement, handle);
    }

    /// <inheritdoc/>
    protected override bool ReleaseHandle()
    {
        bool isFreed = OdbcLibrary.IsSuccess(OdbcLibrary.FreeHandle(OdbcLibrary.HandleStatement, handle));
        _connection.DangerousRelease();
        return isFreed;
    }

    private static short Length(string? text) => (short)(text?.Length ?? 0);

    private bool CheckRun(short code)
    {
        if (code == OdbcLibrary.NoData)
            return false;
        Check(code);
        return true;
    }
}
