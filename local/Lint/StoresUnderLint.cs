using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Millrace.Connectors;
using Millrace.Core;
using Millrace.Hosting;
using Millrace.Schemas;

namespace Millrace.Local;

/// <summary>The stores as an app has them, without its settings: to be asked about stages, and never opened.</summary>
internal sealed class StoresUnderLint : IDisposable
{
    private readonly ServiceProvider _services;
    private readonly StoreSet _stores;

    /// <summary>Makes the stores.</summary>
    /// <param name="schemas">The schemas that tables are made of.</param>
    public StoresUnderLint(SchemaRepository schemas)
    {
        _services = new ServiceCollection().AddLogging()
            .AddSingleton<IConfiguration>(new ConfigurationBuilder().Build()).AddSingleton(schemas).AddSingleton(TimeProvider.System).AddSingleton<LookupFactory>()
            .AddStores().BuildServiceProvider();
        _stores = new StoreSet(_services.GetServices<IStore>());
    }

    /// <summary>What the app checks when it starts.</summary>
    /// <exception cref="CatalogException">The stage could not run.</exception>
    public void Require(StageDefinition stage) => _stores.Require(stage);

    /// <summary>Ends the stores, which hold nothing.</summary>
    public void Dispose() => _services.DisposeAsync().AsTask().GetAwaiter().GetResult();
}
