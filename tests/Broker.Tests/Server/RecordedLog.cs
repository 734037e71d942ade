using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;

namespace Millrace.Broker.Tests.Server;

/// <summary>Remembers what was logged.</summary>
internal sealed class RecordedLog : ILogger
{
    private readonly ConcurrentQueue<(LogLevel Level, string Text)> _lines = new();

    public IReadOnlyList<string> Warnings => Of(LogLevel.Warning);

    public IReadOnlyList<string> Errors => Of(LogLevel.Error);

    public IDisposable? BeginScope<TState>(TState state)
        where TState : notnull => null;

    public bool IsEnabled(LogLevel logLevel) => true;

    public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
        _lines.Enqueue((logLevel, exception is null ? formatter(state, exception) : $"{formatter(state, exception)}: {exception}"));

    private List<string> Of(LogLevel level) => [.. _lines.Where(line => line.Level == level).Select(line => line.Text)];
}
