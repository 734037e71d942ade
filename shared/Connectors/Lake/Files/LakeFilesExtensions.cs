namespace Millrace.Connectors;

/// <summary>Small files in one piece.</summary>
internal static class LakeFilesExtensions
{
    public static async Task<bool> TryCreateAsync(this ILakeFiles files, string name, byte[] content, CancellationToken cancellation)
    {
        using var stream = new MemoryStream(content, writable: false);
        return await files.TryCreateAsync(name, stream, cancellation).ConfigureAwait(false);
    }

    /// <summary>The whole of a file; null where there is none.</summary>
    public static async Task<byte[]?> TryReadAsync(this ILakeFiles files, string name, CancellationToken cancellation)
    {
        var stream = await files.TryOpenAsync(name, cancellation).ConfigureAwait(false);
        if (stream is null)
        {
            return null;
        }

        await using var closing = stream.ConfigureAwait(false);
        var content = new byte[stream.Length];
        await stream.ReadExactlyAsync(content, cancellation).ConfigureAwait(false);
        return content;
    }
}
