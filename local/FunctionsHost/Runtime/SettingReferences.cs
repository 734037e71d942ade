using System.Text.RegularExpressions;
using Microsoft.Extensions.Configuration;

namespace Millrace.FunctionsHost;

/// <summary>Replaces each <c>%Name%</c> by the setting of that name.</summary>
internal sealed partial class SettingReferences(IConfiguration settings)
{
    /// <summary>The string with its references replaced; <paramref name="where"/> says in an error where it stands.</summary>
    public string Resolve(string text, string where) => Reference().Replace(text, reference =>
    {
        var name = reference.Groups[1].Value;
        return settings[name]
            ?? settings[name.Replace("__", ConfigurationPath.KeyDelimiter, StringComparison.Ordinal)]
            ?? throw new FunctionsHostException($"{where} is \"{text}\", but there is no setting '{name}'. In the environment it is spelled {name.Replace(ConfigurationPath.KeyDelimiter, "__", StringComparison.Ordinal)}.");
    });

    [GeneratedRegex("%([^%]+)%")]
    private static partial Regex Reference();
}
