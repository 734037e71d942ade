using System.Net;

namespace Millrace.Lookups;

/// <summary>Which addresses may be asked: the guard between what events name and what the platform connects to.</summary>
internal sealed class AllowedHosts
{
    private readonly HashSet<string> _names = new(StringComparer.OrdinalIgnoreCase);
    private readonly List<string> _suffixes = [];
    private readonly string _patterns;

    /// <exception cref="ArgumentException">There is no pattern, or one is neither a name, an address nor <c>*.suffix</c>.</exception>
    public AllowedHosts(IEnumerable<string> patterns)
    {
        foreach (var pattern in patterns)
        {
            Add(pattern);
        }

        if (_names.Count + _suffixes.Count == 0)
        {
            throw new ArgumentException(
                $"{nameof(LookupOptions)}: {nameof(LookupOptions.AllowedHosts)} is empty, so that nothing could ever be asked. "
                + "It takes names such as 'api.example.org', IP addresses, and '*.example.org'.");
        }

        _patterns = string.Join(", ", _names.Concat(_suffixes.Select(suffix => "*" + suffix)));
    }

    /// <summary>Why the address may not be asked; null where it may.</summary>
    public string? Refuse(Uri uri)
    {
        if (!uri.IsAbsoluteUri)
        {
            return "the address is not absolute; it needs a scheme (http, https) and a host";
        }

        if (uri.Scheme != Uri.UriSchemeHttps && uri.Scheme != Uri.UriSchemeHttp)
        {
            return $"the scheme '{uri.Scheme}' is not allowed; allowed are http and https";
        }

        if (uri.UserInfo.Length > 0)
        {
            return "the address holds a user name, which is not allowed";
        }

        return Matches(uri) ? null : $"the host '{uri.Host}' is not allowed; allowed are {_patterns}";
    }

    private bool Matches(Uri uri)
    {
        // A suffix is for names: '*.0.0.1' must not open the loopback address.
        var host = uri.IdnHost;
        return _names.Contains(host)
            || (uri.HostNameType == UriHostNameType.Dns
                && _suffixes.Exists(suffix => host.Length > suffix.Length && host.EndsWith(suffix, StringComparison.OrdinalIgnoreCase)));
    }

    private void Add(string pattern)
    {
        var name = pattern.StartsWith("*.", StringComparison.Ordinal) ? pattern[2..] : pattern;
        var address = IPAddress.TryParse(name, out var parsed) ? parsed : null;
        if (address is null && (Uri.CheckHostName(name) != UriHostNameType.Dns || name.EndsWith('.')))
        {
            throw Invalid(pattern);
        }

        if (name.Length == pattern.Length)
        {
            _names.Add(address?.ToString() ?? name);
        }
        else if (address is null)
        {
            _suffixes.Add("." + name);
        }
        else
        {
            throw Invalid(pattern);
        }
    }

    private static ArgumentException Invalid(string pattern) => new(
        $"{nameof(LookupOptions)}: {nameof(LookupOptions.AllowedHosts)} holds '{pattern}'. "
        + "It takes names such as 'api.example.org', IP addresses, and '*.example.org', without scheme, port or path.");
}
