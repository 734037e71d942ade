using Azure.Storage.Blobs;
using Millrace.Core;

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
