using Millrace.Broker.Requests;

namespace Millrace.Broker.Server;

/// <summary>The kinds of requests that the broker answers.</summary>
internal sealed class ApiTable
{
    private readonly Dictionary<ApiKey, Api> _apis;

    public ApiTable(IEnumerable<Api> apis)
    {
        _apis = apis.ToDictionary(api => api.Key);
        var versions = Api.Of<ApiVersionsRequest>(_ => new ApiVersionsResponse { Apis = Offered() });
        _apis.Add(versions.Key, versions);
    }

    /// <summary>The kind of request, if the broker answers it in that version.</summary>
    public Api? Find(ApiKey key, short version) =>
        _apis.TryGetValue(key, out var api) && version >= api.Versions.Min && version <= api.Versions.Max ? api : null;

    /// <summary>Whether a request of that kind and version is flexible; one that is not known is not.</summary>
    public bool IsFlexible(ApiKey key, short version) => Find(key, version) is { } api && version >= api.Versions.FlexibleFrom;

    /// <summary>What a client that asked for versions in a version that is not offered gets: an answer that all can read.</summary>
    public ApiVersionsResponse Unsupported() => new() { Error = KafkaError.UnsupportedVersion, Apis = Offered() };

    private List<OfferedApi> Offered() =>
        [.. _apis.Values.OrderBy(api => api.Key).Select(api => new OfferedApi { Key = (short)api.Key, Min = api.Versions.Min, Max = api.Versions.Max })];
}
