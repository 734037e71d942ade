using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Microsoft.AspNetCore.Http;

namespace Millrace.Local;

/// <summary>Knows browsers again by a cookie that only this process can write: nothing is kept of them here, and none outlives it.</summary>
/// <remarks>
/// Where a token is required, whoever has a cookie has shown it. Scripts cannot read the cookie, and other sites' pages do not send it. It has no
/// path of its own, so that it is one of the address that the browser sees, whatever a proxy takes off; and the port in its name, which cookies do not tell apart.
/// </remarks>
internal sealed class SessionCookie(TimeProvider time)
{
    /// <summary>How long a browser is known.</summary>
    public static readonly TimeSpan Lifetime = TimeSpan.FromHours(12);

    private readonly byte[] _key = RandomNumberGenerator.GetBytes(32);

    /// <summary>The session of a request; null where it brings none, or none that is this process's and still holds.</summary>
    public ConsoleSession? Read(HttpContext http)
    {
        var parts = (http.Request.Cookies[Name(http)] ?? "").Split('.');
        return parts is [{ Length: 32 } nonce, var expires, var signature]
            && long.TryParse(expires, NumberStyles.None, CultureInfo.InvariantCulture, out var seconds)
            && Secret.Equal(signature, Sign($"{nonce}.{expires}"))
            && seconds > time.GetUtcNow().ToUnixTimeSeconds()
            ? new ConsoleSession(nonce, DateTimeOffset.FromUnixTimeSeconds(seconds)) : null;
    }

    /// <summary>Begins a session.</summary>
    public ConsoleSession Write(HttpContext http)
    {
        var session = new ConsoleSession(RandomNumberGenerator.GetHexString(32, lowercase: true), time.GetUtcNow() + Lifetime);
        var content = string.Create(CultureInfo.InvariantCulture, $"{session.Nonce}.{session.Expires.ToUnixTimeSeconds()}");
        http.Response.Cookies.Append(Name(http), $"{content}.{Sign(content)}", Options(http));
        return session;
    }

    /// <summary>Ends it.</summary>
    public static void Delete(HttpContext http) => http.Response.Cookies.Delete(Name(http), Options(http));

    /// <summary>What requests of a session have to bring to be told from those that another site's page makes.</summary>
    public string CsrfOf(ConsoleSession session) => Sign("csrf." + session.Nonce);

    private static CookieOptions Options(HttpContext http) => new()
    {
        HttpOnly = true,
        SameSite = SameSiteMode.Strict,
        Path = null,
        Secure = http.Request.IsHttps || http.Request.Headers["X-Forwarded-Proto"].ToString() == "https",
    };

    private static string Name(HttpContext http) => string.Create(CultureInfo.InvariantCulture, $"millrace-console-{http.Connection.LocalPort}");

    private string Sign(string text) => Convert.ToHexStringLower(HMACSHA256.HashData(_key, Encoding.UTF8.GetBytes(text)));
}
