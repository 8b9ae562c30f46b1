using QueryEngine.Connectors.AdoNet;
using QueryEngine.Connectors.DuckDb.Native;
using QueryEngine.Spi;

namespace QueryEngine.Connectors.DuckDb;

/// <summary>A catalog's way to its file, which is opened when it is first used.</summary>
internal sealed class DuckDbDatabase(DuckDbOptions options) : IDisposable
{
    private readonly Lock _lock = new();
    private DuckDbFile? _file;
    private bool _isDisposed;

    /// <summary>The catalog's properties.</summary>
    public DuckDbOptions Options => options;

    /// <summary>The open file.</summary>
    public DuckDbFile File
    {
        get
        {
            lock (_lock)
            {
                ObjectDisposedException.ThrowIf(_isDisposed, this);
                return _file ??= DuckDbFile.Open(options);
            }
        }
    }

    /// <summary>The file, if it was used.</summary>
    public DuckDbFile? FileIfOpen
    {
        get
        {
            lock (_lock)
                return _file;
        }
    }

    /// <summary>The rows of a statement as boxed values.</summary>
    public List<object?[]> Read(string sql)
    {
        using DuckDbConnection connection = File.Connect();
        return connection.Read(sql);
    }

    /// <summary>Refuses to write where the catalog only reads.</summary>
    public void CheckWritable()
    {
        SqlAccess.Check(options.IsReadOnly, options.Path, AccessKind.Change);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        lock (_lock)
        {
            _file?.Dispose();
            _file = null;
            _isDisposed = true;
        }
    }
}
