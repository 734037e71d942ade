using Millrace.Core;

namespace Millrace.Connectors;

/// <summary>An HTTP address.</summary>
/// <remarks>The address's query may have a secret of the receiver's.</remarks>
internal sealed class HttpKind() : StoreKind("http", nameof(HttpSinkSettings.Headers), nameof(HttpSinkSettings.Address))
{
    public override IReadOnlyList<StoreEndpoint> Endpoints(StageDefinition stage) =>
        Address(SettingsOf<HttpSinkSettings>(stage)) is { } address ? [new StoreEndpoint(address.IdnHost, address.Port)] : throw Wrong(stage, "address", "is no http or https address.");

    public override IEnumerable<(string Setting, string Secret)> Exposed(StageDefinition stage)
    {
        var settings = SettingsOf<HttpSinkSettings>(stage);
        foreach (var name in settings.Headers.Where(header => header.Value.Length > 0 && NamesSecret(header.Key)).Select(header => header.Key))
        {
            yield return ($"headers.{name}", "the value of such a header");
        }

        if (Address(settings) is { } address && (address.UserInfo.Length > 0 || address.Query.TrimStart('?').Split('&').Any(part => NamesSecret(part.Split('=')[0]))))
        {
            yield return ("address", "a credential");
        }
    }

    private static Uri? Address(HttpSinkSettings settings) =>
        Uri.TryCreate(settings.Address, UriKind.Absolute, out var address) && address.Scheme is "http" or "https" ? address : null;
}
