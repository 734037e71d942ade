using System.Net;
using System.Net.Sockets;

namespace Millrace.Lookups.Tests;

public sealed class RedisAnswersTests : IDisposable
{
    private readonly CountingClock _clock = new();
    private readonly Recorded _log = new();
    private readonly MeterReadings _meter = new();
    private readonly string _name = Guid.NewGuid().ToString();

    public void Dispose() => _meter.Dispose();

    [RedisFact]
    public async Task What_is_written_is_read_for_its_time()
    {
        await using var server = await RedisServer.StartAsync();
        using var redis = Redis(server.Port, server.PasswordFile);
        Assert.Null(await redis.ReadAsync("k", default));

        redis.Write("k", [1, 2, 3], TimeSpan.FromMinutes(1));
        Assert.Equal([1, 2, 3], await UntilAnswerAsync(redis, "k"));

        Assert.Equal(0, Count("failed"));
        Assert.True(Count("hit") >= 1 && Count("miss") >= 1);
        Assert.Empty(_log.Lines);
    }

    [RedisFact]
    public async Task A_redis_that_goes_away_is_a_miss_and_one_that_comes_back_is_used_again()
    {
        await using var server = await RedisServer.StartAsync();
        using var redis = Redis(server.Port, server.PasswordFile);
        redis.Write("k", [1], TimeSpan.FromMinutes(1));
        await UntilAnswerAsync(redis, "k");

        await server.StopAsync();
        Assert.Null(await redis.ReadAsync("k", default));
        Assert.True(Count("failed") > 0);

        await using var next = await RedisServer.StartAsync(server.Port);
        byte[]? answer = null;
        while (answer is null)
        {
            _clock.Pass(TimeSpan.FromSeconds(1));
            redis.Write("k", [2], TimeSpan.FromMinutes(1));
            answer = await redis.ReadAsync("k", default);
        }

        Assert.Equal([2], answer);
    }

    [RedisFact]
    public async Task A_wrong_password_is_a_miss_and_stands_nowhere()
    {
        await using var server = await RedisServer.StartAsync();
        var file = Path.GetTempFileName();
        await File.WriteAllTextAsync(file, "not-the-password");
        using var redis = Redis(server.Port, file);

        Assert.Null(await redis.ReadAsync("k", default));

        Assert.Contains(_log.Lines, line => line.Contains(_name, StringComparison.Ordinal));
        Assert.DoesNotContain(_log.Lines, line => line.Contains("not-the-password", StringComparison.Ordinal));
        File.Delete(file);
    }

    [Fact]
    public async Task A_redis_that_is_down_is_a_miss_that_is_counted_each_time_and_logged_once_a_minute()
    {
        using var redis = Redis(port: 1);
        for (var n = 0; n < 100; n++)
        {
            Assert.Null(await redis.ReadAsync("k", default));
            _clock.Pass(TimeSpan.FromSeconds(1.2));
        }

        Assert.Equal(100, Count("failed"));
        Assert.InRange(_log.Lines.Count, 2, 3);
    }

    [Fact]
    public async Task A_redis_that_hangs_costs_one_lookup_its_timeout_and_then_none_for_a_second()
    {
        using var silent = new TcpListener(IPAddress.Loopback, 0);
        silent.Start();
        using var redis = Redis(((IPEndPoint)silent.LocalEndpoint).Port);
        var first = redis.ReadAsync("k", default).AsTask();
        _clock.Pass(TimeSpan.FromSeconds(0.2));
        Assert.Null(await first);

        var second = redis.ReadAsync("k", default).AsTask();
        Assert.True(second.IsCompleted);
        _clock.Pass(TimeSpan.FromSeconds(1));
        var asked = redis.ReadAsync("k", default).AsTask();
        Assert.False(asked.IsCompleted);
        _clock.Pass(TimeSpan.FromSeconds(0.2));
        Assert.Null(await asked);
    }

    [Theory]
    [InlineData("localhost")]
    [InlineData("localhost:6379,password=hush")]
    [InlineData("user:hush@localhost:6379")]
    [InlineData(",")]
    public void An_address_that_is_none_is_refused_and_not_quoted(string address)
    {
        var exception = Assert.Throws<ArgumentException>(() => new RedisAnswers(new RedisCacheOptions { Address = address }, "n", _clock, _log));

        Assert.Contains("Cache:Redis:Address cannot be used", exception.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("hush", exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_password_file_that_is_not_there_is_refused_by_the_settings_name()
    {
        var options = new RedisCacheOptions { Address = "localhost:6379", PasswordFile = "/nowhere/secret" };

        var exception = Assert.Throws<ArgumentException>(() => new RedisAnswers(options, "n", _clock, _log));

        Assert.Contains("Cache:Redis:PasswordFile is '/nowhere/secret'", exception.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(0, "wiki")]
    [InlineData(1_000, "")]
    public void Redis_needs_a_memory_before_it_and_a_name_for_what_is_kept(long bytes, string name)
    {
        var options = Some.Options();
        (options.Name, options.Cache.MaxBytes, options.Cache.Redis.Address) = (name, bytes, "localhost:6379");

        var exception = Assert.Throws<ArgumentException>(() => new HttpLookup(options, _clock));

        Assert.Contains("Cache:Redis:Address is set", exception.Message, StringComparison.Ordinal);
    }

    private static async Task<byte[]> UntilAnswerAsync(RedisAnswers redis, string key)
    {
        while (true)
        {
            if (await redis.ReadAsync(key, default) is { } answer)
            {
                return answer;
            }
        }
    }

    private long Count(string result) => _meter.Sum("millrace.lookup.cache.shared.requests", _name, result);

    private RedisAnswers Redis(int port, string passwordFile = "") =>
        new(new RedisCacheOptions { Address = $"127.0.0.1:{port}", PasswordFile = passwordFile }, _name, _clock, _log);
}
