using System.Runtime.InteropServices;
using QueryEngine.Spi;

namespace QueryEngine.Connectors.Odbc.Native;

/// <summary>What a connection needs to know of its source. The connection string is never shown.</summary>
internal sealed record OdbcTarget(string ConnectionString, string Name)
{
    /// <summary>Seconds to wait for a connection.</summary>
    public int ConnectTimeout { get; init; } = 15;

    /// <summary>Statements that every new connection runs.</summary>
    public IReadOnlyList<string> Settings { get; init; } = [];

    /// <summary>Whether narrow text of the driver is UTF-8, so that it needs no conversion.</summary>
    public bool IsNarrowTextUtf8 { get; init; }

    /// <summary>The engine's code of a number of the source's own, or null.</summary>
    public Func<int, ErrorCode?> CodeOfNative { get; init; } = _ => null;
}

/// <summary>
/// An open connection, with an environment of its own, so that drivers which lock their environment run connections beside each other. One
/// thread at a time uses it.
/// </summary>
internal sealed unsafe class OdbcConnection : SafeHandle
{
    private const ushort NoPrompt = 0;
    private const ushort DbmsName = 17;
    private readonly nint _environment;
    private bool _isConnected;
    private bool _isInTransaction;

    private OdbcConnection(OdbcTarget target, nint environment, nint connection)
        : base(0, ownsHandle: true)
    {
        Target = target;
        _environment = environment;
        SetHandle(connection);
    }

    /// <summary>The source.</summary>
    public OdbcTarget Target { get; }

    /// <summary>Whether something failed in a way that leaves its state unknown.</summary>
    public bool IsBroken { get; set; }

    /// <inheritdoc/>
    public override bool IsInvalid => handle == 0;

    /// <summary>Connects.</summary>
    public static OdbcConnection Open(OdbcTarget target)
    {
        OdbcConnection connection = Allocate(target);
        try
        {
            connection.Connect();
            foreach (string setting in target.Settings)
                connection.Execute(setting);
            return connection;
        }
        catch
        {
            connection.Dispose();
            throw;
        }
    }

    /// <summary>A statement on this connection.</summary>
    public OdbcStatement CreateStatement()
    {
        Check(OdbcLibrary.AllocateHandle(OdbcLibrary.HandleStatement, handle, out nint statement));
        return new OdbcStatement(this, statement);
    }

    /// <summary>Runs a statement; the rows that it changed, -1 when it does not tell.</summary>
    public long Execute(string sql)
    {
        using OdbcStatement statement = CreateStatement();
        statement.Execute(sql);
        return statement.RowCount;
    }

    /// <summary>Begins a transaction.</summary>
    public void Begin()
    {
        Check(OdbcLibrary.SetConnectionAttribute(handle, OdbcLibrary.AttributeAutocommit, 0, 0));
        _isInTransaction = true;
    }

    /// <summary>Commits.</summary>
    public void Commit()
    {
        Check(OdbcLibrary.EndTransaction(OdbcLibrary.HandleConnection, handle, 0));
        EndTransaction();
    }

    /// <summary>Rolls back what is not committed; a connection on which that fails is broken.</summary>
    public void Rollback()
    {
        if (!_isInTransaction)
            return;
        IsBroken |= !OdbcLibrary.IsSuccess(OdbcLibrary.EndTransaction(OdbcLibrary.HandleConnection, handle, 1));
        EndTransaction();
    }

    /// <summary>Whether the driver knows how long values of a column can be. SQLite keeps longer ones than a column declares.</summary>
    public bool KnowsSizes() => !GetInfoText(DbmsName).Contains("SQLite", StringComparison.OrdinalIgnoreCase);

    /// <summary>Whether the driver says that the connection is gone.</summary>
    public bool IsDead() =>
        OdbcLibrary.IsSuccess(OdbcLibrary.GetConnectionAttribute(handle, OdbcLibrary.AttributeConnectionDead, out nint dead, 0, out _)) && (int)dead == 1;

