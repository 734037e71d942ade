using System.Net;
using System.Security.Cryptography;
using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;

namespace Millrace.Local;

/// <summary>Takes orders for the sides of <c>millrace dev --datacenters</c>, on the loopback interface, from whoever knows the token.</summary>
/// <remarks>
/// <c>GET /datacenters</c>; <c>GET /datacenters/D/stages/S</c>, <c>POST …/pause</c> and <c>…/resume</c>;
/// <c>POST /datacenters/D/cut</c> and <c>…/heal</c>: nobody reaches it, neither its broker nor its orders, while its stages go on.
/// </remarks>
internal sealed class DevControl : IAsyncDisposable
{
    private readonly WebApplication _app;
    private readonly IReadOnlyList<DevSite> _sites;
    private readonly byte[] _token = Encoding.ASCII.GetBytes($"Bearer {RandomNumberGenerator.GetHexString(32)}");

    private DevControl(WebApplication app, IReadOnlyList<DevSite> sites) => (_app, _sites) = (app, sites);

    /// <summary>Where it listens.</summary>
    public Uri Address { get; private set; } = null!;

    /// <summary>What a request has to bring.</summary>
    public string Token => Encoding.ASCII.GetString(_token)["Bearer ".Length..];

    /// <summary>Starts it on a free port.</summary>
    public static async Task<DevControl> StartAsync(IReadOnlyList<DevSite> sites, CancellationToken cancellation)
    {
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore().ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0));
        var control = new DevControl(builder.Build(), sites);
        control._app.Run(control.AnswerAsync);
        await control._app.StartAsync(cancellation);
        control.Address = new Uri(control._app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.Single() + "/");
        return control;
    }

    public async ValueTask DisposeAsync()
    {
        await _app.StopAsync(CancellationToken.None);
        await _app.DisposeAsync();
    }

    private async Task AnswerAsync(HttpContext http)
    {
        if (!CryptographicOperations.FixedTimeEquals(Encoding.ASCII.GetBytes(http.Request.Headers.Authorization.ToString()), _token))
        {
            http.Response.StatusCode = StatusCodes.Status401Unauthorized;
            return;
        }

        var path = http.Request.Path.Value!.Split('/', StringSplitOptions.RemoveEmptyEntries);
        var isOrder = HttpMethods.IsPost(http.Request.Method);
        if (path is ["datacenters"] && !isOrder)
        {
            await http.Response.WriteAsJsonAsync(new { datacenters = _sites.ToDictionary(site => site.Definition.Name, site => new { site.Definition.KafkaCluster, site.Definition.BootstrapServers }) });
        }
        else if (path is not ["datacenters", var name, .. var rest] || _sites.FirstOrDefault(site => site.Definition.Name == name) is not { } site || !await AnswerAsync(http, site, rest, isOrder))
        {
            http.Response.StatusCode = StatusCodes.Status404NotFound;
            await http.Response.WriteAsync($"there is no {http.Request.Method} {http.Request.Path}");
        }
    }

    private static async Task<bool> AnswerAsync(HttpContext http, DevSite site, string[] path, bool isOrder)
    {
        switch (path, isOrder)
        {
            case (["cut"], true):
                await site.CutAsync();
                return true;
            case (["heal"], true):
                site.Heal();
                return true;
            case (["stages", ..], _) when site.IsCut:
                http.Response.StatusCode = StatusCodes.Status503ServiceUnavailable;
                return true;
            case (["stages", var stage, .. var verb], _) when site.Stages.FirstOrDefault(known => known.Definition.Name == stage) is { } found:
                switch (verb, isOrder)
                {
                    case ([], false): break;
                    case (["pause"], true): found.Pause(); break;
                    case (["resume"], true): await found.ResumeAsync(http.RequestAborted); break;
                    default: return false;
                }

                await http.Response.WriteAsJsonAsync(found.State);
                return true;
            default:
                return false;
        }
    }
}
