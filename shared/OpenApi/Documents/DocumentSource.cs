using Millrace.Core;
using Millrace.Lookups;

namespace Millrace.OpenApi;

/// <summary>Reads OpenAPI documents: files beside the catalog, or, at start, addresses at hosts that may be asked.</summary>
internal static class DocumentSource
{
    private const int MaxBytes = 8 * 1024 * 1024;

    /// <summary>Whether a document is an address.</summary>
    public static bool IsAddress(string document) => document.StartsWith("https:", StringComparison.OrdinalIgnoreCase);

    /// <summary>Reads a file.</summary>
    /// <param name="directory">The directory of the catalog.</param>
    /// <param name="document">The file's path below it.</param>
    /// <exception cref="ApiDocumentException">It cannot be read, or is no document that can be used.</exception>
    public static ApiDocument ReadFile(string directory, string document)
    {
        try
        {
            var file = new FileInfo(Path.Combine(directory, document));
            return !file.Exists || file.Length <= MaxBytes
                ? ApiDocument.Parse(document, File.ReadAllBytes(file.FullName))
                : throw new ApiDocumentException(document, "", $"It is larger than {MaxBytes:N0} bytes.");
        }
        catch (Exception cause) when (cause is IOException or UnauthorizedAccessException)
        {
            throw new ApiDocumentException(document, "", $"It cannot be read: {cause.Message}");
        }
    }

    /// <summary>Reads an address, once.</summary>
    /// <param name="stage">The stage that needs it, for messages.</param>
    /// <param name="address">The address.</param>
    /// <param name="options">Which hosts may be asked, and how long an attempt may take.</param>
    /// <param name="handler">What sends the request; disposed of here.</param>
    /// <exception cref="CatalogException">Its host may not be asked.</exception>
    /// <exception cref="ApiDocumentException">It cannot be read, or is no document that can be used.</exception>
    public static ApiDocument Fetch(string stage, Uri address, LookupOptions options, HttpMessageHandler handler)
    {
        var name = address.GetLeftPart(UriPartial.Path);
        using var client = new HttpClient(handler) { Timeout = options.AttemptTimeout, MaxResponseContentBufferSize = MaxBytes };
        if (!options.AllowedHosts.Contains(address.IdnHost, StringComparer.OrdinalIgnoreCase))
        {
            throw new CatalogException($"stages.{stage}.lookup.document is at {address.IdnHost}, which stages.{stage}.settings.lookup.allowedHosts does not name; add it there, or keep the document beside the catalog.");
        }

        try
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, address);
            using var response = client.Send(request);
            response.EnsureSuccessStatusCode();
            using var content = new MemoryStream();
            response.Content.CopyTo(content, context: null, CancellationToken.None);
            return ApiDocument.Parse(name, content.ToArray());
        }
        catch (Exception cause) when (cause is HttpRequestException or OperationCanceledException or IOException)
        {
            throw new ApiDocumentException(name, "", $"It cannot be read: {cause.Message}");
        }
    }
}
