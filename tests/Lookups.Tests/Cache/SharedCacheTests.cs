using System.Text;

namespace Millrace.Lookups.Tests;

/// <summary>Two caches, as those of two workers, and what they share.</summary>
public sealed class SharedCacheTests : IDisposable
{
    private readonly CountingClock _clock = new();
    private readonly LookupCacheOptions _options = new() { MaxBytes = 1_000_000 };
    private readonly SharedMemory _shared = new();
    private bool _mayAsk = true;
    private int _fetched;

    public void Dispose() => _shared.Dispose();

    [Fact]
    public async Task What_one_worker_fetched_the_other_has()
    {
        var (one, other) = (Cache(), Cache());
        await one.GetAsync(Some.Uri, asJson: true, default);

        var attempt = await other.GetAsync(Some.Uri, asJson: true, default);

        Assert.Equal(1, attempt.Json.GetInt32());
        Assert.Equal(1, _fetched);
    }

    [Fact]
    public async Task A_shared_answer_is_as_old_as_it_is()
    {
        var (one, other) = (Cache(), Cache());
        await one.GetAsync(Some.Uri, asJson: true, default);
        _clock.Pass(TimeSpan.FromMinutes(4));
        await other.GetAsync(Some.Uri, asJson: true, default);
        _clock.Pass(TimeSpan.FromMinutes(1));

        Assert.Equal(2, (await other.GetAsync(Some.Uri, asJson: true, default)).Json.GetInt32());
    }

    [Fact]
    public async Task A_raw_answer_keeps_its_status_and_bytes()
    {
        _options.NegativeTimeToLive = TimeSpan.FromMinutes(1);
        var (one, other) = (Cache(404), Cache());
        await one.GetAsync(Some.Uri, asJson: false, default);

        var answer = (await other.GetAsync(Some.Uri, asJson: false, default)).Answer!;

        Assert.Equal((404, "1"), ((int)answer.Status, Encoding.UTF8.GetString(answer.Body.Span)));
        Assert.Equal(TimeSpan.FromMinutes(1), _shared.Life);
    }

    [Theory]
    [InlineData("")]
    [InlineData("somebody else's")]
    [InlineData("\u0001\u00c8\0aaaaaaaa1")]
    [InlineData("\u0001\u00c8\0\0\0\0\0\0\0\0\0{")]
    public async Task What_is_no_answer_is_a_miss(string value)
    {
        _shared.Value = Encoding.Latin1.GetBytes(value);

        Assert.Equal(1, (await Cache().GetAsync(Some.Uri, asJson: true, default)).Json.GetInt32());
        Assert.Equal(1, _fetched);
    }

    [Fact]
    public async Task What_may_not_be_asked_is_not_read_either()
    {
        await Cache().GetAsync(Some.Uri, asJson: true, default);
        _mayAsk = false;

        Assert.Equal(2, (await Cache().GetAsync(Some.Uri, asJson: true, default)).Json.GetInt32());
    }

    [Fact]
    public async Task The_key_shows_the_lookups_name_and_no_address()
    {
        await Cache().GetAsync(Some.Uri, asJson: true, default);

        Assert.Matches("^millrace:wiki:json:[0-9a-f]{64}$", _shared.Key);
    }

    private AnswerCache Cache(int status = 200) => new(_options, "wiki", _clock, _ => _mayAsk, (_, asJson, _) =>
    {
        var body = Encoding.UTF8.GetBytes($"{Interlocked.Increment(ref _fetched)}");
        return new(asJson ? AnswerJson.Parse((System.Net.HttpStatusCode)status, body) : LookupAttempt.Of((System.Net.HttpStatusCode)status, body));
    }, _ => AnswerLife.Found, _shared);

    /// <summary>A shared cache of one place.</summary>
    private sealed class SharedMemory : ISharedAnswers
    {
        public string Key { get; private set; } = "";

        public byte[]? Value { get; set; }

        public TimeSpan Life { get; private set; }

        public ValueTask<byte[]?> ReadAsync(string key, CancellationToken cancellationToken) => new(Value);

        public void Write(string key, byte[] value, TimeSpan life) => (Key, Value, Life) = (key, value, life);

        public void Dispose()
        {
        }
    }
}
