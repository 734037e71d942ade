namespace Millrace.FunctionsHost.App;

/// <summary>A service of a call's scope, which tells the suite when the scope ends.</summary>
public sealed class Scope(Reporter reporter) : IAsyncDisposable
{
    public Guid Id { get; } = Guid.NewGuid();

    public ValueTask DisposeAsync() => reporter.NoteAsync($"disposed {Id}");
}
