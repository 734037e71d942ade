using System.Text.Json.Nodes;
using Microsoft.Azure.Functions.Worker.Core.FunctionMetadata;
using Microsoft.Extensions.Configuration;
using Millrace.Core;

namespace Millrace.Functions.Tests;

public sealed class TriggerSecurityTests
{
    private const string Plain = """{"type":"kafkaTrigger","topic":"%T%","protocol":"NotSet","authenticationMode":"NotSet","oAuthBearerMethod":"Default"}""";

    [Fact]
    public void Without_settings_a_trigger_stays_as_it_is() => Assert.Equal(Plain, Secured(Plain));

    [Fact]
    public void A_trigger_gets_the_clients_security_and_secrets_by_their_names()
    {
        var trigger = JsonNode.Parse(Secured(Plain, ("security.protocol", "sasl_ssl"), ("sasl.mechanism", "scram-sha-512"), ("sasl.username", "me"), ("sasl.password", "a secret"), ("ssl.ca.location", "/ca.pem")))!;

        Assert.Equal(("SaslSsl", "ScramSha512"), ((string?)trigger["protocol"], (string?)trigger["authenticationMode"]));
        Assert.Equal("%Kafka:Client:sasl.username%", (string?)trigger["username"]);
        Assert.Equal("%Kafka:Client:sasl.password%", (string?)trigger["password"]);
        Assert.Equal("%Kafka:Client:ssl.ca.location%", (string?)trigger["sslCaLocation"]);
        Assert.DoesNotContain("a secret", trigger.ToJsonString(), StringComparison.Ordinal);
    }

    [Fact]
    public void Tokens_are_asked_for_as_the_clients_ask()
    {
        var trigger = JsonNode.Parse(Secured(Plain, ("security.protocol", "SASL_SSL"), ("sasl.mechanism", "OAUTHBEARER"), ("sasl.oauthbearer.method", "oidc"), ("sasl.oauthbearer.client.secret", "s")))!;

        Assert.Equal(("OAuthBearer", "Oidc", "%Kafka:Client:sasl.oauthbearer.client.secret%"), ((string?)trigger["authenticationMode"], (string?)trigger["oAuthBearerMethod"], (string?)trigger["oAuthBearerClientSecret"]));
    }

    [Fact]
    public void What_an_attribute_says_itself_stays() =>
        Assert.Equal("Ssl", (string?)JsonNode.Parse(Secured("""{"type":"kafkaTrigger","protocol":"Ssl"}""", ("security.protocol", "plaintext")))!["protocol"]);

    [Fact]
    public void Other_triggers_and_other_settings_of_clients_are_none_of_its_business()
    {
        Assert.Equal("""{"type":"httpTrigger"}""", Secured("""{"type":"httpTrigger"}""", ("security.protocol", "ssl")));
        Assert.Equal(Plain, Secured(Plain, ("socket.timeout.ms", "1000")));
    }

    [Theory]
    [InlineData("security.protocol", "tls", "Kafka:Client:security.protocol is 'tls'; allowed is plaintext, ssl, sasl_plaintext, sasl_ssl.")]
    [InlineData("sasl.kerberos.keytab", "/keytab", "Kafka:Client:sasl.kerberos.keytab is for clients, and the Kafka trigger has no such property")]
    public void What_a_trigger_cannot_be_told_is_refused(string setting, string value, string why) =>
        Assert.Contains(why, Assert.Throws<CatalogException>(() => Secured(Plain, (setting, value))).Message, StringComparison.Ordinal);

    private static string Secured(string binding, params (string Name, string Value)[] client)
    {
        var function = new Function { RawBindings = [binding] };
        var settings = new ConfigurationBuilder().AddInMemoryCollection(client.Select(setting => KeyValuePair.Create($"Kafka:Client:{setting.Name}", (string?)setting.Value))).Build();
        new TriggerSecurity(settings).Transform([function]);
        return function.RawBindings.Single();
    }

    private sealed class Function : IFunctionMetadata
    {
        public string? Name => nameof(Function);

        public IList<string> RawBindings { get; init; } = [];
    }
}
