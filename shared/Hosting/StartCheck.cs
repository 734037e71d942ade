using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Millrace.Core;
using Millrace.Schemas;

namespace Millrace.Hosting;

/// <summary>Refuses to start what could not run: before any trigger listens, everything that stages need is looked at once.</summary>
internal sealed class StartCheck(
    StageCatalog catalog, IEnumerable<RegisteredStage> registered, SchemaRepository schemas, ISink sink, IConfiguration configuration, IServiceProvider services)
    : IHostedLifecycleService
{
    public Task StartingAsync(CancellationToken cancellationToken)
    {
        var stages = registered.Select(stage => stage.Definition).ToList();
        CheckNames(stages);
        foreach (var stage in stages)
        {
            Require(stage, stage.ErrorStream, stage.ErrorSchemaUri);
            foreach (var output in stage.Outputs)
            {
                Require(stage, output.Stream, output.SchemaUri);
            }
        }

        foreach (var app in registered.GroupBy(stage => stage.Type.Assembly))
        {
            var functions = DeclaredFunction.Among(app.Key.GetTypes());
            foreach (var stage in app)
            {
                FunctionCheck.Require(stage.Definition, functions, configuration);
            }
        }

        foreach (var stage in stages.Where(stage => FunctionCheck.Runs(stage, configuration)))
        {
            sink.Require(stage);
        }

        // Building a runner builds all that the stage takes, and so shows what is missing or wrong.
        _ = services.GetServices<StageRunner>().Count();
        return Task.CompletedTask;
    }

    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StartedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    private void Require(StageDefinition stage, StreamDefinition stream, string schemaUri)
    {
        try
        {
            schemas.Require(schemaUri);
        }
        catch (SchemaException cause)
        {
            throw new CatalogException($"Stage {stage.Name} cannot write {stream.Name}: {cause.Message} The setting Millrace:Schemas lists where schemas are.", cause);
        }
    }

    private void CheckNames(List<StageDefinition> stages)
    {
        foreach (var stage in catalog.Stages)
        {
            if (!stages.Exists(known => known.Name == stage.Name))
            {
                throw new CatalogException($"The catalog has a stage '{stage.Name}' that the app has no class for; it has {Names(stages)}.");
            }
        }

        foreach (var section in configuration.GetSection("Stages").GetChildren())
        {
            if (!catalog.TryGet(section.Key, out _))
            {
                throw new CatalogException($"The setting {section.Path} is for a stage that the catalog does not have; it has {Names(catalog.Stages)}.");
            }
        }
    }

    private static string Names(IEnumerable<StageDefinition> stages) => string.Join(", ", stages.Select(stage => stage.Name).DefaultIfEmpty("none"));
}
