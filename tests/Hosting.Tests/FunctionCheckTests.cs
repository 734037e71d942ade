using Millrace.Core;

namespace Millrace.Hosting.Tests;

/// <summary>Stages of several inputs, each of which needs a function.</summary>
public sealed class FunctionCheckTests : IDisposable
{
    private readonly TestApp _app = new();

    public void Dispose() => _app.Dispose();

    [Fact]
    public async Task A_stage_with_a_function_for_each_input_starts()
    {
        Use<Joined>(nameof(Joined));

        Assert.True(await _app.StartedAsync(_ => true));
    }

    [Fact]
    public async Task An_input_that_no_function_reads_is_refused_with_the_function_that_it_needs()
    {
        Use<HalfJoined>(nameof(HalfJoined));

        var refusal = await _app.RefusalAsync();

        Assert.Contains("nothing reads out: it needs [Function(\"HalfJoined_1\")] with [KafkaTrigger(…, \"%Stages:HalfJoined:Topics:1%\", …)]", refusal, StringComparison.Ordinal);
        Assert.Contains("It has HalfJoined on %Stages:HalfJoined:Topics:0%.", refusal, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_stage_that_nothing_gives_its_replays_is_refused()
    {
        Use<Unreplayed>(nameof(Unreplayed));

        Assert.Contains("nothing reads Unreplayed.replay: it needs [Function(\"Unreplayed_replay\")] with [KafkaTrigger(…, \"%Stages:Unreplayed:Replay%\", …)]", await _app.RefusalAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_topic_of_replays_cannot_be_another()
    {
        Use<Joined>(nameof(Joined));
        _app.Settings["Stages:Joined:Replay"] = "elsewhere";

        Assert.Contains("The setting Stages:Joined:Replay is 'elsewhere'; allowed is 'Joined.replay'", await _app.RefusalAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_function_that_reads_all_topics_as_one_is_refused()
    {
        Use<Mixed>(nameof(Mixed));

        Assert.Contains("It has Mixed on %Stages:Mixed:Topics%.", await _app.RefusalAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Topics_for_several_inputs_are_set_by_input()
    {
        Use<Joined>(nameof(Joined));
        _app.Settings["Stages:Joined:Topics"] = "both";

        Assert.Contains("The setting Stages:Joined:Topics is 'both'; allowed is Stages:Joined:Topics:0 and Stages:Joined:Topics:1", await _app.RefusalAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_host_that_runs_only_one_of_them_is_refused()
    {
        Use<Joined>(nameof(Joined));
        _app.Settings["AzureFunctionsJobHost:functions:0"] = "Joined_1";

        Assert.Contains("names Joined_1, but not Joined: stage Joined has one function for each of its inputs and one for replays", await _app.RefusalAsync(), StringComparison.Ordinal);
    }

    private void Use<TStage>(string name)
        where TStage : class, IStage
    {
        _app.Write("stages.json", $$"""{ "stages": { "{{name}}": { "inputs": ["in", "out"] } } }""");
        _app.Stages = app => app.AddStage<TStage>();
    }

    internal class Joined : Enrichment
    {
        protected override ValueTask<Outcome> EnrichAsync(Event input, CancellationToken cancellation) => new(Filter("never"));
    }

    internal sealed class HalfJoined : Joined;

    internal sealed class Mixed : Joined;

    internal sealed class Unreplayed : Joined;
}

/// <summary>What triggers look like to the check, which goes by the names of their attributes.</summary>
internal static class Triggers
{
    [Function("Joined")]
    public static void Joined([KafkaTrigger("b", "%Stages:Joined:Topics:0%")] object records) => _ = records;

    [Function("Joined_1")]
    public static void JoinedSecond([KafkaTrigger("b", "%Stages:Joined:Topics:1%")] object records) => _ = records;

    [Function("Joined_replay")]
    public static void JoinedReplay([KafkaTrigger("b", "%Stages:Joined:Replay%")] object records) => _ = records;

    [Function("Unreplayed")]
    public static void Unreplayed([KafkaTrigger("b", "%Stages:Unreplayed:Topics:0%")] object records) => _ = records;

    [Function("Unreplayed_1")]
    public static void UnreplayedSecond([KafkaTrigger("b", "%Stages:Unreplayed:Topics:1%")] object records) => _ = records;

    [Function("HalfJoined")]
    public static void HalfJoined([KafkaTrigger("b", "%Stages:HalfJoined:Topics:0%")] object records) => _ = records;

    [Function("Mixed")]
    public static void Mixed([KafkaTrigger("b", "%Stages:Mixed:Topics%")] object records) => _ = records;
}
