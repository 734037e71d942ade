using System.Buffers.Text;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Millrace.Core;

namespace Millrace.Local;

/// <summary>Records by what they are found by: the ids of their events, and their traces.</summary>
/// <remarks>A record takes about 200 bytes here, whatever it holds.</remarks>
/// <param name="topics">The topics that are read.</param>
/// <param name="replayTopics">Those of them that have replays: elsewhere, a stamp says nothing of the record that has it.</param>
internal sealed class TraceIndex(IReadOnlyList<string> topics, IReadOnlySet<string> replayTopics)
{
    private readonly Dictionary<string, int> _topics = topics.Select((topic, index) => (topic, index)).ToDictionary(pair => pair.topic, pair => pair.index);
    private readonly List<TracedRecord> _records = [];

    // The last record of an id, and for each record the one before of the same: nearly all ids are there once.
    private readonly Dictionary<Guid, int> _last = [];
    private readonly List<int> _before = [];
    private readonly Dictionary<Guid, string> _otherIds = [];

    // Of records on topics of replays alone: where each first stood, and the replays of what stood there.
    private readonly Dictionary<TracedRecord, StreamPosition> _origins = [];
    private readonly Dictionary<StreamPosition, List<TracedRecord>> _replays = [];

    /// <summary>How many records it has.</summary>
    public int Count => _records.Count;

    /// <summary>All records, in the order in which they were added.</summary>
    public IReadOnlyList<TracedRecord> Records => _records;

    /// <summary>Takes a record in.</summary>
    public void Add(EventRecord record)
    {
        var (trace, origin) = (Guid.Empty, -1L);
        foreach (var header in record.Headers)
        {
            if (header.Name == RecordOrigin.HeaderName && Utf8Parser.TryParse(header.Value, out long offset, out var length) && length == header.Value!.Length)
            {
                origin = offset;
            }
            else if (header is { Name: "traceparent", Value.Length: >= 35 } && Guid.TryParseExact(Encoding.ASCII.GetString(header.Value, 3, 32), "N", out var found))
            {
                trace = found;
            }
        }

        var id = Read(record.Value);
        _before.Add(id != Guid.Empty && _last.TryGetValue(id, out var before) ? before : -1);
        if (id != Guid.Empty)
        {
            _last[id] = _records.Count;
        }

        var traced = new TracedRecord(_topics[record.Position.Topic], record.Position.Partition, record.Position.Offset, origin, id, trace, record.Timestamp.ToUnixTimeMilliseconds());
        _records.Add(traced);
        if (replayTopics.Contains(record.Position.Topic) && ReplayStamp.Read(record) is { } stamp)
        {
            _origins[traced] = stamp.Origin;
            (CollectionsMarshal.GetValueRefOrAddDefault(_replays, stamp.Origin, out _) ??= []).Add(traced);
        }
    }

    /// <summary>The replays of a record to a stage, in the order in which they were added.</summary>
    public IEnumerable<TracedRecord> ReplaysOf(in TracedRecord record, string replayTopic) =>
        _replays.GetValueOrDefault(new StreamPosition(TopicOf(record), record.Partition, record.Offset))?.Where(replay => TopicOf(replay) == replayTopic) ?? [];

    /// <summary>Whether a record is a replay.</summary>
    public bool IsReplay(in TracedRecord record) => _origins.ContainsKey(record);

    /// <summary>The records with each replay's original in its place, where that is there.</summary>
    public IReadOnlyList<TracedRecord> Originals(IReadOnlyList<TracedRecord> records)
    {
        var origins = records.Where(_origins.ContainsKey).Select(replay => _origins[replay]).ToHashSet();
        if (origins.Count == 0)
        {
            return records;
        }

        var found = _records.Where(record => origins.Contains(new StreamPosition(TopicOf(record), record.Partition, record.Offset)))
            .ToDictionary(record => new StreamPosition(TopicOf(record), record.Partition, record.Offset));
        return [.. records.Select(record => _origins.TryGetValue(record, out var origin) && found.TryGetValue(origin, out var original) ? original : record).Distinct()];
    }

    /// <summary>The id of a record's event, as the event has it; null where it has none.</summary>
    public string? IdOf(in TracedRecord record) => record.Id == Guid.Empty ? null : _otherIds.GetValueOrDefault(record.Id) ?? record.Id.ToString();

    /// <summary>The name of a record's topic.</summary>
    public string TopicOf(in TracedRecord record) => topics[record.Topic];

    /// <summary>The records whose event has that id, in the order in which they were added.</summary>
    public IReadOnlyList<TracedRecord> Find(string id)
    {
        var found = new List<TracedRecord>();
        for (var index = _last.GetValueOrDefault(Key(id), -1); index >= 0; index = _before[index])
        {
            found.Add(_records[index]);
        }

        found.Reverse();
        return found;
    }

    /// <summary>The positions by which a stage may have named what it made of a record: where it stands, where it stood before a mirror copied it, and where it first stood, if it is a replay.</summary>
    public IEnumerable<StreamPosition> Names(TracedRecord record)
    {
        yield return new StreamPosition(TopicOf(record), record.Partition, record.Offset);
        if (record.Origin >= 0 && record.Origin != record.Offset)
        {
            yield return new StreamPosition(TopicOf(record), record.Partition, record.Origin);
        }

        if (_origins.TryGetValue(record, out var first))
        {
            yield return first;
        }
    }

    /// <summary>What an id is found by.</summary>
    public static Guid Key(string id) => Guid.TryParseExact(id, "D", out var uuid) ? uuid
        : id.Length == 0 ? Guid.Empty : new Guid(SHA256.HashData(Encoding.UTF8.GetBytes(id)).AsSpan(0, 16));

    private Guid Read(byte[]? value)
    {
        try
        {
            var range = value is null ? default : EventFields.Find(value)[(int)EventField.Id];
            var text = range.Length == 0 ? "" : JsonElement.Parse(range.In(value)).Text() ?? "";
            var id = Key(text);
            if (id != Guid.Empty && id.ToString() != text)
            {
                _otherIds[id] = text;
            }

            return id;
        }
        catch (JsonException)
        {
            return Guid.Empty;
        }
    }
}
