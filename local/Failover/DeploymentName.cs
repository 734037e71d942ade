using System.Text;

namespace Millrace.Local;

/// <summary>What a stage's Deployment and ScaledObject are called: <c>page-content-change</c> for <c>PageContentChange</c>.</summary>
internal static class DeploymentName
{
    public static string Of(string stage)
    {
        var name = new StringBuilder(stage.Length + 4);
        for (var i = 0; i < stage.Length; i++)
        {
            var beginsWord = char.IsAsciiLetterUpper(stage[i]) && i > 0 && (!char.IsAsciiLetterUpper(stage[i - 1]) || (i + 1 < stage.Length && char.IsAsciiLetterLower(stage[i + 1])));
            if (beginsWord && name[^1] != '-')
            {
                name.Append('-');
            }

            name.Append(char.IsAsciiLetterOrDigit(stage[i]) ? char.ToLowerInvariant(stage[i]) : '-');
        }

        return name.ToString();
    }
}
