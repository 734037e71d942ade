using System.Diagnostics.CodeAnalysis;
using Millrace.Core;

namespace Millrace.Schemas;

/// <summary>Remembers, for a while and within a bound, the schema URIs that lead to nothing. Not safe for concurrent use.</summary>
internal sealed class RefusedSchemas(SchemaRepositoryOptions options, TimeProvider time)
{
    private readonly Dictionary<string, StageError> _errors = new(StringComparer.Ordinal);
    private readonly Queue<(string Uri, long Since)> _order = [];

    /// <summary>Whether no other is remembered until one of them expires.</summary>
    public bool IsFull
    {
        get
        {
            Expire();
            return _order.Count >= options.MaxUnknown;
        }
    }

    /// <summary>Why the URI leads to nothing, if that is remembered.</summary>
    public bool TryGet(string uri, [NotNullWhen(true)] out StageError? error)
    {
        Expire();
        return _errors.TryGetValue(uri, out error);
    }

    /// <summary>Remembers a URI, if there is room.</summary>
    public void Add(string uri, StageError error)
    {
        if (!IsFull && _errors.TryAdd(uri, error))
        {
            _order.Enqueue((uri, time.GetTimestamp()));
        }
    }

    private void Expire()
    {
        while (_order.TryPeek(out var oldest) && time.GetElapsedTime(oldest.Since) >= options.UnknownFor)
        {
            _errors.Remove(_order.Dequeue().Uri);
        }
    }
}
