using System.Reflection;
using Microsoft.Azure.Functions.Worker;

namespace Millrace.Functions.Tests;

/// <summary>What holds for the trigger of every stage, whoever adds one.</summary>
public sealed class TriggerTests
{
    public static TheoryData<string> Functions => [.. Triggers.Select(trigger => trigger.Name)];

    private static (string Name, MethodInfo Method)[] Triggers { get; } =
        [.. typeof(Program).Assembly.GetTypes()
            .SelectMany(type => type.GetMethods(BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.Instance | BindingFlags.Static))
            .Select(method => (method.GetCustomAttribute<FunctionAttribute>()?.Name!, method))
            .Where(trigger => trigger.Item1 is not null)];

    [Fact]
    public void Every_stage_of_the_catalog_has_one_trigger() =>
        Assert.Equal(Repositories.Catalog.Stages.Select(stage => stage.Name).Order(), Triggers.Select(trigger => trigger.Name).Order());

    [Theory]
    [MemberData(nameof(Functions))]
    public void A_trigger_takes_whole_batches_with_their_bytes_untouched(string name)
    {
        var trigger = Trigger(name);

        Assert.True(trigger.IsBatched, "A single-mode trigger holds up every partition for the slowest.");
        Assert.Equal(KafkaMessageKeyType.Binary, trigger.KeyDataType);
        Assert.Equal(typeof(KafkaRecord[]), Parameter(name).ParameterType);
    }

    [Theory]
    [MemberData(nameof(Functions))]
    public void A_trigger_belongs_to_the_consumer_group_of_its_stage(string name) => Assert.Equal(name, Trigger(name).ConsumerGroup);

    [Theory]
    [MemberData(nameof(Functions))]
    public void A_trigger_has_its_topic_and_brokers_from_the_settings(string name)
    {
        Assert.Equal($"%Stages:{name}:Topics%", Trigger(name).Topic);
        Assert.Equal("%KAFKA_BOOTSTRAP_SERVERS%", Trigger(name).BrokerList);
    }

    [Theory]
    [MemberData(nameof(Functions))]
    public void A_trigger_can_be_cancelled_and_is_awaited(string name)
    {
        var method = Method(name);

        Assert.Equal(typeof(Task), method.ReturnType);
        Assert.Contains(method.GetParameters(), parameter => parameter.ParameterType == typeof(CancellationToken));
    }

    [Theory]
    [MemberData(nameof(Functions))]
    public void A_trigger_has_no_retry_policy_beside_that_of_its_stage(string name) =>
        Assert.DoesNotContain(Method(name).GetCustomAttributes(), attribute => attribute is RetryAttribute);

    private static MethodInfo Method(string name) => Triggers.Single(trigger => trigger.Name == name).Method;

    private static ParameterInfo Parameter(string name) => Method(name).GetParameters().Single(parameter => parameter.GetCustomAttribute<KafkaTriggerAttribute>() is not null);

    private static KafkaTriggerAttribute Trigger(string name) => Parameter(name).GetCustomAttribute<KafkaTriggerAttribute>()!;
}
