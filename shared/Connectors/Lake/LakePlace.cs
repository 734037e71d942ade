using Azure.Identity;
using Azure.Storage.Blobs;
using Millrace.Core;

namespace Millrace.Connectors;

/// <summary>Where a lake is, as settings and commands name it.</summary>
public static class LakePlace
{
    /// <summary>Opens the files of a lake. Nothing is looked at yet.</summary>
    /// <param name="path">A directory, the URL of a container or of a folder in it, or with a connection string <c>CONTAINER/FOLDER</c>.</param>
    /// <param name="connectionString">The connection string of a storage account; null where there is none.</param>
    /// <exception cref="CatalogException">The path cannot be one; the message says what is allowed.</exception>
    public static ILakeFiles Open(string path, string? connectionString = null)
    {
        ArgumentNullException.ThrowIfNull(path);
        if (connectionString is not null)
        {
            return OpenAccount(path, connectionString);
        }

        if (!path.Contains("://", StringComparison.Ordinal))
        {
            return string.IsNullOrWhiteSpace(path) || File.Exists(path)
                ? throw new CatalogException($"The lake's path is '{path}'; allowed is a directory, or the URL of a container.")
                : new DirectoryFiles(Path.GetFullPath(path));
        }

        if (!Uri.TryCreate(path, UriKind.Absolute, out var uri) || uri.Scheme is not ("https" or "http") || uri.AbsolutePath.Trim('/').Length == 0 || uri.Fragment.Length > 0)
        {
            throw new CatalogException($"The lake's path is '{path}'; allowed is a directory, or https://ACCOUNT.blob.core.windows.net/CONTAINER, with a folder behind it or without.");
        }

        var (container, folder) = Split(uri.AbsolutePath);
        var address = new UriBuilder(uri) { Path = container }.Uri;

        // A URL with a signature says by itself who comes.
        return new BlobFiles(uri.Query.Length > 0 ? new BlobContainerClient(address) : new BlobContainerClient(address, new DefaultAzureCredential()), folder);
    }

    private static BlobFiles OpenAccount(string path, string connectionString)
    {
        var (container, folder) = Split(path);
        try
        {
            return container.Length > 0 && !path.Contains("://", StringComparison.Ordinal)
                ? new BlobFiles(new BlobContainerClient(connectionString, container), folder)
                : throw new CatalogException($"The lake's path is '{path}'; allowed beside a connection string is CONTAINER, or CONTAINER/FOLDER.");
        }
        catch (FormatException cause)
        {
            throw new CatalogException($"The lake's connection string cannot be used: {cause.Message}", cause);
        }
    }

    private static (string Container, string Folder) Split(string path)
    {
        var parts = path.Trim('/').Split('/', 2);
        return (parts[0], parts.Length > 1 ? parts[1].TrimEnd('/') + "/" : "");
    }
}
