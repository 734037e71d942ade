using System.Buffers;
using Millrace.Core;

namespace Millrace.Lookups;

/// <summary>Makes addresses of a template in which <c>{domain}</c> stands for a domain that an event names.</summary>
/// <remarks>Only the characters of a host name may pass: an event must not choose more of an address than that. Which hosts may be asked at all is for <see cref="LookupOptions.AllowedHosts"/> to say.</remarks>
public static class AddressTemplate
{
    private const int MaxQuotation = 64;

    private static readonly SearchValues<char> HostCharacters = SearchValues.Create("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789.-");

    /// <summary>The address for an event's domain.</summary>
    /// <param name="template">An http or https address without a query, such as <c>https://{domain}/w/api.php</c>.</param>
    /// <param name="domain">The event's <c>meta.domain</c>.</param>
    /// <param name="query">What follows the question mark, escaped.</param>
    /// <exception cref="StageException">The domain is missing or no host name: <see cref="LookupErrorTypes.InvalidDomain"/>.</exception>
    public static Uri For(string template, string? domain, string query)
    {
        ArgumentNullException.ThrowIfNull(template);
        if (domain is null || domain.AsSpan().ContainsAnyExcept(HostCharacters) || Uri.CheckHostName(domain) is not (UriHostNameType.Dns or UriHostNameType.IPv4))
        {
            throw Invalid(domain);
        }

        return Uri.TryCreate($"{template.Replace("{domain}", domain, StringComparison.Ordinal)}?{query}", UriKind.Absolute, out var address) ? address : throw Invalid(domain);
    }

    private static StageException Invalid(string? domain) => new(new StageError(
        LookupErrorTypes.InvalidDomain,
        $"'.meta.domain' is {(domain is null ? "missing" : $"'{domain[..Math.Min(domain.Length, MaxQuotation)]}'")}; it names the wiki to ask."));
}
