using System.Text;

namespace Millrace.Local.Tests;

public sealed class NdjsonFileTests : IDisposable
{
    private readonly string _path = Path.Combine(Path.GetTempPath(), $"millrace-{Guid.NewGuid():N}.ndjson");

    public void Dispose() => File.Delete(_path);

    [Fact]
    public async Task Lines_come_in_order_with_file_and_number()
    {
        var lines = await ReadAsync("one\ntwo\n"u8);

        Assert.Equal([(_path, 1L), (_path, 2L)], lines.Select(line => (line.File, line.Line)));
        Assert.Equal(["one", "two"], Texts(lines));
    }

    [Fact]
    public async Task The_last_line_needs_no_end() => Assert.Equal(["one", "two"], Texts(await ReadAsync("one\ntwo"u8)));

    [Fact]
    public async Task The_cr_of_crlf_is_dropped_and_no_other() =>
        Assert.Equal(["one", "t\rwo", "three\r", "four\r"], Texts(await ReadAsync("one\r\nt\rwo\r\nthree\r\r\nfour\r"u8)));

    [Fact]
    public async Task Empty_lines_are_skipped_and_counted() =>
        Assert.Equal([(3L, "one"), (6L, "two")], (await ReadAsync("\n\r\none\n\n\ntwo\n\n"u8)).Select(line => (line.Line, Encoding.UTF8.GetString(line.Bytes))));

    [Fact]
    public async Task An_empty_file_has_no_lines() => Assert.Empty(await ReadAsync([]));

    [Fact]
    public async Task Bytes_that_are_no_text_survive()
    {
        byte[] odd = [0x00, 0xC3, 0x28, 0xFF, 0xFE, 0x80, 0x0D, 0x22];

        Assert.Equal(odd, Assert.Single(await ReadAsync([.. odd, (byte)'\n'])).Bytes);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public async Task Lines_of_all_lengths_around_the_buffers_edge_come_whole(int seed)
    {
        var random = new Random(seed);
        var expected = new List<string>();
        var content = new StringBuilder();
        foreach (var length in new[] { 65_534, 65_535, 65_536, 65_537, 1, 131_072, 200_000 }.Concat(Enumerable.Range(0, 300).Select(_ => random.Next(1, 2_000))))
        {
            var line = new string((char)('a' + random.Next(26)), length);
            expected.Add(line);
            content.Append(line).Append(random.Next(2) == 0 ? "\n" : "\r\n");
        }

        Assert.True(expected.SequenceEqual(Texts(await ReadAsync(Encoding.UTF8.GetBytes(content.ToString())))), $"Lines differ with seed {seed}.");
    }

    [Theory]
    [InlineData("1234567890\n")]
    [InlineData("1234567890\r\n")]
    [InlineData("1234567890")]
    public async Task A_line_of_exactly_the_limit_is_accepted(string content) =>
        Assert.Equal(["1234567890"], Texts(await ReadAsync(Encoding.UTF8.GetBytes(content), maxLineBytes: 10)));

    [Theory]
    [InlineData("ok\n12345678901\n")]
    [InlineData("ok\n12345678901")]
    [InlineData("ok\n12345678901\r\n")]
    public async Task A_longer_line_is_an_error_that_names_file_and_line(string content)
    {
        var exception = await Assert.ThrowsAsync<FeedException>(() => ReadAsync(Encoding.UTF8.GetBytes(content), maxLineBytes: 10));

        Assert.Contains($"{_path}, line 2:", exception.Message, StringComparison.Ordinal);
        Assert.Contains("10 bytes", exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_endless_line_is_found_before_all_of_it_is_in_memory()
    {
        await using (var file = File.Create(_path))
        {
            // A hole: 8 GB that take no room on the disk.
            file.SetLength(8L * 1024 * 1024 * 1024);
        }

        await Assert.ThrowsAsync<FeedException>(() => CollectAsync(new NdjsonFile(_path, maxLineBytes: 1024 * 1024)));
    }

    [Fact]
    public async Task A_file_may_be_read_again()
    {
        await File.WriteAllBytesAsync(_path, "one\n"u8.ToArray());
        var file = new NdjsonFile(_path);

        Assert.Equal(Texts(await CollectAsync(file)), Texts(await CollectAsync(file)));
    }

    [Fact]
    public async Task A_file_that_is_not_there_is_named()
    {
        var exception = await Assert.ThrowsAsync<FileNotFoundException>(() => CollectAsync(new NdjsonFile(_path)));

        Assert.Contains(_path, exception.Message, StringComparison.Ordinal);
    }

    [CorpusFact]
    public async Task Real_events_come_byte_for_byte()
    {
        foreach (var path in Directory.GetFiles(Corpus.At("wikimedia/events"), "*.ndjson"))
        {
            var lines = await CollectAsync(new NdjsonFile(path));

            var joined = lines.SelectMany(line => line.Bytes.Append((byte)'\n')).ToArray();
            var original = await File.ReadAllBytesAsync(path);
            Assert.True(joined.AsSpan().SequenceEqual(original[^1] == '\n' ? original : [.. original, (byte)'\n']), path);
        }
    }

    private static List<string> Texts(IEnumerable<FeedLine> lines) => [.. lines.Select(line => Encoding.UTF8.GetString(line.Bytes))];

    private static async Task<List<FeedLine>> CollectAsync(NdjsonFile file)
    {
        var lines = new List<FeedLine>();
        await foreach (var line in file.ReadAsync())
        {
            lines.Add(line);
        }

        return lines;
    }

    private Task<List<FeedLine>> ReadAsync(ReadOnlySpan<byte> content, int maxLineBytes = 1024 * 1024)
    {
        File.WriteAllBytes(_path, content);
        return CollectAsync(new NdjsonFile(_path, maxLineBytes));
    }
}
