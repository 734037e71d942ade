namespace Millrace.Connectors;

/// <summary>The files of a lake: written whole, never changed but for those that are replaced whole, seen by nobody before they are whole.</summary>
/// <remarks>Safe for concurrent use, by other processes too. Names are paths below the root, with slashes. What fails throws <see cref="IOException"/>: it may be tried again.</remarks>
public interface ILakeFiles
{
    /// <summary>Writes a file unless there is one of that name, durably. Of several that try, one succeeds.</summary>
    /// <param name="name">The name.</param>
    /// <param name="content">The content, from where it stands to its end.</param>
    /// <param name="cancellation">Gives up; the file is there, or it is not.</param>
    /// <returns>Whether it was written.</returns>
    Task<bool> TryCreateAsync(string name, Stream content, CancellationToken cancellation);

    /// <summary>Writes a file, in place of one of that name if there is one. Of several at once, one is the last.</summary>
    /// <param name="name">The name.</param>
    /// <param name="content">The content, from where it stands to its end.</param>
    /// <param name="cancellation">Gives up; the file is there, or it is as it was.</param>
    Task ReplaceAsync(string name, Stream content, CancellationToken cancellation);

    /// <summary>Opens a file to read, at any place; null where there is none.</summary>
    Task<Stream?> TryOpenAsync(string name, CancellationToken cancellation);

    /// <summary>Whether there is a file of that name.</summary>
    Task<bool> ExistsAsync(string name, CancellationToken cancellation);

    /// <summary>All files below a folder, in the order of their names.</summary>
    /// <param name="below">The folder; empty is the root.</param>
    /// <param name="cancellation">Gives up.</param>
    Task<IReadOnlyList<LakeFile>> ListAsync(string below, CancellationToken cancellation);

    /// <summary>Deletes a file, if there is one.</summary>
    Task DeleteAsync(string name, CancellationToken cancellation);
}
