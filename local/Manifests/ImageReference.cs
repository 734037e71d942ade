using System.Text.RegularExpressions;

namespace Millrace.Local;

/// <summary>A container image: its name, and the tag or the digest that picks one of its versions.</summary>
/// <param name="Name">The name, with its registry and port, if any.</param>
/// <param name="Tag">The tag; null where there is a digest.</param>
/// <param name="Digest">The digest, such as <c>sha256:…</c>; null where there is a tag.</param>
internal sealed partial record ImageReference(string Name, string? Tag, string? Digest)
{
    /// <summary>What may stand in an option.</summary>
    public const string Allowed = "NAME:TAG or NAME@sha256:DIGEST";

    /// <summary>Reads <c>name:tag</c> or <c>name@digest</c>; null where a text is neither, or names no version.</summary>
    public static ImageReference? Parse(string text) =>
        Form().Match(text) is { Success: true } match
            ? new ImageReference(match.Groups["name"].Value, Group(match, "tag"), Group(match, "digest"))
            : null;

    private static string? Group(Match match, string name) => match.Groups[name] is { Success: true } group ? group.Value : null;

    [GeneratedRegex(@"\A(?<name>[a-z0-9]([a-z0-9._-]*[a-z0-9])?(:[0-9]{1,5}(?=/))?(/[a-z0-9]([a-z0-9._-]*[a-z0-9])?)*)(:(?<tag>[A-Za-z0-9_][A-Za-z0-9_.-]{0,127})|@(?<digest>sha256:[0-9a-f]{64}))\z")]
    private static partial Regex Form();
}
