using System.Collections.Frozen;
using System.Security.Cryptography;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Millrace.Local;

/// <summary>The files of the pages, which are in the assembly.</summary>
internal sealed class PageFiles
{
    private const string Prefix = "console/";

    private static readonly FrozenDictionary<string, string> Types = new Dictionary<string, string>
    {
        [".html"] = "text/html; charset=utf-8",
        [".css"] = "text/css; charset=utf-8",
        [".js"] = "text/javascript; charset=utf-8",
        [".svg"] = "image/svg+xml",
        [".png"] = "image/png",
        [".ico"] = "image/x-icon",
    }.ToFrozenDictionary();

    private readonly FrozenDictionary<string, PageFile> _files;

    /// <summary>Reads them.</summary>
    public PageFiles()
    {
        var assembly = typeof(PageFiles).Assembly;
        _files = assembly.GetManifestResourceNames().Where(name => name.StartsWith(Prefix, StringComparison.Ordinal)).Select(name =>
        {
            using var stream = assembly.GetManifestResourceStream(name)!;
            var content = new byte[stream.Length];
            stream.ReadExactly(content);
            return KeyValuePair.Create(name[Prefix.Length..].Replace('\\', '/'), new PageFile(content, Types[Path.GetExtension(name)], $"\"{Convert.ToHexStringLower(SHA256.HashData(content))[..16]}\""));
        }).ToFrozenDictionary();
    }

    /// <summary><c>GET /</c>: the page.</summary>
    public Task IndexAsync(HttpContext http) => WriteAsync(http, _files["index.html"]);

    /// <summary><c>GET /assets/NAME</c>: what the page consists of.</summary>
    public Task AssetAsync(HttpContext http) => http.GetRouteValue("name") is string name && _files.TryGetValue(name, out var file) ? WriteAsync(http, file) : throw ConsoleRefusal.Missing("There is no such file.");

    private static async Task WriteAsync(HttpContext http, PageFile file)
    {
        http.Response.Headers.ETag = file.Tag;
        if (http.Request.Headers.IfNoneMatch.ToString() == file.Tag)
        {
            http.Response.StatusCode = StatusCodes.Status304NotModified;
            return;
        }

        (http.Response.ContentType, http.Response.ContentLength) = (file.Type, file.Content.Length);
        await http.Response.BodyWriter.WriteAsync(file.Content, http.RequestAborted);
    }

    private sealed record PageFile(byte[] Content, string Type, string Tag);
}
