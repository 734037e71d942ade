using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using Confluent.Kafka;
using Millrace.Kafka;
using Millrace.Local;

namespace Millrace.Console.Tests;

/// <summary>Events that would like to be more than data: markup, what ends a script, marks that turn the writing, words without an end.</summary>
internal static class HostileEvents
{
    public const string Stream = "mediawiki.revision-create";

    /// <summary>The title of a valid event.</summary>
    public const string Title = "<script>document.title='owned'</script><img src=x onerror=alert(1)>\u2028\u202Eevil\u202C</title></script>";


    /// <summary>A number that has more digits than a number of JavaScript keeps.</summary>
    public const ulong MostDigits = 12_345_678_901_234_567_891;

    private static readonly JsonSerializerOptions Written = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public static async Task ProduceAsync(KafkaOptions kafka)
    {
        using var producer = new ProducerBuilder<Null, byte[]>(kafka.CreateProducerConfig()).SetLogHandler((_, _) => { }).Build();
        foreach (var value in All())
        {
            await producer.ProduceAsync(Stream, new Message<Null, byte[]> { Value = value, Headers = [new Header("<b>header</b>", "<i>\u202E\u0007</i>"u8.ToArray())] });
        }
    }

    private static IEnumerable<byte[]> All()
    {
        yield return Of(page => page["page_title"] = Title);
        yield return Of(page =>
        {
            page["page_id"] = Title;
            page["rev_len"] = MostDigits;
        });
        yield return Of(page => page["page_id"] = new string('W', 4_000));
        yield return Of(page => page["$schema"] = "/<img src=x onerror=alert(2)>/1.0.0");
        yield return Of(page => page["$schema"] = "javascript:alert(3)");

        // What is replayed is found by these words.
        yield return Of(page => page["rev_id"] = "replayed-as-it-is");
        yield return Of(page => page["rev_id"] = "replayed-corrected");
        yield return Of(page => page["rev_id"] = "replayed-together");
        yield return Of(page => page["rev_id"] = "replayed-together");
        yield return Encoding.UTF8.GetBytes("{ \"</script><script>alert(4)</script>\": \u0001 \u2029 ");
        yield return [0xff, 0xfe, 0x00, 0x3c, 0x62, 0x3e];
    }

    /// <summary>A valid event of the stream.</summary>
    public static string Valid() => Encoding.UTF8.GetString(Of(_ => { }));

    private static byte[] Of(Action<JsonObject> change)
    {
        var page = JsonNode.Parse(new SampleEvents(seed: 7).Next(TimeProvider.System.GetUtcNow()).Value)!.AsObject();
        page["meta"]!["stream"] = Stream;
        page["rev_parent_id"] = 1;
        change(page);
        return Encoding.UTF8.GetBytes(page.ToJsonString(Written));
    }
}
