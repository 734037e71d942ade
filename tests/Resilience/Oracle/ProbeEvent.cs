using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Millrace.Core;

namespace Millrace.Resilience;

/// <summary>The events that go in and come out.</summary>
/// <param name="Key">What it is about.</param>
/// <param name="Sequence">Its number within the key, from zero.</param>
/// <param name="Fate">What is to become of it.</param>
internal sealed record ProbeEvent(string Key, long Sequence, Fate Fate)
{
    // What makes JSON no JSON, and is taken away again to see which event it is.
    private const byte Blot = (byte)'!';

    /// <summary>Whether all that it says is as it was sent, and its answer that to its own lookup.</summary>
    public bool IsIntact { get; init; }

    /// <summary>The event as it goes in. The one that is poison has no time, so that a lake cannot take it.</summary>
    /// <param name="padding">Bytes of no meaning, which have to come out again.</param>
    public byte[] Encode(string padding)
    {
        var json = JsonSerializer.SerializeToUtf8Bytes(new Dictionary<string, object>
        {
            ["$schema"] = "/resilience/probe/1.0.0",
            ["meta"] = Fate is Fate.Poison ? new { stream = Topics.In } : (object)new { stream = Topics.In, dt = "2026-01-31T12:00:00Z" },
            ["key"] = Key,
            ["sequence"] = Sequence,
            ["fate"] = NameOf(Fate),
            ["padding"] = padding,
            ["checksum"] = Hash($"{Key}/{Sequence}/{NameOf(Fate)}/{padding}"),
        });
        return Fate is Fate.Malformed ? [Blot, .. json] : json;
    }

    /// <summary>Reads an event, as it went in or as it came out.</summary>
    public static ProbeEvent Decode(byte[] value)
    {
        var stored = Stored(JsonElement.Parse(value[0] == Blot ? value.AsSpan(1) : value), out var answer);
        return stored with { IsIntact = stored.IsIntact && answer == AnswerTo($"{stored.Key}/{stored.Sequence}") };
    }

    /// <summary>Reads an event as a store has it: without an answer, since no lookup was made for it.</summary>
    /// <param name="root">The event, or the row that it has become.</param>
    public static ProbeEvent Stored(JsonElement root)
    {
        var stored = Stored(root, out var answer);
        return stored with { IsIntact = stored.IsIntact && answer is null };
    }

    private static ProbeEvent Stored(JsonElement root, out string? answer)
    {
        var (key, sequence, fate) = (root.Child("key").Text()!, root.Child("sequence").Number()!.Value, root.Child("fate").Text()!);
        answer = root.Child("answer").Text();
        return new ProbeEvent(key, sequence, Enum.Parse<Fate>(fate, ignoreCase: true))
        {
            IsIntact = root.Child("checksum").Text() == Hash($"{key}/{sequence}/{fate}/{root.Child("padding").Text()}"),
        };
    }

    /// <summary>What the lookup of an event answers.</summary>
    /// <param name="question">Key and sequence, with a slash between.</param>
    public static string AnswerTo(string question) => Hash($"answer to {question}");

    private static string NameOf(Fate fate) => JsonNamingPolicy.CamelCase.ConvertName(fate.ToString());

    private static string Hash(string text) => Convert.ToHexString(SHA256.HashData(Encoding.UTF8.GetBytes(text)).AsSpan(0, 8));
}
