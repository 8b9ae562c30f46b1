using Google.Protobuf;
using QueryEngine.Metadata.Catalogs;
using QueryEngine.Rpc.Cluster;
using QueryEngine.Spi;

namespace QueryEngine.Cluster.Running;

/// <summary>The connectors that a worker has fetched from its coordinator, for as long as they are installed there. Thread-safe.</summary>
internal sealed class WorkerPackages : IDisposable
{
    private readonly SemaphoreSlim _gate = new(1, 1);
    private readonly Dictionary<string, LoadedConnectors> _loaded = new(StringComparer.Ordinal);

    /// <summary>The connectors of a package, fetched where it is new.</summary>
    public async ValueTask<IReadOnlyList<IConnectorFactory>> GetAsync(string id, Func<string, Task<PackageReply>> fetch, CancellationToken cancellationToken)
    {
        await _gate.WaitAsync(cancellationToken);
        try
        {
            if (!_loaded.TryGetValue(id, out LoadedConnectors? loaded))
            {
                PackageReply reply = await fetch(id);
                loaded = LoadedConnectors.Load(new ConnectorPackage(id, reply.Assemblies.ToDictionary(assembly => assembly.Key, assembly => assembly.Value.ToByteArray()), [.. reply.Main]));
                _loaded.Add(id, loaded);
            }

            return loaded.Factories;
        }
        finally
        {
            _gate.Release();
        }
    }

    /// <summary>Lets go of the packages that are not installed any more; their ids.</summary>
    public IReadOnlyList<string> KeepOnly(IReadOnlyCollection<string> installed)
    {
        if (!_gate.Wait(0))
            return [];
        try
        {
            string[] gone = [.. _loaded.Keys.Where(id => !installed.Contains(id))];
            foreach (string id in gone)
            {
                _loaded[id].Unload();
                _loaded.Remove(id);
            }

            return gone;
        }
        finally
        {
            _gate.Release();
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _gate.Dispose();

    /// <summary>A package as it travels.</summary>
    public static PackageReply ToReply(ConnectorPackage package)
    {
        var reply = new PackageReply();
        foreach ((string name, byte[] bytes) in package.Assemblies)
            reply.Assemblies.Add(name, UnsafeByteOperations.UnsafeWrap(bytes));
        reply.Main.AddRange(package.Main);
        return reply;
    }
}
