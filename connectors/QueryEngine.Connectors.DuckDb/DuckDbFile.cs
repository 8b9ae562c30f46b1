using System.Globalization;
using System.Runtime.InteropServices;
using QueryEngine.Connectors.DuckDb.Native;
using QueryEngine.Connectors.DuckDb.Writing;
using QueryEngine.Spi;

namespace QueryEngine.Connectors.DuckDb;

/// <summary>
/// An open database file. DuckDB lets a process open a file once, so that all catalogs over it share this: the first one decides how it is opened, the last
/// one closes it. Only this process writes the file, so that commits and the starts of snapshots that wait for each other here make snapshots exact.
/// </summary>
internal sealed class DuckDbFile : IDisposable
{
    // What the process has open: a fact of the process, not of a catalog.
    private static readonly Dictionary<string, DuckDbFile> _open = new(StringComparer.Ordinal);

    private readonly DuckDbOptions _options;
    private readonly SemaphoreSlim _gate = new(1);
    private nint _database;
    private int _users;

    private DuckDbFile(DuckDbOptions options) => _options = options;

    /// <summary>The name of the database that rows are staged in, in memory.</summary>
    public string Staging { get; } = $"qe_staging_{Guid.NewGuid():N}";

    /// <summary>The name that DuckDB has given the database.</summary>
    public string Catalog { get; private set; } = "";

    /// <summary>Snapshots of scans that are read in several splits.</summary>
    public DuckDbSnapshots Snapshots { get; } = new();

    /// <summary>Writes under way.</summary>
    public DuckDbOpenWrites Writes { get; } = new();

    /// <summary>Opens a file, or joins those who have it open.</summary>
    public static DuckDbFile Open(DuckDbOptions options)
    {
        lock (_open)
        {
            if (!_open.TryGetValue(options.Path, out DuckDbFile? file))
            {
                file = new DuckDbFile(options);
                file.Open();
                _open[options.Path] = file;
            }
            else if (file._options.IsReadOnly && !options.IsReadOnly)
            {
                throw new QueryException(
                    ErrorCode.ConnectionFailure,
                    $"DuckDB database {options.Path} is open for reading only in this process",
                    "Drop the catalog that has read-only=true, or make this one read-only too.");
            }

            file._users++;
            return file;
        }
    }

    /// <summary>Leaves the file; the last one closes it.</summary>
    public void Dispose()
    {
        lock (_open)
        {
            if (--_users > 0)
                return;
            _open.Remove(_options.Path);
            Snapshots.ReleaseAll();
            Writes.ReleaseAll();
            DuckDbApi.Close(ref _database);
            _gate.Dispose();
        }
    }

    /// <summary>A new connection.</summary>
    public DuckDbConnection Connect() =>
        DuckDbApi.Connect(_database, out nint connection) == DuckDbApi.Success
            ? new DuckDbConnection(_options.Path, connection)
            : throw new QueryException(ErrorCode.ConnectionFailure, $"DuckDB database {_options.Path} gives no connection");

    /// <summary>Connections whose transactions, begun by a look at a table, see one state of the file.</summary>
    public List<DuckDbConnection> BeginSnapshot(string schema, string table, int connections, CancellationToken cancellationToken)
    {
        var begun = new List<DuckDbConnection>(connections);
        _gate.Wait(cancellationToken);
        try
        {
            for (int number = 0; number < connections; number++)
            {
                begun.Add(Connect());

                // A transaction sees the state of its first look at the file.
                begun[^1].Execute($"BEGIN; SELECT 1 FROM {DuckDbNames.Table(Catalog, schema, table)} LIMIT 0");
            }

            return begun;
        }
        catch
        {
            begun.ForEach(connection => connection.Dispose());
            throw;
        }
        finally
        {
            _gate.Release();
        }
    }

    /// <summary>Commits the transaction of a connection.</summary>
    public void Commit(DuckDbConnection connection, CancellationToken cancellationToken)
    {
        _gate.Wait(cancellationToken);
        try
        {
            connection.Execute("COMMIT");
        }
        finally
        {
            _gate.Release();
        }
    }

    private void Open()
    {
        if (!File.Exists(_options.Path) && !_options.CreatesFile)
            throw new QueryException(
                ErrorCode.ConnectionFailure, $"DuckDB database {_options.Path} is not there", "Set create-file=true to have an empty one made.");
        DuckDbLibrary.Load(_options.LibraryPath);
        _ = DuckDbApi.CreateConfig(out nint config);
        try
        {
            Set(config, "access_mode", _options.IsReadOnly ? "READ_ONLY" : "READ_WRITE");
            if (_options.Threads is { } threads)
                Set(config, "threads", threads);
            if (_options.MemoryLimit is { } memory)
                Set(config, "max_memory", memory);
            if (DuckDbApi.Open(_options.Path, out _database, config, out nint error) != DuckDbApi.Success)
            {
                Exception failed = DuckDbErrors.Of(_options.Path, Marshal.PtrToStringUTF8(error) ?? "cannot be opened");
                DuckDbApi.Free(error);
                throw failed;
            }
        }
        finally
        {
            DuckDbApi.DestroyConfig(ref config);
        }

        try
        {
            Prepare();
        }
        catch
        {
            DuckDbApi.Close(ref _database);
            throw;
        }
    }

    private void Prepare()
    {
        using DuckDbConnection connection = Connect();
        Catalog = (string)connection.Read("SELECT current_database()")[0][0]!;
        if (!_options.IsReadOnly)
            connection.Execute($"ATTACH ':memory:' AS {DuckDbNames.Quote(Staging)}");
        if (!_options.HasExternalAccess)
            connection.Execute("SET enable_external_access = false");
    }

    private void Set(nint config, string name, string value)
    {
        if (DuckDbApi.SetConfig(config, name, value) != DuckDbApi.Success)
            throw new QueryException(
                ErrorCode.InvalidProperty, string.Create(CultureInfo.InvariantCulture, $"DuckDB does not take '{value}' as {name} for {_options.Path}"));
    }
}
