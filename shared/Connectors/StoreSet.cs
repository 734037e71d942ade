using System.Collections.Concurrent;
using Microsoft.Extensions.Configuration;
using Millrace.Core;

namespace Millrace.Connectors;

/// <summary>The stores of an app, found by what stages name them by, <c>connector</c>.</summary>
/// <param name="stores">The stores, each with a name of its own.</param>
/// <param name="settings">The host's settings, which stand over those of the catalog; null is none.</param>
public sealed class StoreSet(IEnumerable<IStore> stores, IConfiguration? settings = null)
{
    private readonly Dictionary<string, IStore> _stores = stores.ToDictionary(store => store.Name);
    private readonly ConcurrentDictionary<string, string> _writers = new(StringComparer.Ordinal);

    /// <summary>The store of a stage.</summary>
    /// <exception cref="CatalogException">There is none of that name; the message lists those that there are.</exception>
    public IStore Of(StageDefinition stage)
    {
        ArgumentNullException.ThrowIfNull(stage);
        return _stores.TryGetValue(stage.Connector!, out var store) ? store : throw new CatalogException(
            $"stages.{stage.Name}.connector is '{stage.Connector}'; allowed is {string.Join(", ", _stores.Keys.Order())}.");
    }

    /// <summary>Checks what can be checked of a stage without its store being there, beside those that were checked before.</summary>
    /// <exception cref="CatalogException">A setting or a stream cannot work, or another stage writes a table of this one.</exception>
    public void Require(StageDefinition stage)
    {
        Of(stage).Require(stage);
        foreach (var (stream, table) in StoreKind.All.FirstOrDefault(kind => kind.Name == stage.Connector)?.Tables(stage, settings) ?? [])
        {
            if (_writers.GetOrAdd(table, stage.Name) is var writer && writer != stage.Name)
            {
                throw new CatalogException(
                    $"stages.{stage.Name}: stream '{stream.Name}' would be written to the table {table}, which stage {writer} writes, too; let one of them leave the stream out, or give it a {stage.Connector} place of its own.");
            }
        }
    }
}
