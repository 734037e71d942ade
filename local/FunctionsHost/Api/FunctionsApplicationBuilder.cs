using System.Reflection;
using Microsoft.Azure.Functions.Worker.Middleware;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Diagnostics.Metrics;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Millrace.FunctionsHost;

namespace Microsoft.Azure.Functions.Worker.Builder;

/// <summary>Composes a function application: its settings, services and middleware.</summary>
/// <remarks>An argument overrides the environment, which overrides <c>Values</c> of the <c>local.settings.json</c> beside <c>host.json</c>.</remarks>
public sealed class FunctionsApplicationBuilder : IHostApplicationBuilder, IFunctionsWorkerApplicationBuilder
{
    private readonly HostApplicationBuilder _builder;
    private readonly List<Func<FunctionExecutionDelegate, FunctionExecutionDelegate>> _middleware = [];
    private readonly Assembly[] _assemblies;
    private readonly string _hostFile;
    private bool _built;

    internal FunctionsApplicationBuilder(string[]? args, Assembly[] assemblies)
    {
        _assemblies = assemblies;
        var settings = new ConfigurationManager();
        settings.AddEnvironmentVariables().AddCommandLine(args ?? []);
        _hostFile = HostFile.Find(settings);
        _builder = Host.CreateEmptyApplicationBuilder(new HostApplicationBuilderSettings
        {
            ContentRootPath = Path.GetDirectoryName(_hostFile),
            ApplicationName = assemblies[0].GetName().Name,
            EnvironmentName = settings["AZURE_FUNCTIONS_ENVIRONMENT"] ?? settings["DOTNET_ENVIRONMENT"] ?? Environments.Production,
        });
        Configuration
            .AddInMemoryCollection(LocalSettings.Read(Path.GetDirectoryName(_hostFile)!))
            .AddEnvironmentVariables()
            .AddCommandLine(args ?? []);
        Logging
            .AddConfiguration(HostFile.Read(_hostFile, Configuration).GetSection("logging"))
            .AddSimpleConsole(console => console.SingleLine = true);
    }

    /// <inheritdoc/>
    public IServiceCollection Services => _builder.Services;

    /// <summary>The application's settings.</summary>
    public ConfigurationManager Configuration => _builder.Configuration;

    IConfigurationManager IHostApplicationBuilder.Configuration => _builder.Configuration;

    /// <inheritdoc/>
    public IHostEnvironment Environment => _builder.Environment;

    /// <inheritdoc/>
    public ILoggingBuilder Logging => _builder.Logging;

    /// <inheritdoc/>
    public IMetricsBuilder Metrics => _builder.Metrics;

    /// <inheritdoc/>
    public IDictionary<object, object> Properties => ((IHostApplicationBuilder)_builder).Properties;

    /// <inheritdoc/>
    public void ConfigureContainer<TContainerBuilder>(IServiceProviderFactory<TContainerBuilder> factory, Action<TContainerBuilder>? configure = null)
        where TContainerBuilder : notnull => _builder.ConfigureContainer(factory, configure);

    /// <inheritdoc/>
    public IFunctionsWorkerApplicationBuilder Use(Func<FunctionExecutionDelegate, FunctionExecutionDelegate> middleware)
    {
        ThrowIfBuilt();
        _middleware.Add(middleware);
        return this;
    }

    /// <summary>Builds the application; its functions run from the host's start to its stop.</summary>
    /// <remarks>What is wrong with the functions, <c>host.json</c> or the settings is thrown on start, as a <see cref="FunctionsHostException"/>.</remarks>
    public IHost Build()
    {
        ThrowIfBuilt();
        _built = true;
        Services.TryAddSingleton(TimeProvider.System);
        Services.AddSingleton(new FunctionsHostStatus());
        Services.AddSingleton(new FunctionsApplicationParts(_hostFile, _assemblies, _middleware));
        // Last, so that it starts after the application's own services and stops before them.
        Services.AddHostedService<FunctionsHostService>();
        return _builder.Build();
    }

    private void ThrowIfBuilt()
    {
        if (_built)
        {
            throw new InvalidOperationException("The application has been built already.");
        }
    }
}
