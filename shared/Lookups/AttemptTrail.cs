using System.Globalization;
using System.Net;
using System.Text;

namespace Millrace.Lookups;

/// <summary>The requests of one lookup that failed, in the words in which the error event of its event tells of them: a line each, the first and the last of very many.</summary>
/// <remarks>Of the address there is what cannot be a secret: neither user name nor query. Nothing of an answer's body, and none of the server's own words.</remarks>
internal sealed class AttemptTrail(LookupCall call)
{
    private const int MaxAddress = 500;
    private const int Most = 20;

    private readonly List<string> _lines = [];
    private int _count;

    public void Add(HttpStatusCode? status, string type, TimeSpan took)
    {
        if (_lines.Count == Most)
        {
            _lines.RemoveAt(Most / 2);
        }

        var answer = status is { } known ? ((int)known).ToString(CultureInfo.InvariantCulture) : "no answer";
        _lines.Add(string.Create(CultureInfo.InvariantCulture, $"  {++_count}. {answer} ({type}) after {took.TotalMilliseconds:N0} ms"));
    }

    /// <inheritdoc/>
    public override string ToString()
    {
        var address = call.Uri.IsAbsoluteUri ? call.Uri.GetComponents(UriComponents.SchemeAndServer | UriComponents.Path, UriFormat.UriEscaped) : "";
        var text = new StringBuilder(call.Post is null ? "GET " : "POST ").Append(address.Length <= MaxAddress ? address : address[..MaxAddress] + "…");
        for (var line = 0; line < _lines.Count; line++)
        {
            if (line == Most / 2 && _count > Most)
            {
                text.Append(CultureInfo.InvariantCulture, $"\n  … {_count - Most} more");
            }

            text.Append('\n').Append(_lines[line]);
        }

        return text.ToString();
    }
}
