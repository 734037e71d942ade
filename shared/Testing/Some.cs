using System.Text;
using System.Text.Json.Nodes;
using Millrace.Core;

namespace Millrace.Testing;

/// <summary>Things that tests need and do not care about.</summary>
public static class Some
{
    /// <summary>The stream that <see cref="Stage"/> reads.</summary>
    public const string Input = "test.input";

    /// <summary>The stream that <see cref="Stage"/> writes.</summary>
    public const string Output = "test.output";

    /// <summary>A catalog of one stage, <c>Test</c>, from <see cref="Input"/> to <see cref="Output"/>, both keyed by <c>id</c>.</summary>
    public static StageCatalog Catalog() => StageCatalog.Parse(
        """
        {
          "stages": {
            "Test": { "inputs": ["test.input"], "outputs": { "test.output": "/test/output/1.0.0" } }
          }
        }
        """u8.ToArray(),
        StreamCatalog.Parse("""
        {
          "streams": {
            "test.input": { "schema_title": "test/input", "message_key_fields": { "id": "id" } },
            "test.output": { "schema_title": "test/output", "message_key_fields": { "id": "id" } }
          }
        }
        """u8.ToArray()));

    /// <summary>A stage from <see cref="Input"/> to <see cref="Output"/>.</summary>
    public static StageDefinition Stage(Action<StageOptions>? configure = null)
    {
        var options = new StageOptions();
        configure?.Invoke(options);
        return Catalog().Get("Test") with { Options = options };
    }

    /// <summary>A valid event of <see cref="Input"/>.</summary>
    /// <param name="offset">Where it stands, and also its field <c>n</c>.</param>
    /// <param name="key">Its key, also its field <c>id</c>; null is a record without a key.</param>
    /// <param name="partition">The partition that it stands in.</param>
    /// <param name="change">Changes the event before it is written.</param>
    public static EventRecord Record(long offset, string? key = "a", int partition = 0, Action<JsonObject>? change = null)
    {
        var body = new JsonObject
        {
            ["$schema"] = "/test/input/1.0.0",
            ["meta"] = new JsonObject { ["stream"] = Input, ["id"] = $"id-{offset}", ["domain"] = "test.example", ["uri"] = "https://test.example/" },
            ["dt"] = "2026-01-31T12:00:00Z",
            ["id"] = key ?? "none",
            ["n"] = offset,
        };
        change?.Invoke(body);
        return Raw(Encoding.UTF8.GetBytes(body.ToJsonString()), offset, key, partition);
    }

    /// <summary>A record with that value, whatever it is.</summary>
    public static EventRecord Raw(byte[]? value, long offset, string? key = null, int partition = 0, params RecordHeader[] headers) => new()
    {
        Position = new StreamPosition(Input, partition, offset),
        Key = key is null ? null : Encoding.UTF8.GetBytes(key),
        Value = value,
        Headers = headers,
        Timestamp = DateTimeOffset.UnixEpoch.AddYears(56),
    };
}
