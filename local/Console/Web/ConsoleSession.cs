namespace Millrace.Local;

/// <summary>A browser that has been here before.</summary>
/// <param name="Nonce">What tells it from others.</param>
/// <param name="Expires">Until when it is known.</param>
internal sealed record ConsoleSession(string Nonce, DateTimeOffset Expires);
