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
    public async Task An_entry_may_stand_in_the_folder_of_its_stage()
    {
        _app.Write("stages.json", """{ "stages": {} }""");
        _app.Write("Copy/stage.json", """{ "stages": { "Copy": { "inputs": ["in"], "outputs": { "more": "/out/1.0.0" } } }, "streams": { "more": { "schema_title": "out" } } }""");

        Assert.Equal("more", await _app.StartedAsync(services => Assert.Single(Assert.Single(services.GetServices<StageRunner>()).Stage.Outputs).Stream.Name));
    }

    [Fact]
    public void Classes_that_are_no_stages_are_none() =>
        Assert.Equal([new StageClass(typeof(Copy), null)], StageClass.Among([typeof(TestApp), typeof(Copy), typeof(Enrichment), typeof(IStage)]));
}
