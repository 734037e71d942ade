using System.CodeDom.Compiler;
using Microsoft.Extensions.Configuration;
using Millrace.Core;

namespace Millrace.Hosting;

/// <summary>The class of a stage, and that of its settings.</summary>
/// <remarks>A stage's name in the catalog is that of its class. Its settings are the class <c>NAMESettings</c> beside it, where there is one.</remarks>
/// <param name="Stage">The class of the stage.</param>
/// <param name="Settings">The class of its settings; null where it takes none.</param>
public sealed record StageClass(Type Stage, Type? Settings)
{
    private static readonly IConfiguration NoOverrides = new ConfigurationBuilder().Build();

    /// <summary>The stage's name in the catalog.</summary>
    public string Name => Stage.Name;

    /// <summary>Whether it need not have an entry in the catalog, and does not run without one: a connector, or a class that the build wrote from an entry.</summary>
    public bool IsOptional => Stage.IsAssignableTo(typeof(Connector)) || Stage.IsDefined(typeof(GeneratedCodeAttribute), inherit: false);

    /// <summary>The stages among classes, in the order of their names.</summary>
    public static IReadOnlyList<StageClass> Among(IEnumerable<Type> types)
    {
        var all = types.ToList();
        return [.. all
            .Where(type => type is { IsClass: true, IsAbstract: false, ContainsGenericParameters: false } && type.IsAssignableTo(typeof(IStage)))
            .Select(type => new StageClass(type, all.Find(other => other.FullName == $"{type.FullName}Settings")))
            .OrderBy(stage => stage.Name, StringComparer.Ordinal)];
    }

    /// <summary>Checks the <c>settings</c> of the stage's entry against their class.</summary>
    /// <exception cref="CatalogException">They have an unknown key or a value that is not allowed, or the stage takes none.</exception>
    public void CheckSettings(StageDefinition entry)
    {
        ArgumentNullException.ThrowIfNull(entry);
        if (entry.Connector is not null)
        {
            // Those of a connector are its store's, which checks them.
            return;
        }

        if (Settings is null)
        {
            StageSettings.RequireNone(entry, NoOverrides);
            return;
        }

        StageSettings.Bind(entry, Activator.CreateInstance(Settings)!, NoOverrides);
    }
}
