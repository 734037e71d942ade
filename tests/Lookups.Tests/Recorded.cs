using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;

namespace Millrace.Lookups.Tests;

/// <summary>Remembers what was logged, exceptions and all.</summary>
internal sealed class Recorded : ILogger<HttpLookup>
{
    public ConcurrentQueue<string> Lines { get; } = [];

    public IDisposable? BeginScope<TState>(TState state)
        where TState : notnull => null;

    public bool IsEnabled(LogLevel logLevel) => true;

    public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
        Lines.Enqueue($"{logLevel}: {formatter(state, exception)} {exception}");
}
