namespace Millrace.Lookups;

/// <summary>Reads secrets that lie in files, as those of Kubernetes do.</summary>
internal static class SecretFile
{
    private const int MaxBytes = 64 * 1024;

    /// <summary>The file's text without white space around it.</summary>
    /// <param name="path">Where it lies.</param>
    /// <param name="setting">The setting that names it, for messages.</param>
    /// <exception cref="ArgumentException">There is no such file, or it is empty, too large or unreadable. The message names setting and path, never the content.</exception>
    public static string Read(string path, string setting)
    {
        try
        {
            using var file = File.OpenRead(path);
            if (file.Length > MaxBytes)
            {
                throw new ArgumentException($"{setting} is '{path}', a file of {file.Length} bytes; a secret has at most {MaxBytes}.");
            }

            using var reader = new StreamReader(file);
            var text = reader.ReadToEnd().Trim();
            return text.Length > 0 ? text : throw new ArgumentException($"{setting} is '{path}', a file that is empty; it must hold the secret.");
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or NotSupportedException)
        {
            throw new ArgumentException($"{setting} is '{path}', a file that cannot be read: {exception.GetType().Name}.", exception);
        }
    }
}
