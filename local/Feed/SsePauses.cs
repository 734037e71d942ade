namespace Millrace.Local;

/// <summary>How long to wait before each reconnection.</summary>
internal sealed class SsePauses(ServerSentEventsOptions options)
{
    private readonly Random _random = new(options.Seed);
    private TimeSpan _base = options.BaseDelay;
    private int _inVain;

    /// <summary>The stream gives events again: the next pause is a short one.</summary>
    public void Reset() => _inVain = 0;

    /// <summary>The next pause.</summary>
    /// <param name="interval">What the stream set as the shortest pause from now on (<c>retry</c>); null where nothing.</param>
    /// <param name="retryAfter">What the server asks to wait this time; null where nothing.</param>
    public TimeSpan Next(TimeSpan? interval, TimeSpan? retryAfter)
    {
        _base = interval is { } set ? Min(set, options.MaxAskedDelay) : _base;
        var doubled = Min(_base * Math.Pow(2, Math.Min(_inVain++, 30)), options.MaxDelay);
        var longest = doubled > _base ? doubled : _base;

        // Up to a quarter more, so that clients that a server lost together do not return together.
        var pause = longest * (1 + (_random.NextDouble() / 4));
        var asked = Min(retryAfter ?? TimeSpan.Zero, options.MaxAskedDelay);
        return pause > asked ? pause : asked;
    }

    private static TimeSpan Min(TimeSpan one, TimeSpan other) => one < other ? one : other;
}
