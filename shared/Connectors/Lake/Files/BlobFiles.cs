using Azure;
using Azure.Storage.Blobs;
using Azure.Storage.Blobs.Models;

namespace Millrace.Connectors;

/// <summary>A lake in a container of blobs, or a folder of one.</summary>
/// <param name="container">The container; it is made where it is missing.</param>
/// <param name="folder">The folder, with a slash behind it; empty is the container itself.</param>
internal sealed class BlobFiles(BlobContainerClient container, string folder) : ILakeFiles
{
    private static readonly BlobRequestConditions Absent = new() { IfNoneMatch = ETag.All };

    public Task<bool> TryCreateAsync(string name, Stream content, CancellationToken cancellation) => UploadAsync(name, content, Absent, cancellation);

    public Task ReplaceAsync(string name, Stream content, CancellationToken cancellation) => UploadAsync(name, content, null, cancellation);

    private Task<bool> UploadAsync(string name, Stream content, BlobRequestConditions? conditions, CancellationToken cancellation) => CallAsync(async () =>
    {
        var start = content.Position;
        while (true)
        {
            try
            {
                await container.GetBlobClient(folder + name).UploadAsync(content, new BlobUploadOptions { Conditions = conditions }, cancellation).ConfigureAwait(false);
                return true;
            }
            catch (RequestFailedException failure) when (failure.ErrorCode == BlobErrorCode.BlobAlreadyExists || failure.ErrorCode == BlobErrorCode.ConditionNotMet)
            {
                return false;
            }
            catch (RequestFailedException failure) when (failure.ErrorCode == BlobErrorCode.ContainerNotFound)
            {
                await container.CreateIfNotExistsAsync(cancellationToken: cancellation).ConfigureAwait(false);
                content.Position = start;
            }
        }
    });

    public Task<Stream?> TryOpenAsync(string name, CancellationToken cancellation) => CallAsync<Stream?>(async () =>
    {
        try
        {
            return await container.GetBlobClient(folder + name).OpenReadAsync(new BlobOpenReadOptions(allowModifications: false), cancellation).ConfigureAwait(false);
        }
        catch (RequestFailedException failure) when (failure.Status == 404)
        {
            return null;
        }
    });

    public Task<bool> ExistsAsync(string name, CancellationToken cancellation) =>
        CallAsync(async () => (await container.GetBlobClient(folder + name).ExistsAsync(cancellation).ConfigureAwait(false)).Value);

    public Task<IReadOnlyList<LakeFile>> ListAsync(string below, CancellationToken cancellation) => CallAsync<IReadOnlyList<LakeFile>>(async () =>
    {
        var files = new List<LakeFile>();
        try
        {
            await foreach (var blob in container.GetBlobsAsync(new GetBlobsOptions { Prefix = below.Length > 0 ? $"{folder}{below}/" : folder }, cancellation).ConfigureAwait(false))
            {
                files.Add(new LakeFile(blob.Name[folder.Length..], blob.Properties.ContentLength ?? 0, blob.Properties.LastModified ?? default));
            }
        }
        catch (RequestFailedException failure) when (failure.ErrorCode == BlobErrorCode.ContainerNotFound)
        {
            return [];
        }

        files.Sort((one, other) => string.CompareOrdinal(one.Name, other.Name));
        return files;
    });

    public Task DeleteAsync(string name, CancellationToken cancellation) =>
        CallAsync(() => container.GetBlobClient(folder + name).DeleteIfExistsAsync(cancellationToken: cancellation));

    private static async Task<T> CallAsync<T>(Func<Task<T>> call)
    {
        try
        {
            return await call().ConfigureAwait(false);
        }
        catch (Exception failure) when (failure is RequestFailedException or AggregateException or HttpRequestException)
        {
            throw new IOException($"The container does not do it: {failure.Message}", failure);
        }
    }
}
