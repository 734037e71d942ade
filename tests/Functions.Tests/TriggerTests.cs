using System.Reflection;
using Microsoft.Azure.Functions.Worker;
using Millrace.Core;
using Millrace.Hosting;

namespace Millrace.Functions.Tests;

/// <summary>What holds for the triggers of every stage, whoever adds one.</summary>
public sealed class TriggerTests
{
    public static TheoryData<string> Functions => [.. Triggers.Select(trigger => trigger.Name)];

    private static (string Name, MethodInfo Method, KafkaTriggerAttribute Trigger)[] Triggers { get; } =
        [.. from type in typeof(Program).Assembly.GetTypes()
            from method in type.GetMethods(BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.Instance | BindingFlags.Static)
            let function = method.GetCustomAttribute<FunctionAttribute>()
            where function is not null
            from parameter in method.GetParameters()
            let trigger = parameter.GetCustomAttribute<KafkaTriggerAttribute>()
            where trigger is not null
            select (function.Name, method, trigger)];

    // Those of the catalog, and connectors that it does not use: they are ready for an entry.
    private static IReadOnlyList<StageDefinition> Stages { get; } =
    [
        .. Repositories.Catalog.Stages,
        .. from connector in StageClass.Among(typeof(Program).Assembly.GetTypes())
           where connector.IsOptional && !Repositories.Catalog.TryGet(connector.Name, out _)
           select new StageDefinition { Name = connector.Name, Connector = "any", Inputs = [.. Repositories.Catalog.Streams.Streams], ErrorStream = Repositories.Catalog.Stages[0].ErrorStream },
    ];

    [Fact]
    public void Every_input_of_every_stage_has_one_trigger_and_so_have_its_replays() =>
        Assert.Equal(Stages.SelectMany(StageFunctions.NamesOf).Order(), Triggers.Select(trigger => trigger.Name).Order());

    [Theory]
    [MemberData(nameof(Functions))]
    public void A_trigger_takes_whole_batches_with_their_bytes_untouched(string name)
    {
        var trigger = Trigger(name);

        Assert.True(trigger.IsBatched, "A single-mode trigger holds up every partition for the slowest.");
        Assert.Equal(KafkaMessageKeyType.Binary, trigger.KeyDataType);
        Assert.Contains(Method(name).GetParameters(), parameter => parameter.ParameterType == typeof(KafkaRecord[]));
    }

    [Theory]
    [MemberData(nameof(Functions))]
    public void A_trigger_belongs_to_the_consumer_group_of_its_stage(string name) => Assert.Equal(Stage(name).Name, Trigger(name).ConsumerGroup);

    [Theory]
    [MemberData(nameof(Functions))]
    public void A_trigger_has_its_topic_and_brokers_from_the_settings(string name)
    {
        var stage = Stage(name);

        Assert.Equal($"%{StageFunctions.TopicsSetting(stage, StageFunctions.NamesOf(stage).ToList().IndexOf(name))}%", Trigger(name).Topic);
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

    [Fact]
    public async Task A_host_that_is_told_to_run_only_some_functions_of_a_stage_is_refused()
    {
        using var app = Program.Build(
            ["--KAFKA_BOOTSTRAP_SERVERS=127.0.0.1:9", $"--Millrace:Catalog={AppContext.BaseDirectory}", $"--AzureWebJobsScriptRoot={AppContext.BaseDirectory}", "--AzureFunctionsJobHost:functions:0=PageChange"]);

        var refusal = await Assert.ThrowsAsync<CatalogException>(() => app.StartAsync(CancellationToken.None));

        Assert.Contains("not PageChange_1: stage PageChange has one function for each of its inputs and one for replays", refusal.Message, StringComparison.Ordinal);
    }

    private static StageDefinition Stage(string function) => Stages.Single(stage => StageFunctions.NamesOf(stage).Contains(function));

    private static MethodInfo Method(string name) => Triggers.Single(trigger => trigger.Name == name).Method;

    private static KafkaTriggerAttribute Trigger(string name) => Triggers.Single(trigger => trigger.Name == name).Trigger;
}
