using Microsoft.Extensions.Logging;

namespace Millrace.Lookups;

/// <summary>A secret of a setting or of a file; the file is looked at again every few seconds.</summary>
/// <remarks>It is shown in headers, and so must be printable ASCII.</remarks>
internal sealed partial class SecretSource
{
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(5);

    private readonly LookupAuthOptions _options;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private readonly Lock _gate = new();
    private string _current;
    private long _read;
    private bool _isUnusable;

    /// <exception cref="ArgumentException">The file or the secret cannot be used; the message names the setting.</exception>
    public SecretSource(LookupAuthOptions options, TimeProvider time, ILogger logger)
    {
        (_options, _time, _logger, _read) = (options, time, logger, time.GetTimestamp());
        _current = Read();
    }

    /// <summary>The secret as it is now, or was a few seconds ago.</summary>
    public string Current
    {
        get
        {
            lock (_gate)
            {
                if (_time.GetElapsedTime(_read) >= Pause)
                {
                    ReadAgain();
                }

                return _current;
            }
        }
    }

    /// <summary>The secret as it is now.</summary>
    public string Latest()
    {
        lock (_gate)
        {
            ReadAgain();
            return _current;
        }
    }

    private void ReadAgain()
    {
        _read = _time.GetTimestamp();
        if (_options.SecretFile.Length == 0)
        {
            return;
        }

        try
        {
            _current = Read();
            _isUnusable = false;
        }
        catch (ArgumentException exception)
        {
            // Once for each time that it breaks.
            if (!_isUnusable)
            {
                LogUnusable(_logger, exception.Message);
            }

            _isUnusable = true;
        }
    }

    private string Read()
    {
        var isFile = _options.SecretFile.Length > 0;
        var setting = LookupAuthOptions.Setting(isFile ? nameof(_options.SecretFile) : nameof(_options.Secret));
        var secret = isFile ? SecretFile.Read(_options.SecretFile, setting) : _options.Secret;
        return secret.AsSpan().ContainsAnyExceptInRange(' ', '~')
            ? throw new ArgumentException($"{setting} holds a secret that no header can carry; it takes printable ASCII characters, without line ends.")
            : secret;
    }
}
