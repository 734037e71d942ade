using System.Runtime.CompilerServices;

namespace Millrace.Local;

/// <summary>A file of events, one JSON object per line.</summary>
/// <remarks>
/// Lines are bytes: broken UTF-8, NUL and whatever else is in them comes out as it went in. A line ends with LF or
/// CRLF, the last one also with the file. Empty lines are skipped and counted. May be read any number of times.
/// </remarks>
/// <param name="path">The file's path.</param>
/// <param name="maxLineBytes">The longest line that is accepted, without its end.</param>
public sealed class NdjsonFile(string path, int maxLineBytes = 64 * 1024 * 1024)
{
    private const int FirstSize = 64 * 1024;

    /// <summary>The file's path.</summary>
    public string Path => path;

    /// <summary>Reads the lines in the order of the file, holding one of them at a time.</summary>
    /// <exception cref="FeedException">A line is too long.</exception>
    /// <exception cref="IOException">The file is not there or cannot be read.</exception>
    public async IAsyncEnumerable<FeedLine> ReadAsync([EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        await using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite, bufferSize: 0, useAsync: true);
        var buffer = new byte[FirstSize];
        var (start, searched, end, number) = (0, 0, 0, 0L);
        while (true)
        {
            var found = buffer.AsSpan(searched, end - searched).IndexOf((byte)'\n');
            if (found >= 0)
            {
                var stop = searched + found;
                number++;
                if (Cut(buffer.AsSpan(start, stop - start), number, hasEnd: true) is { } line)
                {
                    yield return line;
                }

                start = searched = stop + 1;
                continue;
            }

            searched = end;
            if (end - start > maxLineBytes + 1)
            {
                throw TooLong(number + 1);
            }

            (start, searched, end) = MakeRoom(ref buffer, start, end);
            var read = await file.ReadAsync(buffer.AsMemory(end), cancellationToken);
            if (read == 0)
            {
                break;
            }

            end += read;
        }

        if (end > start && Cut(buffer.AsSpan(start, end - start), number + 1, hasEnd: false) is { } last)
        {
            yield return last;
        }
    }

    private FeedLine? Cut(ReadOnlySpan<byte> line, long number, bool hasEnd)
    {
        if (hasEnd && line is [.., (byte)'\r'])
        {
            line = line[..^1];
        }

        return line.Length > maxLineBytes ? throw TooLong(number)
            : line.IsEmpty ? null
            : new FeedLine(line.ToArray(), path, number);
    }

    /// <summary>Moves the unfinished line to the front, of a larger buffer where it fills this one.</summary>
    private static (int Start, int Searched, int End) MakeRoom(ref byte[] buffer, int start, int end)
    {
        var unfinished = buffer.AsSpan(start, end - start);
        var target = unfinished.Length < buffer.Length ? buffer : new byte[(int)Math.Min(buffer.Length * 2L, Array.MaxLength)];
        unfinished.CopyTo(target);
        buffer = target;
        return (0, unfinished.Length, unfinished.Length);
    }

    private FeedException TooLong(long number) =>
        new($"{path}, line {number}: the line is longer than the {maxLineBytes} bytes that are accepted. Each line is to be one event.");
}
