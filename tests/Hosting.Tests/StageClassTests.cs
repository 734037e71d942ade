using Microsoft.Extensions.DependencyInjection;
using Millrace.Core;

namespace Millrace.Hosting.Tests;

/// <summary>Stages are found by their classes, and their entries in their folders.</summary>
public sealed class StageClassTests : IDisposable
{
    private readonly TestApp _app = new() { Stages = app => app.AddStages([typeof(Copy), typeof(CopySettings), typeof(TestApp)]) };

    public void Dispose() => _app.Dispose();

    [Fact]
    public async Task A_stage_is_added_with_the_settings_beside_it()
    {
        _app.WriteStage(""" "settings": { "number": 7 } """);

        Assert.Equal(("Copy", 7), await _app.StartedAsync(services =>
            (Assert.Single(services.GetServices<StageRunner>()).Stage.Name, services.GetRequiredService<CopySettings>().Number)));
    }

    [Fact]
    public async Task Settings_that_its_class_does_not_have_are_refused()
    {
        _app.WriteStage(""" "settings": { "nmae": "x" } """);

        Assert.Contains("catalog:stages:Copy:settings:nmae is unknown", await _app.RefusalAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_class_that_the_catalog_does_not_have_is_refused()
    {
        _app.Stages = app => app.AddStages([typeof(Copy), typeof(Stranger)]);

        Assert.Contains("no stage 'Stranger'", await _app.RefusalAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_connector_that_the_catalog_does_not_have_is_left_out_and_its_function_with_it()
    {
        _app.Stages = app => app.AddStages([typeof(Copy), typeof(CopySettings), typeof(Brings), typeof(Others)]);

        var (stages, functions) = await _app.StartedAsync(services => (
            services.GetServices<StageRunner>().Select(runner => runner.Stage.Name).ToList(),
            services.GetRequiredService<Microsoft.Extensions.Configuration.IConfiguration>().GetSection(StageFunctions.Filter).GetChildren().Select(name => name.Value).ToList()));

        Assert.Equal(["Copy"], stages);
        Assert.Equal(["Other"], functions);
    }

    [Fact]
    public async Task A_class_that_the_build_wrote_from_an_entry_is_left_out_with_all_its_functions_where_there_is_no_entry()
    {
        _app.Stages = app => app.AddStages([typeof(Copy), typeof(CopySettings), typeof(Written), typeof(WrittenTrigger), typeof(Others)]);

        var functions = await _app.StartedAsync(services =>
            services.GetRequiredService<Microsoft.Extensions.Configuration.IConfiguration>().GetSection(StageFunctions.Filter).GetChildren().Select(name => name.Value).ToList());

        Assert.Equal(["Written_more", "Other", "Brings"], functions);
    }

    [Fact]
    public async Task A_connector_of_the_catalog_is_a_stage_like_any()
    {
        _app.Write("Brings/stage.json", """{ "stages": { "Brings": { "connector": "somewhere", "inputs": ["*"] } } }""");
        _app.Stages = app => app.AddStages([typeof(Copy), typeof(CopySettings), typeof(Brings)]);

        var inputs = await _app.StartedAsync(services => services.GetServices<StageRunner>().Single(runner => runner.Stage.Name == "Brings").Stage.Inputs.Select(stream => stream.Name).ToList());

        Assert.Equal(["in", "out"], inputs);
    }

    [Fact]
    public async Task An_entry_may_stand_in_the_folder_of_its_stage()
    {
        _app.Write("stages.json", """{ "stages": {} }""");
        _app.Write("Copy/stage.json", """{ "stages": { "Copy": { "inputs": ["in"], "outputs": { "more": "/out/1.0.0" } } }, "streams": { "more": { "schema_title": "out" } } }""");

        Assert.Equal("more", await _app.StartedAsync(services => Assert.Single(Assert.Single(services.GetServices<StageRunner>()).Stage.Outputs).Stream.Name));
    }

    [Fact]
    public void Classes_that_are_no_stages_are_none() =>
        Assert.Equal([new StageClass(typeof(Copy), null)], StageClass.Among([typeof(TestApp), typeof(Copy), typeof(Enrichment), typeof(IStage)]));

    private sealed class Brings : Connector;

    [System.CodeDom.Compiler.GeneratedCode("Millrace", "1")]
    private sealed class Written : Enrichment
    {
        protected override ValueTask<Outcome> EnrichAsync(Event input, CancellationToken cancellation) => new(Filter("never"));
    }

    private static class WrittenTrigger
    {
        [Function("Written")]
        public static void Run()
        {
        }

        [Function("Written_1")]
        public static void Run1()
        {
        }

        [Function("Written_more")]
        public static void RunMore()
        {
        }
    }

    private static class Others
    {
        [Function("Other")]
        public static void Run()
        {
        }

        [Function("Brings")]
        public static void Bring()
        {
        }
    }

    // Functions are told by the names of their attributes, whichever package these come from.
    [AttributeUsage(AttributeTargets.Method)]
    private sealed class FunctionAttribute(string name) : Attribute
    {
        public string Name { get; } = name;
    }
}
