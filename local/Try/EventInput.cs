namespace Millrace.Local;

/// <summary>Reads one event from a file, or from standard input.</summary>
internal static class EventInput
{
    // Beyond what any broker takes: whoever gives more has given the wrong file.
    private const int MaxBytes = 64 * 1024 * 1024;

    /// <summary>The event's bytes, without line ends behind it.</summary>
    /// <param name="option">The option that names the file, for messages.</param>
    /// <param name="file">The file; - is standard input.</param>
    /// <param name="input">Standard input; null is the process's.</param>
    /// <param name="cancellation">Gives up.</param>
    /// <exception cref="UsageException">There is no such file, it is empty, or too large.</exception>
    public static async Task<byte[]> ReadAsync(string option, string file, Stream? input, CancellationToken cancellation)
    {
        if (file != "-" && !File.Exists(file))
        {
            throw new UsageException($"{option} is '{file}', which is no file; - is standard input.");
        }

        await using var source = file != "-" ? File.OpenRead(file) : input ?? Console.OpenStandardInput();
        using var read = new MemoryStream();
        var buffer = new byte[64 * 1024];
        for (int count; (count = await source.ReadAsync(buffer, cancellation)) > 0;)
        {
            read.Write(buffer, 0, count);
            if (read.Length > MaxBytes)
            {
                throw new UsageException($"{option} is '{file}', which is larger than {MaxBytes:N0} bytes.");
            }
        }

        var value = read.ToArray().AsSpan().TrimEnd("\r\n"u8).ToArray();
        return value.Length > 0 ? value : throw new UsageException($"{option} is '{file}', which is empty.");
    }
}
