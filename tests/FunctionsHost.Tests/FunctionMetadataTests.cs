using System.Text.Json.Nodes;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Azure.Functions.Worker.Core.FunctionMetadata;
using Microsoft.Extensions.Configuration;

namespace Millrace.FunctionsHost.Tests;

/// <summary>What the application tells the host of its functions, and may change before.</summary>
public sealed class FunctionMetadataTests
{
    [Fact]
    public void A_trigger_is_told_of_by_its_properties()
    {
        var binding = JsonNode.Parse(TriggerBinding.Write(new KafkaTriggerAttribute("%Brokers%", "%Topic%") { IsBatched = true, SslCaPEM = "ca" }))!;

        Assert.Equal(("kafkaTrigger", "In", "%Topic%", "ca"), ((string?)binding["type"], (string?)binding["direction"], (string?)binding["topic"], (string?)binding["sslCaPEM"]));
        Assert.Equal("NotSet", (string?)binding["protocol"]);
        Assert.Null(binding["username"]);
    }

    [Fact]
    public void What_is_told_is_what_was_written()
    {
        var written = new KafkaTriggerAttribute("b", "t")
        {
            ConsumerGroup = "g", IsBatched = true, KeyDataType = KafkaMessageKeyType.Binary, Protocol = BrokerProtocol.SaslSsl,
            AuthenticationMode = BrokerAuthenticationMode.OAuthBearer, OAuthBearerMethod = OAuthBearerMethod.Oidc, OAuthBearerScope = "s", LagThreshold = 7,
        };

        Assert.Equal(TriggerBinding.Write(written), TriggerBinding.Write(TriggerBinding.ReadKafka(TriggerBinding.Write(written), "F")));
    }

    [Fact]
    public void A_transformer_changes_what_the_host_binds_to()
    {
        var function = Function("Batched");

        FunctionMetadataTransformers.Apply([new Change("""{"protocol":"Ssl","sslCaPEM":"%Ca%"}""")], [function]);

        var config = ConsumerSettings.For(function, new KafkaOptions(), new ConfigurationBuilder().AddInMemoryCollection([new("Brokers", "b"), new("Group", "g"), new("Ca", "pem")]).Build());
        Assert.Equal((Confluent.Kafka.SecurityProtocol.Ssl, "pem", "g"), (config.SecurityProtocol, config.SslCaPem, config.GroupId));
    }

    [Theory]
    [InlineData("Batched", """{"protocol":"Tls"}""", "KafkaTrigger.Protocol is 'Tls'; allowed is")]
    [InlineData("Batched", """{"protocl":"Ssl"}""", "no property 'protocl'")]
    [InlineData("Open", """{"route":"elsewhere"}""", "a transformer changed its binding")]
    [InlineData("Batched", null, "The transformer Change added or removed functions")]
    public void A_change_that_cannot_be_followed_is_refused(string function, string? change, string why) =>
        Assert.Contains(why, Assert.Throws<FunctionsHostException>(() => FunctionMetadataTransformers.Apply([new Change(change)], [Function(function)])).Message, StringComparison.Ordinal);

    private static FunctionMethod Function(string name) => FunctionDiscovery.Discover(
        [typeof(FunctionMetadataTests).Assembly], new ConfigurationBuilder().AddInMemoryCollection([new("functions:0", name)]).Build()).Single();

    private sealed class Change(string? json) : IFunctionMetadataTransformer
    {
        public string Name => nameof(Change);

        public void Transform(IList<IFunctionMetadata> original)
        {
            if (json is null)
            {
                original[0].RawBindings!.Clear();
                return;
            }

            var binding = JsonNode.Parse(original[0].RawBindings![0])!;
            foreach (var (name, value) in JsonNode.Parse(json)!.AsObject())
            {
                binding[name] = value!.DeepClone();
            }

            original[0].RawBindings![0] = binding.ToJsonString();
        }
    }
}
