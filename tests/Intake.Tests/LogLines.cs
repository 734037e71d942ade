using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;

namespace Millrace.Intake.Tests;

/// <summary>What is logged, of every level.</summary>
internal sealed class LogLines : ILoggerProvider
{
    private readonly ConcurrentQueue<(LogLevel Level, string Text)> _lines = new();

    public IEnumerable<string> Above(LogLevel level) => _lines.Where(line => line.Level > level).Select(line => line.Text);

    public ILogger CreateLogger(string categoryName) => new Lines(_lines);

    public void Dispose()
    {
        // There is nothing to give back.
    }

    private sealed class Lines(ConcurrentQueue<(LogLevel, string)> lines) : ILogger
    {
        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
            lines.Enqueue((logLevel, $"{formatter(state, exception)} {exception}"));
    }
}
