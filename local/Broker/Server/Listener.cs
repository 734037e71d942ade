using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using Microsoft.Extensions.Logging;

namespace Millrace.Broker.Server;

/// <summary>Takes connections on the loopback interface, and only there: whoever reaches the broker may do everything with it.</summary>
internal sealed partial class Listener : IAsyncDisposable
{
    // Without handles left, the next accept fails as quickly as this one did.
    private static readonly TimeSpan AcceptPause = TimeSpan.FromMilliseconds(100);

    private const int Backlog = 512;

    private readonly int _maxFrameBytes;
    private readonly int _maxConnections;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private readonly ConcurrentDictionary<Connection, Task> _connections = new();
    private readonly Lock _gate = new();
    private Socket? _socket;
    private Socket? _reservation;
    private Dispatcher? _dispatcher;
    private bool _isDisposed;

    public Listener(int port, int maxConnections, int maxFrameBytes, TimeProvider time, ILogger logger)
    {
        (_maxFrameBytes, _maxConnections, _time, _logger) = (maxFrameBytes, maxConnections, time, logger);
        _socket = Listen(Bind(port), port);
        Port = ((IPEndPoint)_socket.LocalEndPoint!).Port;
    }

    /// <summary>The port, also while the broker is down.</summary>
    public int Port { get; }

    public bool IsUp => _socket is not null;

    /// <summary>Begins to take connections; before, they wait.</summary>
    /// <param name="dispatcher">What answers on them.</param>
    public void Start(Dispatcher dispatcher)
    {
        _dispatcher = dispatcher;
        _ = AcceptAsync(_socket!, dispatcher);
    }

    /// <summary>Drops all connections and refuses new ones; nobody else is given the port.</summary>
    public async Task DownAsync()
    {
        lock (_gate)
        {
            // Whoever accepts on it has to see that it is no longer wanted before it fails.
            var socket = _socket;
            _socket = null;
            socket?.Dispose();
            if (_isDisposed)
            {
                _reservation?.Dispose();
            }
            else if (socket is not null)
            {
                _reservation = Reserve();
            }
        }

        foreach (var connection in _connections.Keys)
        {
            connection.Close();
        }

        await Task.WhenAll(_connections.Values).ConfigureAwait(false);
    }

    /// <summary>Takes connections again, on the same port.</summary>
    /// <exception cref="IOException">Somebody else has taken the port meanwhile.</exception>
    /// <exception cref="ObjectDisposedException">The broker has stopped for good.</exception>
    public void Up()
    {
        lock (_gate)
        {
            ObjectDisposedException.ThrowIf(_isDisposed, typeof(EmbeddedBroker));
            if (_socket is null && _dispatcher is not null)
            {
                var reservation = _reservation;
                _reservation = null;
                _socket = Listen(reservation ?? Bind(Port), Port);
                Start(_dispatcher);
            }
        }
    }

    /// <summary>The same as <see cref="DownAsync"/>, for good.</summary>
    public async ValueTask DisposeAsync()
    {
        lock (_gate)
        {
            _isDisposed = true;
        }

        await DownAsync().ConfigureAwait(false);
    }

    // Bound, and not listening: who connects is refused, and who asks for any free port gets another.
    private Socket? Reserve()
    {
        try
        {
            return Bind(Port);
        }
        catch (IOException)
        {
            return null;
        }
    }

    private static Socket Bind(int port) => Try(new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp), port, socket => socket.Bind(new IPEndPoint(IPAddress.Loopback, port)));

    private static Socket Listen(Socket bound, int port) => Try(bound, port, socket => socket.Listen(Backlog));

    private static Socket Try(Socket socket, int port, Action<Socket> step)
    {
        try
        {
            step(socket);
            return socket;
        }
        catch (SocketException exception)
        {
            socket.Dispose();
            throw new IOException($"The broker cannot listen on 127.0.0.1:{port}: {exception.Message}. Stop what listens there, or give another port.", exception);
        }
    }

    private async Task AcceptAsync(Socket listening, Dispatcher dispatcher)
    {
        while (true)
        {
            Socket socket;
            try
            {
                socket = await listening.AcceptAsync();
            }
            catch (Exception exception) when (exception is ObjectDisposedException || !ReferenceEquals(_socket, listening))
            {
                return;
            }
            catch (SocketException exception)
            {
                // A client that gave up before it was accepted, or no more handles.
                LogNotAccepted(_logger, exception.Message);
                await Task.Delay(AcceptPause, _time);
                continue;
            }

            if (_connections.Count >= _maxConnections)
            {
                LogTooMany(_logger, _maxConnections);
                socket.Dispose();
                continue;
            }

            socket.NoDelay = true;
            var connection = new Connection(socket, dispatcher, _maxFrameBytes, _time, _logger);
            _connections[connection] = Task.CompletedTask;
            var running = Task.Run(connection.RunAsync);
            _connections[connection] = running;
            _ = running.ContinueWith(_ => _connections.TryRemove(connection, out Task? _), TaskScheduler.Default);

            // The broker may have gone down between the accept and the entry.
            if (!ReferenceEquals(_socket, listening))
            {
                connection.Close();
            }
        }
    }
}
