using Confluent.Kafka;

namespace Millrace.Kafka;

/// <summary>A producer that closes when the last of its users has gone.</summary>
/// <remarks>
/// A producer that closes forgets what was not acknowledged yet, without a word: whoever waits for that would wait for
/// ever. So one that is replaced stays until its sessions have ended. Safe for concurrent use.
/// </remarks>
internal sealed class SharedProducer(Func<SharedProducer, IProducer<byte[], byte[]>> build) : IDisposable
{
    private readonly Lock _gate = new();
    private IProducer<byte[], byte[]>? _client;
    private int _users = 1;
    private volatile bool _broken;

    /// <summary>Whether it met an error that it cannot survive.</summary>
    public bool IsBroken => _broken;

    /// <summary>The client.</summary>
    public IProducer<byte[], byte[]> Client => _client ?? throw new ObjectDisposedException(nameof(KafkaSink));

    /// <summary>Makes the client, for a first user.</summary>
    public SharedProducer Open()
    {
        _client = build(this);
        return this;
    }

    public void Break() => _broken = true;

    /// <summary>One more user.</summary>
    public SharedProducer Share()
    {
        lock (_gate)
        {
            _users++;
            return this;
        }
    }

    /// <summary>One user less.</summary>
    public void Release()
    {
        lock (_gate)
        {
            if (--_users > 0)
            {
                return;
            }
        }

        Dispose();
    }

    /// <summary>Closes the client, whoever still uses it.</summary>
    public void Dispose() => Interlocked.Exchange(ref _client, null)?.Dispose();
}
