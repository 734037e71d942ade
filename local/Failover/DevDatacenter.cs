using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using Millrace.Core;

namespace Millrace.Local;

/// <summary>One side of a running <c>millrace dev --datacenters</c>.</summary>
internal sealed class DevDatacenter(DatacenterDefinition definition, DevControlFile control) : IDatacenter
{
    private readonly HttpClient _client = Client(control);

    /// <inheritdoc/>
    public DatacenterDefinition Definition => definition;

    /// <summary>The datacenters of a run.</summary>
    public static async Task<IReadOnlyList<DatacenterDefinition>> ListAsync(DevControlFile control, CancellationToken cancellation)
    {
        using var client = Client(control);
        try
        {
            return DatacenterCatalog.Parse(await client.GetByteArrayAsync(new Uri("datacenters", UriKind.Relative), cancellation), $"{control.Address}datacenters").Datacenters;
        }
        catch (HttpRequestException cause)
        {
            throw new UnreachableException($"Nobody answers at {control.Address}: 'millrace dev --datacenters' has ended.", cause);
        }
    }

    /// <inheritdoc/>
    public Task<StageState> ReadAsync(string stage, CancellationToken cancellation) => CallAsync(HttpMethod.Get, stage, "", cancellation);

    /// <inheritdoc/>
    public Task PauseAsync(string stage, CancellationToken cancellation) => CallAsync(HttpMethod.Post, stage, "/pause", cancellation);

    /// <inheritdoc/>
    public Task ResumeAsync(string stage, CancellationToken cancellation) => CallAsync(HttpMethod.Post, stage, "/resume", cancellation);

    /// <inheritdoc/>
    public void Dispose() => _client.Dispose();

    private static HttpClient Client(DevControlFile control)
    {
        var client = new HttpClient { BaseAddress = control.Address, Timeout = TimeSpan.FromSeconds(60) };
        client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", control.Token);
        return client;
    }

    private async Task<StageState> CallAsync(HttpMethod method, string stage, string verb, CancellationToken cancellation)
    {
        try
        {
            using var request = new HttpRequestMessage(method, new Uri($"datacenters/{definition.Name}/stages/{stage}{verb}", UriKind.Relative));
            using var answer = await _client.SendAsync(request, cancellation);
            if (answer.StatusCode == HttpStatusCode.ServiceUnavailable)
            {
                throw new UnreachableException($"Datacenter {definition.Name} is cut off.");
            }

            return answer.IsSuccessStatusCode
                ? (await answer.Content.ReadFromJsonAsync<StageState>(cancellation))!
                : throw new FailoverException($"'millrace dev' refuses: {await answer.Content.ReadAsStringAsync(cancellation)}");
        }
        catch (HttpRequestException cause)
        {
            throw new UnreachableException($"Datacenter {definition.Name} does not answer: {cause.Message}", cause);
        }
    }
}
