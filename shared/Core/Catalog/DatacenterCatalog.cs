namespace Millrace.Core;

/// <summary>The datacenters that there are, from <c>infra/datacenters.json</c>.</summary>
public sealed class DatacenterCatalog
{
    private DatacenterCatalog(IReadOnlyList<DatacenterDefinition> datacenters) => Datacenters = datacenters;

    /// <summary>All datacenters, in the order of the file, at least one.</summary>
    public IReadOnlyList<DatacenterDefinition> Datacenters { get; }

    /// <summary>Reads the file.</summary>
    /// <param name="utf8Json">Its content.</param>
    /// <param name="file">Its name, for messages.</param>
    /// <exception cref="CatalogException">It is wrong; the message says where.</exception>
    public static DatacenterCatalog Parse(ReadOnlyMemory<byte> utf8Json, string file = "datacenters.json")
    {
        var datacenters = new List<DatacenterDefinition>();
        foreach (var (_, entries) in CatalogReader.Read(utf8Json, file).Fields("datacenters"))
        {
            foreach (var (name, entry) in entries.Fields())
            {
                // It becomes a prefix of topics and a part of names in Kubernetes.
                if (name.Length is 0 or > 32 || !char.IsAsciiLetterLower(name[0]) || !name.All(c => char.IsAsciiLetterLower(c) || char.IsAsciiDigit(c)))
                {
                    throw new CatalogException($"{entry.Path}: '{name}' cannot be a datacenter; allowed are 1 to 32 of a-z 0-9, a letter first.");
                }

                var datacenter = entry.Bind<DatacenterDefinition>();
                datacenter.Name = name;
                datacenters.Add(datacenter);
            }
        }

        return datacenters.Count > 0 ? new DatacenterCatalog(datacenters) : throw new CatalogException($"{file}.datacenters is missing or empty; it names at least one datacenter.");
    }

    /// <summary>The datacenter of that name.</summary>
    /// <exception cref="CatalogException">There is none; the message lists those that there are.</exception>
    public DatacenterDefinition Get(string name) => Datacenters.FirstOrDefault(datacenter => datacenter.Name == name) ?? throw new CatalogException(
        $"There is no datacenter '{name}'; there is {string.Join(", ", Datacenters.Select(datacenter => datacenter.Name))}.");

    /// <summary>The datacenters in which a stage runs now, by the catalog: one, or all of them.</summary>
    /// <exception cref="CatalogException">The stage names a datacenter that there is not.</exception>
    public IReadOnlyList<DatacenterDefinition> Running(StageDefinition stage)
    {
        ArgumentNullException.ThrowIfNull(stage);
        return stage.Datacenters.Mode == DatacenterMode.ActiveActive ? Datacenters
            : [stage.Datacenters.Active is { } active ? Get(active) : Datacenters[0]];
    }
}
