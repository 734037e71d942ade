using System.Text.Json;

namespace Millrace.EndToEnd;

/// <summary>The <c>millrace</c> command as its users run it: a process of its own.</summary>
internal sealed class MillraceCommand : IDisposable
{
    public string Directory { get; } = System.IO.Directory.CreateTempSubdirectory("millrace-").FullName;

    public string Output => Path.Combine(Directory, "out");

    public void Dispose() => System.IO.Directory.Delete(Directory, recursive: true);

    public async Task<CommandResult> RunAsync(params string[] arguments)
    {
        using var process = Start(arguments);
        return await process.EndAsync();
    }

    /// <summary>Starts it, and leaves it to run.</summary>
    public MillraceProcess Start(params string[] arguments) => new(Directory, arguments);

    /// <summary>Writes a file of lines, each as it is.</summary>
    public string Write(string name, IEnumerable<byte[]> lines)
    {
        var path = Path.Combine(Directory, name);
        using var file = File.Create(path);
        foreach (var line in lines)
        {
            file.Write(line);
            file.WriteByte((byte)'\n');
        }

        return path;
    }

    public byte[][] Lines(string stream) => Split(File.ReadAllBytes(Path.Combine(Output, $"{stream}.ndjson")));

    public JsonElement[] Events(string stream) => Array.ConvertAll(Lines(stream), line => JsonElement.Parse(line));

    public JsonElement[] Positions(string stream) =>
        Array.ConvertAll(File.ReadAllLines(Path.Combine(Output, "positions", $"{stream}.ndjson")), line => JsonElement.Parse(line));

    public static byte[][] Split(byte[] file)
    {
        var lines = new List<byte[]>();
        for (var rest = file.AsSpan(); rest.Length > 0;)
        {
            var end = rest.IndexOf((byte)'\n');
            lines.Add(rest[..(end < 0 ? rest.Length : end)].ToArray());
            rest = rest[(end < 0 ? rest.Length : end + 1)..];
        }

        return [.. lines];
    }
}
