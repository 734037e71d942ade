using System.Text.Json.Nodes;
using Microsoft.Azure.Functions.Worker.Core.FunctionMetadata;
using Microsoft.Extensions.Configuration;
using Millrace.Core;

namespace Millrace.Functions;

/// <summary>Gives Kafka triggers the security of the stages' own clients: that of the settings <c>Kafka:Client:*</c>.</summary>
/// <remarks>
/// A trigger's attribute is the same in every environment, and what chooses its protocol cannot stand in percent signs. So
/// attributes say nothing of security, and what they leave unset is filled in here, before the host is told of the triggers.
/// Secrets are passed on by their names; the host looks them up.
/// </remarks>
internal sealed class TriggerSecurity(IConfiguration settings) : IFunctionMetadataTransformer
{
    private const string Section = "Kafka:Client";

    private static readonly string[] Families = ["security.", "sasl.", "ssl.", "enable.ssl."];

    // The client library's names, and those of the trigger's properties; where a property is an enumeration, its values.
    private static readonly Setting[] Known =
    [
        new("security.protocol", "protocol", ("plaintext", "Plaintext"), ("ssl", "Ssl"), ("sasl_plaintext", "SaslPlaintext"), ("sasl_ssl", "SaslSsl")),
        new("sasl.mechanism", "authenticationMode", ("GSSAPI", "Gssapi"), ("PLAIN", "Plain"), ("SCRAM-SHA-256", "ScramSha256"), ("SCRAM-SHA-512", "ScramSha512"), ("OAUTHBEARER", "OAuthBearer")),
        new("sasl.username", "username"),
        new("sasl.password", "password"),
        new("sasl.oauthbearer.method", "oAuthBearerMethod", ("default", "Default"), ("oidc", "Oidc")),
        new("sasl.oauthbearer.client.id", "oAuthBearerClientId"),
        new("sasl.oauthbearer.client.secret", "oAuthBearerClientSecret"),
        new("sasl.oauthbearer.scope", "oAuthBearerScope"),
        new("sasl.oauthbearer.token.endpoint.url", "oAuthBearerTokenEndpointUrl"),
        new("sasl.oauthbearer.extensions", "oAuthBearerExtensions"),
        new("ssl.ca.location", "sslCaLocation"),
        new("ssl.certificate.location", "sslCertificateLocation"),
        new("ssl.key.location", "sslKeyLocation"),
        new("ssl.key.password", "sslKeyPassword"),
        new("ssl.ca.pem", "sslCaPEM"),
        new("ssl.certificate.pem", "sslCertificatePEM"),
        new("ssl.key.pem", "sslKeyPEM"),
    ];

    /// <inheritdoc/>
    public string Name => nameof(TriggerSecurity);

    /// <inheritdoc/>
    /// <exception cref="CatalogException">A setting's value is not allowed, or triggers cannot be told of it.</exception>
    public void Transform(IList<IFunctionMetadata> original)
    {
        var security = Read();
        foreach (var bindings in original.Select(function => function.RawBindings).OfType<IList<string>>())
        {
            for (var i = 0; i < bindings.Count; i++)
            {
                if (JsonNode.Parse(bindings[i]) is JsonObject binding && string.Equals((string?)binding["type"], "kafkaTrigger", StringComparison.OrdinalIgnoreCase))
                {
                    bindings[i] = Secure(binding, security).ToJsonString();
                }
            }
        }
    }

    private static JsonObject Secure(JsonObject binding, Dictionary<string, string> security)
    {
        foreach (var (property, value) in security)
        {
            if (binding[property]?.ToString() is null or "NotSet" or "Default")
            {
                binding[property] = value;
            }
        }

        return binding;
    }

    private Dictionary<string, string> Read()
    {
        var security = new Dictionary<string, string>();
        foreach (var (name, value) in settings.GetSection(Section).AsEnumerable(makePathsRelative: true))
        {
            if (value is { Length: > 0 } && Families.Any(family => name.StartsWith(family, StringComparison.OrdinalIgnoreCase)))
            {
                var setting = Array.Find(Known, known => known.Name.Equals(name, StringComparison.OrdinalIgnoreCase)) ?? throw new CatalogException(
                    $"The setting {Section}:{name} is for clients, and the Kafka trigger has no such property; allowed are {string.Join(", ", Known.Select(known => known.Name))}.");
                security[setting.Property] = setting.Value(value);
            }
        }

        return security;
    }

    private sealed record Setting(string Name, string Property, params (string Value, string Name)[] Choices)
    {
        public string Value(string value) => Choices.Length == 0 ? $"%{Section}:{Name}%"
            : Choices.FirstOrDefault(choice => choice.Value.Equals(value, StringComparison.OrdinalIgnoreCase)).Name
            ?? throw new CatalogException($"The setting {Section}:{Name} is '{value}'; allowed is {string.Join(", ", Choices.Select(choice => choice.Value))}.");
    }
}
