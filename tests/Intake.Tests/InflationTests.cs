using System.IO.Compression;
using System.Net;
using System.Text;

namespace Millrace.Intake.Tests;

/// <summary>How a body may be packed.</summary>
[Collection(Alone.Name)]
public sealed class InflationTests
{
    private static readonly byte[] Good = Encoding.UTF8.GetBytes(IntakeApp.Event());

    [Theory]
    [InlineData("gzip")]
    [InlineData("deflate")]
    [InlineData("br")]
    [InlineData("zstd")]
    [InlineData("identity")]
    public async Task A_body_may_be_compressed(string encoding)
    {
        await using var app = await IntakeApp.StartAsync();

        using var answer = await app.PostAsync(Compress(encoding, Good), headers: [("Content-Encoding", encoding)]);

        Assert.Equal(HttpStatusCode.Created, answer.StatusCode);
        Assert.Equal(1, app.Count("things"));
    }

    [Theory]
    [InlineData("gzip")]
    [InlineData("deflate")]
    [InlineData("br")]
    [InlineData("zstd")]
    public async Task A_body_that_inflates_to_very_much_is_413_and_costs_no_memory(string encoding)
    {
        await using var app = await IntakeApp.StartAsync();
        var bomb = Compress(encoding, Encoding.UTF8.GetBytes(IntakeApp.Event(more: $",\"any\":\"{new string('x', 100_000_000)}\"")));
        var before = GC.GetTotalAllocatedBytes(precise: true);

        using var answer = await app.PostAsync(bomb, headers: [("Content-Encoding", encoding)]);

        Assert.Equal(HttpStatusCode.RequestEntityTooLarge, answer.StatusCode);
        Assert.InRange(GC.GetTotalAllocatedBytes(precise: true) - before, 0, 64_000_000);
        Assert.Equal(0, app.Service.QueuedBytes);
    }

    [Fact]
    public async Task A_small_body_that_inflates_beyond_the_ratio_is_413()
    {
        await using var app = await IntakeApp.StartAsync("Intake:MaxInflation=10");

        using var answer = await app.PostAsync(
            Compress("gzip", Encoding.UTF8.GetBytes(IntakeApp.Event(more: $",\"any\":\"{new string('x', 200_000)}\""))), headers: [("Content-Encoding", "gzip")]);

        Assert.Equal(HttpStatusCode.RequestEntityTooLarge, answer.StatusCode);
    }

    [Theory]
    [InlineData("gzip", HttpStatusCode.BadRequest)]
    [InlineData("br", HttpStatusCode.BadRequest)]
    [InlineData("deflate", HttpStatusCode.BadRequest)]
    [InlineData("zstd", HttpStatusCode.BadRequest)]
    [InlineData("compress", HttpStatusCode.UnsupportedMediaType)]
    [InlineData("gzip, br", HttpStatusCode.UnsupportedMediaType)]
    public async Task A_body_that_is_not_what_its_encoding_says_is_refused(string encoding, HttpStatusCode status)
    {
        await using var app = await IntakeApp.StartAsync();

        using var answer = await app.PostAsync(Good, headers: [("Content-Encoding", encoding)]);

        Assert.Equal(status, answer.StatusCode);
        Assert.Equal(0, app.Service.QueuedBytes);
    }

    private static byte[] Compress(string encoding, byte[] plain)
    {
        if (encoding == "identity")
        {
            return plain;
        }

        using var compressed = new MemoryStream();
        using (Stream stream = encoding switch
        {
            "gzip" => new GZipStream(compressed, CompressionLevel.Optimal, leaveOpen: true),
            "br" => new BrotliStream(compressed, CompressionLevel.Fastest, leaveOpen: true),
            "deflate" => new ZLibStream(compressed, CompressionLevel.Optimal, leaveOpen: true),
            _ => new ZstdSharp.CompressionStream(compressed, leaveOpen: true),
        })
        {
            stream.Write(plain);
        }

        return compressed.ToArray();
    }
}
