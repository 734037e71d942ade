using Azure.Storage.Blobs;
using Microsoft.Extensions.Configuration;
using Millrace.Core;
using Millrace.Schemas;

namespace Millrace.Connectors;

/// <summary>A lake: a container of blobs, or a directory.</summary>
/// <remarks>A URL may have a signature, by which it says who comes.</remarks>
internal sealed class LakeKind() : StoreKind("lake", nameof(LakeSettings.ConnectionString), nameof(LakeSettings.Path))
{
    private const string Path = "path";
    private const string ConnectionString = "connectionString";

    // Of those that Azure's default credential reads, the ones that need nothing of the cluster.
    public override IReadOnlyList<string> Variables { get; } = ["AZURE_TENANT_ID", "AZURE_CLIENT_ID", "AZURE_CLIENT_SECRET"];

    public override IReadOnlyList<StoreEndpoint> Endpoints(StageDefinition stage)
    {
        var settings = SettingsOf<LakeSettings>(stage);
        if (settings.ConnectionString is { } account)
        {
            return [EndpointOf(Account(stage, account))];
        }

        return Uri.TryCreate(settings.Path, UriKind.Absolute, out var address) && address.Scheme is "http" or "https" ? [EndpointOf(address)] : throw Wrong(
            stage, Path, $"is '{settings.Path}', a directory of one machine alone; allowed is https://ACCOUNT.blob.core.windows.net/CONTAINER, or CONTAINER/FOLDER beside connectionString.");
    }

    public override IEnumerable<(string Setting, string Secret)> Exposed(StageDefinition stage)
    {
        var settings = SettingsOf<LakeSettings>(stage);
        if (settings.ConnectionString?.Split(';').Any(part => NamesSecret(part.Split('=')[0].Trim())) == true)
        {
            yield return (ConnectionString, "an account's key or signature");
        }

        if (settings.Path.Contains("://", StringComparison.Ordinal) && settings.Path.Contains('?', StringComparison.Ordinal))
        {
            yield return (Path, "a signature");
        }
    }

    public override IEnumerable<(StreamDefinition Stream, string Table)> Tables(StageDefinition stage, IConfiguration? overrides = null)
    {
        var settings = SettingsOf<LakeSettings>(stage, overrides);
        var lake = settings.ConnectionString is { } account ? $"{Account(stage, account).GetLeftPart(UriPartial.Path).TrimEnd('/')}/{settings.Path.Trim('/')}"
            : settings.Path.Contains("://", StringComparison.Ordinal) ? settings.Path.Split('?')[0].TrimEnd('/')
            : System.IO.Path.TrimEndingDirectorySeparator(System.IO.Path.GetFullPath(settings.Path));
        return stage.Inputs.Select(stream => (stream, $"{lake}/{LakeTable.NameOf(stream.Name)}"));
    }

    public override string? Refuse(StageDefinition stage, StreamDefinition stream, SchemaRepository schemas, string schemaUri)
    {
        ArgumentNullException.ThrowIfNull(stream);
        var settings = SettingsOf<LakeSettings>(stage);
        try
        {
            // A table that is not there yet, in a lake that is not looked at.
            new LakeTable(stream.Name, LakePlace.Open(settings.Path, settings.ConnectionString), schemas, TimeProvider.System, settings).Merge(DeltaSnapshot.None, [schemaUri]);
            return null;
        }
        catch (SinkException refused)
        {
            return refused.InnerException is SqlRefusedException reasons ? $"{schemaUri}: {string.Join(' ', reasons.Refusals)}" : refused.Message;
        }
    }

    public override bool KeepsCheckpoints => true;

    // The table's log is the checkpoint, and what is below it does not enter again, by design.
    public override ICheckpoints Checkpoints(StageDefinition stage, IConfiguration? overrides = null) => throw new CatalogException(
        $"Stage {stage.Name} writes a lake, whose tables keep how far they are in their own log: a position below that never enters again. "
        + $"Fill a new lake instead (another {Path}, in stages.{stage.Name}.settings, under another stage's name), or move the table's folder away and give the stage another name.");

    private static Uri Account(StageDefinition stage, string account)
    {
        try
        {
            return new BlobServiceClient(account).Uri;
        }
        catch (Exception cause) when (cause is FormatException or ArgumentException)
        {
            // Not the value: it may have a key.
            throw Wrong(stage, ConnectionString, $"cannot be used: {cause.Message} Without its key it is BlobEndpoint=https://ACCOUNT.blob.core.windows.net.", cause);
        }
    }

    private static StoreEndpoint EndpointOf(Uri address) => new(address.IdnHost, address.Port);
}
