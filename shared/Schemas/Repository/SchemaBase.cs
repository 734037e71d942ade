namespace Millrace.Schemas;

/// <summary>One place that has schemas: a directory or a base URI.</summary>
/// <param name="name">The base as it was configured.</param>
internal abstract class SchemaBase(string name)
{
    /// <summary>The base as it was configured.</summary>
    public string Name { get; } = name;

    /// <summary>The file at that path below the base.</summary>
    /// <param name="path">A schema URI, perhaps with an extension; checked to have no way out of the base.</param>
    /// <returns>The content; null where the base has no such file.</returns>
    /// <exception cref="SchemaUnavailableException">The base cannot say.</exception>
    public abstract byte[]? Read(string path);

    /// <summary>The names of the files of a title; empty where it has none, or the base cannot list them.</summary>
    public virtual IEnumerable<string> Files(string title) => [];

    /// <summary>Reads a stream to its end.</summary>
    /// <exception cref="SchemaException">It is longer than the limit, in bytes.</exception>
    protected byte[] ReadBounded(Stream stream, string path, int limit)
    {
        var buffer = new byte[limit + 1];
        var length = stream.ReadAtLeast(buffer, buffer.Length, throwOnEndOfStream: false);
        return length <= limit
            ? buffer[..length]
            : throw new SchemaException(path, "", $"is larger in '{Name}' than {limit} bytes.");
    }
}
