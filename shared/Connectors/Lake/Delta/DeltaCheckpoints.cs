using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Millrace.Connectors;

/// <summary>The checkpoints of a Delta log: <c>N.checkpoint.parquet</c>, and <c>_last_checkpoint</c>, which names the newest.</summary>
/// <remarks>A checkpoint of a version is the same whoever writes it, and takes its name whole. What <c>_last_checkpoint</c> says is only a hint: where it is of no use, the log is listed.</remarks>
internal sealed class DeltaCheckpoints(ILakeFiles files, string folder)
{
    private const string Suffix = ".checkpoint.parquet";

    private string Hint => $"{folder}/_last_checkpoint";

    /// <summary>The table as the newest checkpoint has it; before the first commit where there is none.</summary>
    /// <exception cref="InvalidDataException">The log's beginning is gone, and there is no checkpoint that can be read.</exception>
    public async Task<DeltaSnapshot> ReadNewestAsync(CancellationToken cancellation)
    {
        if (await HintedAsync(cancellation).ConfigureAwait(false) is { } version && await TryReadAsync(version, cancellation).ConfigureAwait(false) is { } hinted)
        {
            return hinted;
        }

        var present = await files.ListAsync(folder, cancellation).ConfigureAwait(false);
        foreach (var one in present.Select(VersionOf).OfType<long>().OrderDescending())
        {
            if (await TryReadAsync(one, cancellation).ConfigureAwait(false) is { } found)
            {
                return found;
            }
        }

        return !present.Any(file => DeltaLog.VersionOf(file) is not null) || await files.ExistsAsync(DeltaLog.NameOf(folder, 0), cancellation).ConfigureAwait(false)
            ? DeltaSnapshot.None
            : throw new InvalidDataException($"'{folder}' has lost its first commits, and has no checkpoint that can be read.");
    }

    /// <summary>The version of the checkpoint that <c>_last_checkpoint</c> names; null where it is absent or torn.</summary>
    public async Task<long?> HintedAsync(CancellationToken cancellation)
    {
        var hint = await files.TryReadAsync(Hint, cancellation).ConfigureAwait(false);
        try
        {
            return hint is null ? null : (long?)JsonNode.Parse(hint)?["version"];
        }
        catch (Exception torn) when (torn is JsonException or FormatException or InvalidOperationException)
        {
            return null;
        }
    }

    /// <summary>Writes the checkpoint of a version, and then that it is the newest, unless a newer one is.</summary>
    public async Task WriteAsync(DeltaSnapshot table, DateTimeOffset now, CancellationToken cancellation)
    {
        var content = TemporaryStream.Create();
        await using var closing = content.ConfigureAwait(false);
        var actions = await CheckpointFormat.WriteAsync(table, now, content, cancellation).ConfigureAwait(false);
        var size = content.Position;
        content.Position = 0;
        await files.TryCreateAsync(NameOf(table.Version), content, cancellation).ConfigureAwait(false);
        if (await HintedAsync(cancellation).ConfigureAwait(false) is { } newest && newest >= table.Version)
        {
            return;
        }

        using var hint = new MemoryStream(JsonSerializer.SerializeToUtf8Bytes(new JsonObject
        {
            ["version"] = table.Version,
            ["size"] = actions,
            ["sizeInBytes"] = size,
            ["numOfAddFiles"] = table.Files.Count,
        }));
        await files.ReplaceAsync(Hint, hint, cancellation).ConfigureAwait(false);
    }

    /// <summary>The version that a file is the checkpoint of; null where it is none.</summary>
    public static long? VersionOf(LakeFile file)
    {
        var name = file.Name.AsSpan(file.Name.LastIndexOf('/') + 1);
        return name.EndsWith(Suffix, StringComparison.Ordinal) && name.Length == 20 + Suffix.Length
            && long.TryParse(name[..20], NumberStyles.None, CultureInfo.InvariantCulture, out var version) ? version : null;
    }

    private async Task<DeltaSnapshot?> TryReadAsync(long version, CancellationToken cancellation)
    {
        var content = await files.TryOpenAsync(NameOf(version), cancellation).ConfigureAwait(false);
        if (content is null)
        {
            return null;
        }

        await using var closing = content.ConfigureAwait(false);
        return await CheckpointFormat.ReadAsync(content, version, cancellation).ConfigureAwait(false);
    }

    private string NameOf(long version) => string.Create(CultureInfo.InvariantCulture, $"{folder}/{version:D20}{Suffix}");
}
