using Microsoft.Extensions.Logging;
using StackExchange.Redis;

namespace Millrace.Lookups;

/// <summary>Answers in a Redis.</summary>
/// <remarks>After a failure it is left alone for a moment, so that one that hangs costs no lookup after the first its timeout.</remarks>
internal sealed partial class RedisAnswers : ISharedAnswers
{
    private static readonly TimeSpan Rest = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan Silence = TimeSpan.FromMinutes(1);

    private readonly RedisCacheOptions _options;
    private readonly string _name;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private readonly SharedCacheMeter _meter;
    private readonly ConfigurationOptions _configuration;
    private readonly Lock _gate = new();
    private Task<ConnectionMultiplexer>? _connection;
    private long _failures;
    private long? _failed;
    private long? _logged;

    /// <exception cref="ArgumentException">The address or the password file cannot be used.</exception>
    public RedisAnswers(RedisCacheOptions options, string name, TimeProvider time, ILogger logger)
    {
        (_options, _name, _time, _logger) = (options, name, time, logger);
        _meter = new SharedCacheMeter(name);
        _configuration = Configure(options);
    }

    public async ValueTask<byte[]?> ReadAsync(string key, CancellationToken cancellationToken)
    {
        if (IsResting())
        {
            _meter.Failed();
            return null;
        }

        try
        {
            var value = await GetAsync(key).WaitAsync(_options.Timeout, _time, cancellationToken).ConfigureAwait(false);
            _meter.Answered(value.HasValue);
            return value;
        }
        // Whatever the client throws: an answer that is not kept costs a request, never an event.
        catch (Exception exception) when (!cancellationToken.IsCancellationRequested)
        {
            Fail(exception);
            return null;
        }
    }

    public void Write(string key, byte[] value, TimeSpan life)
    {
        if (!IsResting())
        {
            _ = WriteAsync(key, value, life);
        }
    }

    public void Dispose()
    {
        if (_connection is { } connection)
        {
            _ = DisposeAsync(connection);
        }
    }

    private static ConfigurationOptions Configure(RedisCacheOptions options)
    {
        var configuration = new ConfigurationOptions
        {
            AbortOnConnectFail = false,
            BacklogPolicy = BacklogPolicy.FailFast,
            ClientName = "millrace",
            ConnectTimeout = 1_000,
            ConnectRetry = 1,
            Ssl = options.Tls,
            User = options.User.Length > 0 ? options.User : null,
            Password = options.PasswordFile.Length > 0 ? SecretFile.Read(options.PasswordFile, $"{nameof(LookupOptions)}: Cache:Redis:{nameof(options.PasswordFile)}") : null,
        };
        foreach (var address in options.Address.Split(',', StringSplitOptions.TrimEntries))
        {
            if (!address.Contains(':', StringComparison.Ordinal) || !Uri.TryCreate($"redis://{address}", UriKind.Absolute, out var parsed)
                || parsed.Port is <= 0 || parsed.Host.Length == 0 || parsed.PathAndQuery != "/" || parsed.UserInfo.Length > 0)
            {
                // Not quoted: who takes it for a whole connection string has put a password there.
                throw new ArgumentException($"{nameof(LookupOptions)}: Cache:Redis:{nameof(options.Address)} cannot be used. It takes HOST:PORT, several of them with commas; a password is set with PasswordFile.");
            }

            configuration.EndPoints.Add(parsed.Host, parsed.Port);
        }

        return configuration;
    }

    private static async Task DisposeAsync(Task<ConnectionMultiplexer> connection)
    {
        try
        {
            await (await connection.ConfigureAwait(false)).DisposeAsync().ConfigureAwait(false);
        }
        catch (RedisException)
        {
            // There was no connection to end.
        }
    }

    // Once made, a connection mends itself; one that could not be made is made anew.
    private Task<ConnectionMultiplexer> ConnectAsync()
    {
        lock (_gate)
        {
            return _connection = _connection is null or { IsFaulted: true } ? ConnectionMultiplexer.ConnectAsync(_configuration) : _connection;
        }
    }

    private async Task<RedisValue> GetAsync(string key) =>
        await (await ConnectAsync().ConfigureAwait(false)).GetDatabase().StringGetAsync(key).ConfigureAwait(false);

    private async Task WriteAsync(string key, byte[] value, TimeSpan life)
    {
        try
        {
            var redis = await ConnectAsync().ConfigureAwait(false);
            await redis.GetDatabase().StringSetAsync(key, value, new Expiration(life)).ConfigureAwait(false);
        }
        catch (Exception exception)
        {
            Fail(exception);
        }
    }

    private bool IsResting()
    {
        lock (_gate)
        {
            return _failed is { } failed && _time.GetElapsedTime(failed) < Rest;
        }
    }

    private void Fail(Exception exception)
    {
        _meter.Failed();
        long failures;
        lock (_gate)
        {
            _failed = _time.GetTimestamp();
            _failures++;
            if (_logged is { } logged && _time.GetElapsedTime(logged) < Silence)
            {
                return;
            }

            (failures, _failures, _logged) = (_failures, 0, _failed);
        }

        // The client's texts quote what was sent; its kind of failure is enough.
        LogDown(_logger, _name, _options.Address, exception is RedisConnectionException broken ? broken.FailureType.ToString() : exception.GetType().Name, failures);
    }
}
