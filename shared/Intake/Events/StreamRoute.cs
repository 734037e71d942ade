using System.Collections.Concurrent;
using Millrace.Core;
using Millrace.Schemas;

namespace Millrace.Intake;

/// <summary>What the intake does with the events of one stream.</summary>
/// <param name="stream">The stream.</param>
/// <param name="topic">Where its events are written; null where no topic of it is this datacenter's.</param>
/// <param name="map">The fields that are looked at.</param>
/// <param name="fields">The fields that are filled in where the schema has them.</param>
internal sealed class StreamRoute(StreamDefinition stream, string? topic, FieldMap map, IReadOnlyList<FillSource> fields)
{
    private readonly ConcurrentDictionary<EventSchema, EventFill> _fills = new(ReferenceEqualityComparer.Instance);

    /// <summary>The stream.</summary>
    public StreamDefinition Stream => stream;

    /// <summary>Where its events are written; null where no topic of it is this datacenter's.</summary>
    public string? Topic => topic;

    /// <summary>What is filled into events of a schema.</summary>
    public EventFill FillFor(EventSchema schema) =>
        _fills.GetOrAdd(schema, added => new EventFill(map, fields.Where(field => added.Declares(field.Path))));
}
