using System.Text;

namespace Millrace.Local;

/// <summary>Text of events for a terminal: what would steer the terminal is shown, and not done.</summary>
internal static class Printable
{
    /// <summary>The text with each control character as a replacement; bytes that are no UTF-8 as well.</summary>
    public static string Of(ReadOnlySpan<byte> utf8) => Of(Encoding.UTF8.GetString(utf8));

    /// <summary>The text with each control character as a replacement.</summary>
    /// <param name="text">The text.</param>
    /// <param name="keepsLines">Whether line ends stay.</param>
    public static string Of(string text, bool keepsLines = false) =>
        string.Create(text.Length, (text, keepsLines), static (shown, from) =>
        {
            for (var i = 0; i < shown.Length; i++)
            {
                var character = from.text[i];
                shown[i] = !char.IsControl(character) || (from.keepsLines && character is '\n' or '\t') ? character : '\uFFFD';
            }
        });
}
