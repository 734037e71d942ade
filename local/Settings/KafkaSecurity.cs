using System.CommandLine;

namespace Millrace.Local;

/// <summary>The options of commands that say how to reach a cluster that is not in the clear.</summary>
internal static class KafkaSecurity
{
    private static readonly Option<string?> Protocol = new("--security-protocol") { Description = "How to talk to the brokers.", HelpName = "plaintext|ssl|sasl_plaintext|sasl_ssl" };

    private static readonly Option<string?> Mechanism = new("--sasl-mechanism") { Description = "How to authenticate.", HelpName = "PLAIN|SCRAM-SHA-256|SCRAM-SHA-512|OAUTHBEARER|GSSAPI" };

    private static readonly Option<string?> Username = new("--username") { Description = "The user, for PLAIN and SCRAM.", HelpName = "NAME" };

    private static readonly Option<string?> PasswordFile = new("--password-file") { Description = "A file with the password; - reads it from standard input. Not an option of its own: other users see those.", HelpName = "FILE" };

    private static readonly Option<string?> Ca = new("--ssl-ca") { Description = "The certificate of the authority that the brokers' are signed with.", HelpName = "FILE" };

    private static readonly Option<string?> Certificate = new("--ssl-certificate") { Description = "The client's certificate.", HelpName = "FILE" };

    private static readonly Option<string?> Key = new("--ssl-key") { Description = "The client's private key.", HelpName = "FILE" };

    private static readonly Option<string?> TokenEndpoint = new("--oauth-token-endpoint") { Description = "Where tokens are asked for, with OAUTHBEARER.", HelpName = "URL" };

    private static readonly Option<string?> ClientId = new("--oauth-client-id") { Description = "The client, with OAUTHBEARER.", HelpName = "ID" };

    private static readonly Option<string?> ClientSecretFile = new("--oauth-client-secret-file") { Description = "A file with the client's secret; - reads it from standard input.", HelpName = "FILE" };

    private static readonly Option<string?> Scope = new("--oauth-scope") { Description = "The scope, with OAUTHBEARER.", HelpName = "SCOPE" };

    /// <summary>The options.</summary>
    public static IReadOnlyList<Option> Options { get; } = [Protocol, Mechanism, Username, PasswordFile, Ca, Certificate, Key, TokenEndpoint, ClientId, ClientSecretFile, Scope];

    /// <summary>The client library's settings for what was given, by their names.</summary>
    /// <exception cref="UsageException">A value is not allowed, or what goes with it is missing.</exception>
    public static List<KeyValuePair<string, string>> Read(ParseResult parsed)
    {
        var settings = new List<KeyValuePair<string, string>>();
        var protocol = One(parsed, Protocol, StringComparison.OrdinalIgnoreCase, "plaintext", "ssl", "sasl_plaintext", "sasl_ssl");
        var mechanism = One(parsed, Mechanism, StringComparison.OrdinalIgnoreCase, "PLAIN", "SCRAM-SHA-256", "SCRAM-SHA-512", "OAUTHBEARER", "GSSAPI");
        Add("security.protocol", protocol);
        Add("sasl.mechanism", mechanism);
        Add("sasl.username", parsed.GetValue(Username));
        Add("sasl.password", Secret(parsed, PasswordFile));
        Add("ssl.ca.location", FileOf(parsed, Ca));
        Add("ssl.certificate.location", FileOf(parsed, Certificate));
        Add("ssl.key.location", FileOf(parsed, Key));
        if (mechanism == "OAUTHBEARER")
        {
            Add("sasl.oauthbearer.method", "oidc");
        }

        Add("sasl.oauthbearer.token.endpoint.url", parsed.GetValue(TokenEndpoint));
        Add("sasl.oauthbearer.client.id", parsed.GetValue(ClientId));
        Add("sasl.oauthbearer.client.secret", Secret(parsed, ClientSecretFile));
        Add("sasl.oauthbearer.scope", parsed.GetValue(Scope));
        Check(settings, protocol, mechanism);
        return settings;

        void Add(string name, string? value)
        {
            if (value is not null)
            {
                settings.Add(new(name, value));
            }
        }
    }

    private static void Check(List<KeyValuePair<string, string>> settings, string? protocol, string? mechanism)
    {
        bool Has(string name) => settings.Exists(setting => setting.Key == name);
        var withSasl = protocol?.StartsWith("sasl_", StringComparison.Ordinal) == true;
        if (withSasl != (mechanism is not null))
        {
            throw new UsageException($"{Protocol.Name} is '{protocol ?? "plaintext"}' and {Mechanism.Name} {(mechanism is null ? "is missing" : $"is '{mechanism}'")}: a mechanism goes with sasl_plaintext or sasl_ssl, and with nothing else.");
        }

        if (protocol is not ("ssl" or "sasl_ssl") && settings.Find(setting => setting.Key.StartsWith("ssl.", StringComparison.Ordinal)).Key is { } certificate)
        {
            throw new UsageException($"Certificates ({certificate}) go with {Protocol.Name} ssl or sasl_ssl; it is '{protocol ?? "plaintext"}'.");
        }

        if (mechanism is "PLAIN" or "SCRAM-SHA-256" or "SCRAM-SHA-512" && !(Has("sasl.username") && Has("sasl.password")))
        {
            throw new UsageException($"{Mechanism.Name} is '{mechanism}', which needs {Username.Name} and {PasswordFile.Name}.");
        }

        if (mechanism == "OAUTHBEARER" && !(Has("sasl.oauthbearer.token.endpoint.url") && Has("sasl.oauthbearer.client.id") && Has("sasl.oauthbearer.client.secret")))
        {
            throw new UsageException($"{Mechanism.Name} is '{mechanism}', which needs {TokenEndpoint.Name}, {ClientId.Name} and {ClientSecretFile.Name}.");
        }
    }

    private static string? One(ParseResult parsed, Option<string?> option, StringComparison comparison, params string[] allowed) => parsed.GetValue(option) is not { } value ? null
        : Array.Find(allowed, choice => choice.Equals(value, comparison)) ?? throw new UsageException($"{option.Name} is '{value}'; allowed is {string.Join(", ", allowed)}.");

    private static string? FileOf(ParseResult parsed, Option<string?> option) => parsed.GetValue(option) is not { } file ? null
        : File.Exists(file) ? Path.GetFullPath(file) : throw new UsageException($"{option.Name} is '{file}', which is no file.");

    private static string? Secret(ParseResult parsed, Option<string?> option) => parsed.GetValue(option) is { } file ? SecretFile.Read(option.Name, file) : null;
}