    /// <summary>A text that the driver tells of itself and its source.</summary>
    public string GetInfoText(ushort kind)
    {
        char* text = stackalloc char[1024];
        return OdbcLibrary.IsSuccess(OdbcLibrary.GetInfo(handle, kind, text, 2048, out short bytes)) ? new string(text, 0, Math.Clamp(bytes / 2, 0, 1023)) : "";
    }

    /// <summary>A number that the driver tells of itself and its source; of kinds that are 16 bits wide, those.</summary>
    public int GetInfoNumber(ushort kind)
    {
        int number = 0;
        return OdbcLibrary.IsSuccess(OdbcLibrary.GetInfo(handle, kind, &number, sizeof(int), out _)) ? number : 0;
    }

    /// <summary>Throws the error of a call on this connection.</summary>
    public void Check(short code)
    {
        if (!OdbcLibrary.IsSuccess(code))
            throw Error(OdbcLibrary.HandleConnection, handle);
    }

    /// <summary>The error of a call on a handle of this connection.</summary>
    public Exception Error(short handleType, nint failed)
    {
        OdbcDiagnostic diagnostic = OdbcErrors.Read(handleType, failed);
        IsBroken |= diagnostic.State.StartsWith("08", StringComparison.Ordinal) || diagnostic.State is "HYT00" or "HYT01";
        return OdbcErrors.Translate(Target.Name, diagnostic, Target.CodeOfNative);
    }

    /// <inheritdoc/>
    protected override bool ReleaseHandle()
    {
        if (_isInTransaction)
            _ = OdbcLibrary.EndTransaction(OdbcLibrary.HandleConnection, handle, 1);
        if (_isConnected)
            _ = OdbcLibrary.Disconnect(handle);
        bool isFreed = OdbcLibrary.IsSuccess(OdbcLibrary.FreeHandle(OdbcLibrary.HandleConnection, handle));
        return OdbcLibrary.IsSuccess(OdbcLibrary.FreeHandle(OdbcLibrary.HandleEnvironment, _environment)) && isFreed;
    }

    private static OdbcConnection Allocate(OdbcTarget target)
    {
        const int Version3 = 3;
        short code;
        nint environment;
        try
        {
            code = OdbcLibrary.AllocateHandle(OdbcLibrary.HandleEnvironment, 0, out environment);
        }
        catch (Exception exception) when (exception is DllNotFoundException or TypeInitializationException)
        {
            throw new QueryException(
                ErrorCode.ConnectionFailure, "the ODBC driver manager is not installed", "Debian: apt-get install unixodbc", exception);
        }

        if (!OdbcLibrary.IsSuccess(code))
            throw new QueryException(ErrorCode.ConnectionFailure, "the ODBC driver manager gives no environment");
        nint connection = 0;
        if (!OdbcLibrary.IsSuccess(OdbcLibrary.SetEnvironmentAttribute(environment, OdbcLibrary.AttributeOdbcVersion, Version3, 0))
            || !OdbcLibrary.IsSuccess(OdbcLibrary.AllocateHandle(OdbcLibrary.HandleConnection, environment, out connection)))
        {
            _ = OdbcLibrary.FreeHandle(OdbcLibrary.HandleEnvironment, environment);
            throw new QueryException(ErrorCode.ConnectionFailure, "the ODBC driver manager gives no connection");
        }

        return new OdbcConnection(target, environment, connection);
    }

    private void Connect()
    {
        _ = OdbcLibrary.SetConnectionAttribute(handle, OdbcLibrary.AttributeLoginTimeout, Target.ConnectTimeout, 0); // not every driver has it
        fixed (char* text = Target.ConnectionString)
        {
            Check(OdbcLibrary.DriverConnect(handle, 0, text, (short)Target.ConnectionString.Length, null, 0, out _, NoPrompt));
            _isConnected = true;
        }
    }

    private void EndTransaction()
    {
        _isInTransaction = false;
        IsBroken |= !OdbcLibrary.IsSuccess(OdbcLibrary.SetConnectionAttribute(handle, OdbcLibrary.AttributeAutocommit, 1, 0));
    }
}
