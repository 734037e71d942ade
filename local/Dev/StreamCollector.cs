using System.Text;
using System.Text.Json;
using Millrace.Core;
using Millrace.Kafka;

namespace Millrace.Local;

/// <summary>Keeps what stages write: each stream as a file, in partition and offset order.</summary>
/// <remarks>
/// Records go to a file of their partition as they come; at the end these are joined. Line n of
/// <c>positions/STREAM.ndjson</c> says where line n of <c>STREAM.ndjson</c> stood.
/// </remarks>
internal sealed class StreamCollector : IAsyncDisposable
{
    private readonly string _directory;
    private readonly string _parts;
    private readonly IReadOnlyList<StreamDefinition> _streams;
    private readonly SortedDictionary<(string Stream, string Topic, int Partition), Part> _open = [];
    private readonly CancellationTokenSource _stop = new();
    private readonly Task _reading;
    private long _count;

    private StreamCollector(TopicReader reader, IReadOnlyDictionary<StreamPartition, long> from, string directory, IReadOnlyList<StreamDefinition> streams)
    {
        (_directory, _streams) = (directory, streams);
        _parts = Path.Combine(directory, ".parts");
        Directory.CreateDirectory(Path.Combine(directory, "positions"));
        Directory.CreateDirectory(_parts);
        _reading = Task.Run(() => ReadAsync(reader, from));
    }

    /// <summary>Records kept so far.</summary>
    public long Count => Interlocked.Read(ref _count);

    /// <summary>Begins to keep what is written from now on: what the streams hold already is not this run's.</summary>
    public static async Task<StreamCollector> StartAsync(KafkaOptions kafka, string directory, IReadOnlyList<StreamDefinition> streams)
    {
        var reader = new TopicReader(kafka);
        return new(reader, await reader.EndsAsync([.. streams.SelectMany(stream => stream.Topics)]), directory, streams);
    }

    /// <summary>Stops reading and writes the files.</summary>
    public async Task WriteAsync()
    {
        await _stop.CancelAsync();
        await _reading;
        foreach (var stream in _streams)
        {
            await using var events = File.Create(Path.Combine(_directory, $"{stream.Name}.ndjson"));
            await using var positions = File.Create(Path.Combine(_directory, "positions", $"{stream.Name}.ndjson"));
            foreach (var part in _open.Where(part => part.Key.Stream == stream.Name).Select(part => part.Value))
            {
                await part.JoinAsync(events, positions);
            }
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _reading.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        foreach (var part in _open.Values)
        {
            await part.DisposeAsync();
        }

        Directory.Delete(_parts, recursive: true);
        _stop.Dispose();
    }

    private async Task ReadAsync(TopicReader reader, IReadOnlyDictionary<StreamPartition, long> from)
    {
        var streamOf = _streams.SelectMany(stream => stream.Topics.Select(topic => (topic, stream.Name))).ToDictionary();
        await foreach (var record in reader.ReadAsync(streamOf.Keys, _stop.Token, from))
        {
            var key = (streamOf[record.Position.Topic], record.Position.Topic, record.Position.Partition);
            if (!_open.TryGetValue(key, out var part))
            {
                _open[key] = part = new Part(Path.Combine(_parts, $"{record.Position.Topic}-{record.Position.Partition}"));
            }

            part.Add(record);
            Interlocked.Increment(ref _count);
        }
    }

    private sealed class Part(string path) : IAsyncDisposable
    {
        private readonly FileStream _events = File.Create(path + ".events");
        private readonly FileStream _positions = File.Create(path + ".positions");

        public void Add(EventRecord record)
        {
            var value = record.Value ?? [];
            _events.Write(value.AsSpan().Contains((byte)'\n') ? Compact(value) : value);
            _events.WriteByte((byte)'\n');
            using (var json = new Utf8JsonWriter(_positions))
            {
                json.WriteStartObject();
                json.WriteString("topic", record.Position.Topic);
                json.WriteNumber("partition", record.Position.Partition);
                json.WriteNumber("offset", record.Position.Offset);
                json.WriteString("key", record.Key is null ? null : Encoding.UTF8.GetString(record.Key));
                json.WriteEndObject();
            }

            _positions.WriteByte((byte)'\n');
        }

        public async Task JoinAsync(Stream events, Stream positions)
        {
            _events.Position = _positions.Position = 0;
            await _events.CopyToAsync(events);
            await _positions.CopyToAsync(positions);
        }

        public async ValueTask DisposeAsync()
        {
            await _events.DisposeAsync();
            await _positions.DisposeAsync();
        }

        // One event is one line: line breaks between tokens, which an input may have brought along, are left out.
        private static byte[] Compact(byte[] value) => JsonSerializer.SerializeToUtf8Bytes(JsonElement.Parse(value));
    }
}
