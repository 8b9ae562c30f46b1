using System.Net;
using System.Net.Sockets;

namespace QueryEngine.Connectors.TestKit;

/// <summary>Passes connections on to a port of this machine, and cuts all of them once so many more bytes have passed in one direction.</summary>
public sealed class CuttingProxy : IAsyncDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource _stop = new();
    private readonly List<TcpClient> _open = [];
    private readonly Lock _lock = new();
    private readonly int _target;
    private long _fromServer = long.MaxValue;
    private long _toServer = long.MaxValue;

    public CuttingProxy(int target)
    {
        _target = target;
        _listener.Start();
        _ = AcceptAsync();
    }

    /// <summary>Where it listens.</summary>
    public int Port => ((IPEndPoint)_listener.LocalEndpoint).Port;

    /// <summary>How often it cut.</summary>
    public int Cuts { get; private set; }

    /// <summary>Cuts everything after so many bytes from the server.</summary>
    public void CutAfterReceiving(long bytes) => Interlocked.Exchange(ref _fromServer, bytes);

    /// <summary>Cuts everything after so many bytes to the server.</summary>
    public void CutAfterSending(long bytes) => Interlocked.Exchange(ref _toServer, bytes);

    /// <summary>Cuts no more.</summary>
    public void Mend()
    {
        CutAfterReceiving(long.MaxValue);
        CutAfterSending(long.MaxValue);
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        _listener.Stop();
        CloseAll();
        _listener.Dispose();
    }

    private async Task AcceptAsync()
    {
        while (!_stop.IsCancellationRequested)
        {
            TcpClient client, server = new();
            try
            {
                client = await _listener.AcceptTcpClientAsync(_stop.Token);
                await server.ConnectAsync(IPAddress.Loopback, _target, _stop.Token);
            }
            catch (Exception exception) when (exception is OperationCanceledException or SocketException or ObjectDisposedException)
            {
                server.Dispose();
                return;
            }

            lock (_lock)
                _open.AddRange([client, server]);
            _ = PassAsync(client, server, isToServer: true);
            _ = PassAsync(server, client, isToServer: false);
        }
    }

    private async Task PassAsync(TcpClient from, TcpClient to, bool isToServer)
    {
        byte[] buffer = new byte[16 * 1024];
        try
        {
            while (true)
            {
                int read = await from.GetStream().ReadAsync(buffer, _stop.Token);
                if (read == 0)
                    break;
                long left = isToServer ? Interlocked.Add(ref _toServer, -read) : Interlocked.Add(ref _fromServer, -read);
                if (left < 0)
                {
                    Cuts++;
                    CloseAll();
                    return;
                }

                await to.GetStream().WriteAsync(buffer.AsMemory(0, read), _stop.Token);
            }
        }
        catch (Exception exception) when (exception is OperationCanceledException or IOException or ObjectDisposedException or InvalidOperationException)
        {
            // The other side went, or all were cut.
        }

        from.Dispose();
        to.Dispose();
    }

    private void CloseAll()
    {
        lock (_lock)
        {
            foreach (TcpClient client in _open)
            {
                if (client.Client is { } socket)
                    socket.LingerState = new LingerOption(true, 0); // a reset, as when a server dies
                client.Dispose();
            }

            _open.Clear();
        }
    }
}
