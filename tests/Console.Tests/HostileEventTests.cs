using System.Text;
using System.Text.Json;
using Millrace.Core;
using static Millrace.Local.Tests.ObservedCluster;

namespace Millrace.Console.Tests;

/// <summary>Whatever events have comes out as data: no markup, no line ends, nothing that ends a frame early.</summary>
public sealed class HostileEventTests
{
    private const string Nasty = "</script><script>alert(1)</script>'\"&\u2028\u2029\u202e\u0000\u001b[2J\ndata: {}\n\nevent: status\r";

    [Fact]
    public async Task A_tailed_event_is_one_line_of_escaped_data()
    {
        await using var console = await ObservedConsole.StartAsync();
        await ProduceAsync(console, Encoding.UTF8.GetBytes(JsonSerializer.Serialize(new { title = Nasty })), Encoding.UTF8.GetBytes(Nasty), new RecordHeader("x<script>", Encoding.UTF8.GetBytes(Nasty)));

        var (record, line) = await FirstAsync(console);

        Assert.Equal(Nasty, record.GetProperty("event").GetProperty("title").GetString());
        Assert.Equal((Nasty, Nasty), (record.GetProperty("key").GetString(), record.GetProperty("headers")[0].GetProperty("value").GetString()));
        Assert.DoesNotContain(line, character => character is '<' or '>' or '&' or '\'' or '\u2028' or '\u2029' or '\u202e' || char.IsControl(character));
    }

    [Theory]
    [InlineData("no JSON </script>")]
    [InlineData("{\"half\":\"\\ud800\"}")]
    [InlineData("[1,2")]
    [InlineData("")]
    public async Task A_value_that_is_no_JSON_that_could_be_shown_comes_as_text(string value)
    {
        await using var console = await ObservedConsole.StartAsync();
        await ProduceAsync(console, Encoding.UTF8.GetBytes(value));

        var (record, _) = await FirstAsync(console);

        Assert.Equal((value, false), (record.GetProperty("value").GetString(), record.TryGetProperty("event", out _)));
    }

    [Fact]
    public async Task Bytes_that_are_no_text_are_shown_as_what_stands_for_them()
    {
        await using var console = await ObservedConsole.StartAsync();
        await ProduceAsync(console, [0xFF, 0xFE, (byte)'x', 0xC0], [0x80]);

        var (record, _) = await FirstAsync(console);

        Assert.Equal(("\uFFFD\uFFFDx\uFFFD", "\uFFFD"), (record.GetProperty("value").GetString(), record.GetProperty("key").GetString()));
    }

    [Fact]
    public async Task Of_a_value_of_ten_megabytes_there_is_the_beginning()
    {
        await using var console = await ObservedConsole.StartAsync();
        await ProduceAsync(console, [.. "{\"a\":\""u8, .. Enumerable.Repeat((byte)'x', 10_000_000), .. "\"}"u8], new byte[5_000]);

        var (record, line) = await FirstAsync(console);

        Assert.Equal(10_000_008, record.GetProperty("cut").GetInt32());
        Assert.InRange(record.GetProperty("value").GetString()!.Length, 64 * 1024, (64 * 1024) + 1);
        Assert.InRange(line.Length, 1, 500_000);
    }

    [Fact]
    public async Task A_tombstone_has_no_event()
    {
        await using var console = await ObservedConsole.StartAsync();
        await ProduceAsync(console, null);

        var (record, _) = await FirstAsync(console);

        Assert.Equal(JsonValueKind.Null, record.GetProperty("event").ValueKind);
    }

    [Fact]
    public async Task Error_events_and_traces_are_escaped_as_well()
    {
        await using var console = await ObservedConsole.StartAsync();
        await console.Cluster.ProduceAsync(Errors, 0, Error(new StreamPosition(Input, 0, 7), Nasty, Nasty, Nasty));

        // No address may have a zero in it.
        var id = Nasty.Replace("\0", "", StringComparison.Ordinal);
        await console.Cluster.ProduceAsync(Input, 0, JsonSerializer.Serialize(new { meta = new { id } }));

        foreach (var path in (string[])["api/errors", "api/errors/PageChange.error/0/0", $"api/trace/{Uri.EscapeDataString(id)}?from=2026-01-31T00:00:00Z"])
        {
            var text = await console.Client.GetStringAsync(path);
            Assert.DoesNotContain(text, character => character is '<' or '>' or '&' or '\'' or '\u2028' or '\u202e' || char.IsControl(character));
        }

        Assert.Equal(Nasty, (await console.OkAsync("api/errors/PageChange.error/0/0")).GetProperty("message").GetString());
    }

    private static async Task<(JsonElement Record, string Line)> FirstAsync(ObservedConsole console)
    {
        await foreach (var (_, record, line) in console.EventsAsync($"api/streams/{Input}/tail?last=1"))
        {
            return (record, line);
        }

        throw new InvalidOperationException("There was no record.");
    }

    private static Task ProduceAsync(ObservedConsole console, byte[]? value, byte[]? key = null, RecordHeader? header = null) => console.ProduceAsync(Input, value, key, header);
}
