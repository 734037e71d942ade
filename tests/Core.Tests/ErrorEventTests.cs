using System.Text;
using System.Text.Json;
using Millrace.Testing;

namespace Millrace.Core.Tests;

public sealed class ErrorEventTests
{
    private const string Base64 = "data:application/octet-stream;base64,";

    public static TheoryData<byte[]> Raw => new()
    {
        Array.Empty<byte>(),
        "{\"text\":\"Grüße, \\\"世界\\\"\\u0000\"}"u8.ToArray(),
        "\0\u0001\n\t\u007f"u8.ToArray(),
        new byte[] { 0xC3, 0x28, 0xFF, 0x00 },
        Encoding.UTF8.GetBytes(Base64 + "AAAA"),
    };

    [Theory]
    [MemberData(nameof(Raw))]
    public void Every_byte_of_the_input_can_be_had_back(byte[] raw)
    {
        var text = Create(raw, 1_000_000).Child("raw_event").Text()!;

        Assert.Equal(raw, ErrorEvent.RawBytes(text));
        Assert.Equal(raw, text.StartsWith(Base64, StringComparison.Ordinal) ? Convert.FromBase64String(text[Base64.Length..]) : Encoding.UTF8.GetBytes(text));
    }

    [Theory]
    [InlineData('x')]
    [InlineData('\u0001')]
    [InlineData('世')]
    public void A_raw_event_that_does_not_fit_is_cut_between_characters(char character)
    {
        var raw = Encoding.UTF8.GetBytes(new string(character, 100_000));

        var error = Create(raw, 50_000, out var length);

        Assert.InRange(length, 20_000, 50_000);
        Assert.All(error.Child("raw_event").Text()!, kept => Assert.Equal(character, kept));
        Assert.Contains("raw_event holds the first", error.Child("message").Text(), StringComparison.Ordinal);
        Assert.Equal(raw.Length, ErrorEvent.WholeSize(error.Child("message").Text()!));
    }

    [Theory]
    [InlineData("It is broken.")]
    [InlineData("(raw_event holds the first 5 of 10 bytes) and more")]
    [InlineData("It is broken. (raw_event holds the first 5 of many bytes)")]
    public void Of_an_error_event_that_has_all_of_its_input_no_other_size_is_told(string message) => Assert.Null(ErrorEvent.WholeSize(message));

    [Fact]
    public void A_stack_trace_is_bounded()
    {
        var error = ErrorEvent.Create(Some.Stage(), Some.Record(0), Some.Record(0).Position, new StageError("e", "m") { Stack = new string('s', 100_000) }, "t", 1_000_000, default);

        Assert.Equal(8 * 1024, JsonElement.Parse(error.Value).Child("stack").Text()!.Length);
    }

    private static JsonElement Create(byte[] raw, int maxBytes) => Create(raw, maxBytes, out _);

    private static JsonElement Create(byte[] raw, int maxBytes, out int length)
    {
        var record = ErrorEvent.Create(Some.Stage(), Some.Raw(raw, 0), Some.Raw(raw, 0).Position, new StageError("e", "m"), "t", maxBytes, default);
        length = record.Value.Length;
        return JsonElement.Parse(record.Value);
    }
}
