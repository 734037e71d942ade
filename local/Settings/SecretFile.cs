namespace Millrace.Local;

/// <summary>Where options take secrets from: a file, or standard input, and never the command line.</summary>
internal static class SecretFile
{
    /// <summary>Reads a secret.</summary>
    /// <param name="option">The option that names the file, for messages.</param>
    /// <param name="file">The file; <c>-</c> is a line of standard input.</param>
    /// <exception cref="UsageException">There is none; the message does not have what was read.</exception>
    public static string Read(string option, string file) => file switch
    {
        "-" => Console.In.ReadLine() is { Length: > 0 } line ? line : throw new UsageException($"{option} is '-', and standard input is empty."),
        _ when File.Exists(file) => File.ReadAllText(file).TrimEnd('\r', '\n') is { Length: > 0 } text ? text : throw new UsageException($"{option} is '{file}', which is empty."),
        _ => throw new UsageException($"{option} is '{file}', which is no file."),
    };
}
