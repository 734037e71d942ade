namespace Millrace.Broker.Storage;

/// <summary>Where the files of one partition, or of the journal, are: a directory, or memory.</summary>
/// <remarks>Thread-safe. What fails for reasons outside of the process throws <see cref="IOException"/>.</remarks>
internal interface ILogVolume
{
    /// <summary>What messages call it.</summary>
    string Name { get; }

    /// <summary>The files that there are, with their lengths in bytes, in no order.</summary>
    IReadOnlyList<KeyValuePair<string, long>> Files();

    /// <summary>A file that exists, or that is made with the first <see cref="ILogFile.Write"/> or <see cref="ILogFile.Truncate"/>.</summary>
    ILogFile Open(string name);

    /// <summary>Deletes a file, if there is one; who holds it can read on.</summary>
    void Delete(string name);

    /// <summary>Gives a file a new name, in place of what had it, at once or not at all; who holds either can read on.</summary>
    void Rename(string name, string newName);

    /// <summary>Deletes everything.</summary>
    void DeleteAll();
}
