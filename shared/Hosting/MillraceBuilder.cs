using System.Reflection;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Millrace.Core;

namespace Millrace.Hosting;

/// <summary>Adds stages to a function app.</summary>
public sealed class MillraceBuilder
{
    private readonly IHostApplicationBuilder _host;
    private readonly StageCatalog _catalog;

    internal MillraceBuilder(IHostApplicationBuilder host, StageCatalog catalog) => (_host, _catalog) = (host, catalog);

    /// <summary>Adds every stage among classes, in the order of the catalog: each that is an <see cref="IStage"/>, with its settings.</summary>
    /// <remarks>A connector that the catalog has no entry for is left out, and its functions with it; so is a class that the build wrote from an entry that there is no more. A stage's settings are the class <c>NAMESettings</c> beside it, where there is one: <see cref="StageClass"/>.</remarks>
    /// <param name="classes">As a rule all of the app's.</param>
    /// <exception cref="CatalogException">The catalog has no entry for one of them, or one's settings or options are wrong.</exception>
    public MillraceBuilder AddStages(IEnumerable<Type> classes)
    {
        ArgumentNullException.ThrowIfNull(classes);
        var order = _catalog.Stages.Select((stage, index) => (stage.Name, index)).ToDictionary(entry => entry.Name, entry => entry.index);
        var unused = new List<string>();
        foreach (var stage in StageClass.Among(classes).OrderBy(stage => order.GetValueOrDefault(stage.Name)))
        {
            if (stage.IsOptional && !_catalog.TryGet(stage.Name, out _))
            {
                unused.Add(stage.Name);
                continue;
            }

            Type[] arguments = stage.Settings is { } settings ? [stage.Stage, settings] : [stage.Stage];
            typeof(MillraceBuilder).GetMethods()
                .Single(method => method.Name == nameof(AddStage) && method.GetGenericArguments().Length == arguments.Length)
                .MakeGenericMethod(arguments)
                .Invoke(this, BindingFlags.DoNotWrapExceptions, null, null, null);
        }

        LeaveOut(unused, classes);
        return this;
    }

    // A stage that the catalog does not use has no topics that its functions could name.
    private void LeaveOut(List<string> unused, IEnumerable<Type> classes)
    {
        if (unused.Count > 0 && !_host.Configuration.GetSection(StageFunctions.Filter).GetChildren().Any())
        {
            _host.Configuration.AddInMemoryCollection(DeclaredFunction.Among(classes).Where(function => !unused.Exists(function.Feeds)).Select(function => function.Name)
                .Select((function, index) => KeyValuePair.Create($"{StageFunctions.Filter}:{index}", (string?)function)));
        }
    }

    /// <summary>Adds a stage. Its name in the catalog is that of its class.</summary>
    /// <exception cref="CatalogException">The catalog has no such stage or has settings for it, or an override of its options is wrong.</exception>
    public MillraceBuilder AddStage<TStage>()
        where TStage : class, IStage
    {
        // Those of a connector are its store's.
        if (_catalog.Get(typeof(TStage).Name) is { Connector: null } stage)
        {
            StageSettings.RequireNone(stage, _host.Configuration);
        }

        return Add<TStage>();
    }

    /// <summary>Adds a stage and its settings, which the stage takes in its constructor.</summary>
    /// <typeparam name="TStage">The stage.</typeparam>
    /// <typeparam name="TSettings">The <c>settings</c> of its entry in the catalog; a setting <c>Stages:NAME:Settings:KEY</c> overrides one.</typeparam>
    /// <exception cref="CatalogException">The settings have an unknown key or a value that is not allowed.</exception>
    public MillraceBuilder AddStage<TStage, TSettings>()
        where TStage : class, IStage
        where TSettings : class, new()
    {
        _host.Services.AddSingleton(StageSettings.Bind<TSettings>(_catalog.Get(typeof(TStage).Name), _host.Configuration));
        return Add<TStage>();
    }

    private MillraceBuilder Add<TStage>()
        where TStage : class, IStage
    {
        var definition = _catalog.Get(typeof(TStage).Name);
        definition = definition with { Options = StageSettings.OverrideOptions(definition, _host.Configuration) };
        _host.Services.AddSingleton(new RegisteredStage(definition, typeof(TStage)));
        _host.Services.AddSingleton<TStage>();
        _host.Services.AddSingleton(services => new StageTrigger<TStage>(CreateRunner<TStage>(services, definition)));
        _host.Services.AddSingleton(services => services.GetRequiredService<StageTrigger<TStage>>().Runner);
        return this;
    }

    private static StageRunner CreateRunner<TStage>(IServiceProvider services, StageDefinition definition)
        where TStage : class, IStage
    {
        var stage = Create<TStage>(services, definition);
        var time = services.GetRequiredService<TimeProvider>();
        var pipeline = new StagePipeline(
            definition, stage, services.GetRequiredService<IEventSchemas>(), time, services.GetRequiredService<MillraceOptions>().Datacenter, services.GetService<IPipelineWatch>());
        return new StageRunner(definition, pipeline, services.GetRequiredService<ISink>(), time, services.GetRequiredService<ILogger<StageRunner>>());
    }

    private static TStage Create<TStage>(IServiceProvider services, StageDefinition definition)
        where TStage : class, IStage
    {
        try
        {
            return services.GetRequiredService<TStage>();
        }
        catch (ArgumentException cause)
        {
            throw new CatalogException($"Stage {definition.Name} cannot be made: {cause.Message}", cause);
        }
    }
}
