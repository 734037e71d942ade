using System.Globalization;

namespace Millrace.Local;

/// <summary>A share of revisions for which the embedded content API misbehaves, such as <c>ServerError=0.05</c> or <c>NotFound:2=0.1</c>.</summary>
/// <param name="Answer">How.</param>
/// <param name="Times">For how many requests of the revision.</param>
/// <param name="Rate">The share of revisions, 0 to 1.</param>
internal sealed record ApiFault(WikiAnswer Answer, int Times, double Rate)
{
    private static readonly WikiAnswer[] Kinds = [.. Enum.GetValues<WikiAnswer>().Except([WikiAnswer.Content, WikiAnswer.Refused])];

    public static string Allowed => $"KIND=SHARE or KIND:TIMES=SHARE; kinds are {string.Join(", ", Kinds)}, a share is 0 to 1";

    public static bool TryParse(string text, out ApiFault? fault)
    {
        fault = null;
        if (text.Split('=') is not [var what, var share] || what.Split(':') is not [var kind, ..] parts || parts.Length > 2)
        {
            return false;
        }

        var times = int.MaxValue;
        if (!Enum.TryParse<WikiAnswer>(kind, ignoreCase: true, out var answer) || !Kinds.Contains(answer)
            || !double.TryParse(share, NumberStyles.Float, CultureInfo.InvariantCulture, out var rate) || rate is not (>= 0 and <= 1)
            || (parts.Length == 2 && !(int.TryParse(parts[1], NumberStyles.None, CultureInfo.InvariantCulture, out times) && times > 0)))
        {
            return false;
        }

        fault = new ApiFault(answer, times, rate);
        return true;
    }
}
