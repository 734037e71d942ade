using System.Buffers;
using System.Collections.Concurrent;
using Microsoft.Extensions.Configuration;
using Millrace.Core;
using Millrace.Hosting;
using Millrace.Lookups;

namespace Millrace.Connectors;

/// <summary>Posts events to HTTP addresses: search indexes, caches, webhooks.</summary>
/// <remarks>
/// <para>At least once: the receiver has events before the checkpoint, which is Kafka's, passes them. After a crash between the two
/// they are posted again: with the same <see cref="HttpTarget.IdempotencyKey"/>, as long as the same records make up the request,
/// and with the same <c>meta.id</c> in any case. In bulk, repeating an action changes nothing. A process that has lost a partition
/// may finish the request that it had begun: the receiver cannot be told to refuse it.</para>
/// <para>408, 429, 5xx, time-outs and lost connections wait, as long as <c>Retry-After</c> says, and are tried again for ever. So are
/// answers that are about the address and not about events (3xx, 401, 403, 404 and their like). Any other 4xx is narrowed down, by
/// halves, to the events that the receiver refuses.</para>
/// </remarks>
internal sealed class HttpStore(IConfiguration configuration, LookupFactory clients) : IStore, IDisposable
{
    private static readonly SearchValues<char> Token = SearchValues.Create("!#$%&'*+-.^_`|~0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz");
    private static readonly SearchValues<char> Printable = SearchValues.Create([.. Enumerable.Range(' ', '~' - ' ' + 1).Select(code => (char)code)]);

    private static readonly SearchValues<char> NotInNames = SearchValues.Create(" \\/*?\"<>|,#:{}");

    // Each is the client's own, or the platform's.
    private static readonly string[] Reserved = ["Content-Type", "Content-Length", "Content-Encoding", "Transfer-Encoding", "Connection", "Host", "User-Agent", HttpTarget.IdempotencyKey];

    private readonly ConcurrentDictionary<string, Lazy<HttpTarget>> _targets = new();

    public string Name => "http";

    public bool KeepsCheckpoints => false;

    public void Require(StageDefinition stage) => Target(stage);

    public ValueTask<IStoreSession> OpenAsync(StageDefinition stage, StreamPartition partition, CancellationToken cancellation, StreamPartition? read = null) =>
        new(new HttpStoreSession(Target(stage)));

    public void Dispose()
    {
        foreach (var target in _targets.Values.Where(target => target.IsValueCreated))
        {
            target.Value.Dispose();
        }
    }

    private HttpTarget Target(StageDefinition stage) => _targets.GetOrAdd(stage.Name, _ => new Lazy<HttpTarget>(() => Create(stage), LazyThreadSafetyMode.ExecutionAndPublication)).Value;

    private HttpTarget Create(StageDefinition stage)
    {
        var settings = StageSettings.Bind<HttpSinkSettings>(stage, configuration);
        var path = $"Stages:{stage.Name}:Settings";
        if (!Uri.TryCreate(settings.Address, UriKind.Absolute, out var address) || address.Scheme is not ("http" or "https") || address.UserInfo.Length > 0 || address.Fragment.Length > 0)
        {
            throw new CatalogException($"{path}:Address is no http or https address without a user name; credentials are for {path}:Headers:Authorization.");
        }

        foreach (var (name, value) in settings.Headers)
        {
            CheckHeader($"{path}:Headers:{name}", name, value);
        }

        if (settings.Requests.AllowedHosts.Count == 0)
        {
            settings.Requests.AllowedHosts.Add(address.IdnHost);
        }

        if (settings.Requests.Cache.MaxBytes > 0)
        {
            throw new CatalogException($"{path}:Requests:Cache:MaxBytes is {settings.Requests.Cache.MaxBytes}; allowed is 0: answers to what is posted are never kept.");
        }

        var client = Client(settings, path);
        if (client.Refuse(address) is { } refusal)
        {
            client.Dispose();
            throw new CatalogException($"{path}:Address cannot be used: {refusal} ({path}:Requests:AllowedHosts).");
        }

        return new HttpTarget(stage, settings, address, Format(stage, settings, path), client);
    }

    private HttpLookup Client(HttpSinkSettings settings, string path)
    {
        try
        {
            return clients.Create(settings.Requests);
        }
        catch (ArgumentException cause)
        {
            throw new CatalogException($"{path}:Requests cannot be used: {cause.Message}", cause);
        }
    }

    private static IBatchFormat Format(StageDefinition stage, HttpSinkSettings settings, string path)
    {
        if (settings.Format != HttpFormat.Bulk)
        {
            return settings.Index is null ? new PlainFormat(settings.Format == HttpFormat.JsonArray) : throw new CatalogException(
                $"{path}:Index is '{settings.Index}', and {path}:Format is not bulk: only there has an event an index.");
        }

        var index = settings.Index ?? "{stream}";
        foreach (var name in stage.Inputs.Select(input => BulkFormat.IndexOf(index, input.Name)))
        {
            // https://docs.opensearch.org/latest/api-reference/index-apis/create-index/#index-naming-restrictions
            if (name.Length is 0 or > 255 || name[0] is '-' or '_' or '+' or '.' || name.AsSpan().ContainsAny(NotInNames) || name.Any(char.IsUpper))
            {
                throw new CatalogException(
                    $"{path}:Index is '{index}', which makes '{name}'; allowed are names in lower case that do not begin with . - _ or +, and have no space and none of \\ / * ? \" < > | , # : in them. {{stream}} stands for the stream.");
            }
        }

        return new BulkFormat(stage, index);
    }

    // Its value may be a secret: no message has it.
    private static void CheckHeader(string path, string name, string value)
    {
        if (Reserved.Contains(name, StringComparer.OrdinalIgnoreCase))
        {
            throw new CatalogException($"{path} is not for you to set: {string.Join(", ", Reserved)} are the platform's; a User-Agent is set as Requests:UserAgent.");
        }

        using var probe = new HttpRequestMessage();
        if (name.AsSpan().ContainsAnyExcept(Token) || !probe.Headers.TryAddWithoutValidation(name, "") || value.AsSpan().ContainsAnyExcept(Printable))
        {
            throw new CatalogException($"{path} is no header of a request; allowed are a name without spaces and a value of printable ASCII.");
        }
    }
}
