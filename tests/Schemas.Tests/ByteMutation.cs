namespace Millrace.Schemas.Tests;

/// <summary>Small random changes of the bytes of a JSON text, most of which leave something that is nearly JSON.</summary>
internal static class ByteMutation
{
    private static readonly byte[][] Pieces =
    [
        .. new[]
        {
            "\"", "\\", "\\u0061", "\\ud83d\\ude00", "\\ud83d", "\\n", "{", "}", "[", "]", ",", ":", " ", "\n", "0", "1", "-", ".", "e9", "1.0", "1E400",
            "true", "null", "\u0001", "ä", "😀", "\"a\":1,", "\"meta\":{},", "\"$schema\":1,", "\"dt\":null,", "{\"\":{\"\":[]}}",
        }.Select(System.Text.Encoding.UTF8.GetBytes),
        [0xFF], [0xC0, 0xAF], [0xED, 0xA0, 0x80], [0xEF, 0xBB, 0xBF], [0],
    ];

    public static byte[] Of(byte[] json, Random random)
    {
        var (at, length) = (random.Next(json.Length), random.Next(4));
        var piece = Pieces[random.Next(Pieces.Length)];
        var end = Math.Min(json.Length, at + length);
        return random.Next(3) switch
        {
            0 => [.. json[..at], .. piece, .. json[at..]],
            1 => [.. json[..at], .. piece, .. json[end..]],
            _ => [.. json[..at], .. json[end..]],
        };
    }
}
