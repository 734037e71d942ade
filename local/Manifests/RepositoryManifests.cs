using Millrace.Core;
using Millrace.Hosting;

namespace Millrace.Local;

/// <summary>The manifests of a repository: what its catalogs say, and what is committed.</summary>
internal sealed class RepositoryManifests
{
    /// <summary>Where manifests are, below the repository's root.</summary>
    public const string Default = "infra/keda";

    private readonly string _root;
    private readonly string _output;
    private readonly ManifestDirectory _directory;

    /// <summary>The manifests of a repository.</summary>
    /// <param name="root">The directory that has <c>functions</c> and <c>infra</c>.</param>
    /// <param name="output">Where they are; null is <see cref="Default"/>.</param>
    public RepositoryManifests(string root, string? output = null) =>
        (_root, _output, _directory) = (root, output ?? Path.Combine(root, Default), new ManifestDirectory(output ?? Path.Combine(root, Default)));

    /// <summary>Generates the files.</summary>
    /// <param name="image">The image; null keeps what each overlay names.</param>
    /// <exception cref="CatalogException">A catalog is wrong, or asks for what cannot be run.</exception>
    /// <exception cref="UsageException">An overlay cannot be read.</exception>
    public IReadOnlyList<ManifestFile> Generate(ImageReference? image = null) => Manifests.Of(Sources(image));

    /// <summary>The services that there are no manifests of.</summary>
    /// <exception cref="CatalogException">A catalog is wrong.</exception>
    public IReadOnlyList<PlatformService> Absent() => [.. PlatformService.Of(Sources(null)).Where(service => service.Absence is not null)];

    private ManifestSources Sources(ImageReference? image) => new()
    {
        Catalog = CatalogFiles.Load(RepositoryRoot.Functions(_root)),
        Datacenters = DatacenterCatalog.Parse(Read(RepositoryRoot.Datacenters), RepositoryRoot.Datacenters),
        Functions = DeclaredFunction.Among(typeof(Functions.Program).Assembly.GetTypes()),
        Services = File.Exists(Path.Combine(_root, RepositoryRoot.Services)) ? ServiceCatalog.Parse(Read(RepositoryRoot.Services), RepositoryRoot.Services) : new(),
        OffsetReset = Manifests.OffsetResetOf(Read("host.json")),
        Image = datacenter => image ?? Kept(datacenter, StageManifests.Image) ?? ManifestSources.DefaultImage,
        ConsoleImage = datacenter => Kept(datacenter, ConsoleManifests.Image) ?? ManifestSources.DefaultConsoleImage,
    };

    /// <summary>How what is there stands to what would be generated.</summary>
    /// <exception cref="CatalogException">A catalog is wrong, or asks for what cannot be run.</exception>
    /// <exception cref="UsageException">An overlay cannot be read.</exception>
    public IReadOnlyList<ManifestChange> Compare(ImageReference? image = null) => _directory.Compare(Generate(image));

    /// <summary>Generates, and writes what differs.</summary>
    /// <returns>How each file stood before.</returns>
    /// <exception cref="CatalogException">A catalog is wrong, or asks for what cannot be run.</exception>
    /// <exception cref="UsageException">An overlay cannot be read, or a file stands in the way.</exception>
    public IReadOnlyList<ManifestChange> Write(ImageReference? image = null)
    {
        var files = Generate(image);
        var changes = _directory.Compare(files);
        _directory.Write(files);
        return changes;
    }

    private ImageReference? Kept(string datacenter, string name)
    {
        var file = $"overlays/{datacenter}/kustomization.yaml";
        return _directory.Read(file) is { } text ? ManifestImages.Read(text, Path.Combine(_output, file), name) : null;
    }

    private byte[] Read(string file)
    {
        try
        {
            return File.ReadAllBytes(Path.Combine(_root, file));
        }
        catch (Exception cause) when (cause is IOException or UnauthorizedAccessException)
        {
            throw new CatalogException($"{file} cannot be read: {cause.Message}", cause);
        }
    }
}
