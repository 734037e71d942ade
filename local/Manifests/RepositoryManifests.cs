using System.Reflection;
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

    /// <summary>The repository that a directory is in: the nearest directory above it, or itself, with <c>functions/stages.json</c> and <c>infra/datacenters.json</c>.</summary>
    /// <exception cref="UsageException">It is in none.</exception>
    public static string Find(string start)
    {
        for (var directory = new DirectoryInfo(start); directory is not null; directory = directory.Parent)
        {
            if (File.Exists(Path.Combine(directory.FullName, "functions", "stages.json")) && File.Exists(Path.Combine(directory.FullName, "infra", "datacenters.json")))
            {
                return directory.FullName;
            }
        }

        throw new UsageException($"Neither '{Path.GetFullPath(start)}' nor a directory above it has functions/stages.json and infra/datacenters.json; --root names the repository.");
    }

    /// <summary>Generates the files.</summary>
    /// <param name="image">The image; null keeps what each overlay names.</param>
    /// <param name="functions">The functions; null are those of the function app.</param>
    /// <exception cref="CatalogException">A catalog is wrong, or asks for what cannot be run.</exception>
    /// <exception cref="UsageException">An overlay cannot be read.</exception>
    public IReadOnlyList<ManifestFile> Generate(ImageReference? image = null, DeclaredFunctions? functions = null) => Manifests.Of(new ManifestSources
    {
        Catalog = CatalogFiles.Load(Path.Combine(_root, "functions")),
        Datacenters = DatacenterCatalog.Parse(Read("infra/datacenters.json"), "infra/datacenters.json"),
        Functions = functions ?? new DeclaredFunctions(Assembly.Load("Millrace.Functions")),
        OffsetReset = Manifests.OffsetResetOf(Read("host.json")),
        Image = datacenter => image ?? Kept(datacenter) ?? ManifestSources.DefaultImage,
    });

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

    private ImageReference? Kept(string datacenter)
    {
        var file = $"overlays/{datacenter}/kustomization.yaml";
        return _directory.Read(file) is { } text ? ManifestImages.Read(text, Path.Combine(_output, file)) : null;
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
