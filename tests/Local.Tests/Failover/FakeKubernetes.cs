using System.Collections.Concurrent;
using System.Net;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;

namespace Millrace.Local.Tests;

/// <summary>As much of a Kubernetes API server as a fail-over needs, with KEDA behind it: a paused ScaledObject loses its pods.</summary>
internal sealed class FakeKubernetes : IAsyncDisposable
{
    private const string Namespace = "millrace";
    private readonly WebApplication _app;
    private readonly string _directory = Directory.CreateTempSubdirectory("millrace-kubernetes-").FullName;

    private FakeKubernetes(WebApplication app) => _app = app;

    /// <summary>The ScaledObjects by name.</summary>
    public ConcurrentDictionary<string, JsonObject> ScaledObjects { get; } = new();

    /// <summary>The phases of pods by the name of their Deployment.</summary>
    public ConcurrentDictionary<string, string[]> Pods { get; } = new();

    /// <summary>Answers everything so; null answers what was asked.</summary>
    public HttpStatusCode? Refusal { get; set; }

    /// <summary>All that was asked, as <c>METHOD path content-type</c>.</summary>
    public ConcurrentQueue<string> Requests { get; } = new();

    /// <summary>A client configuration whose context <c>eqiad</c> is this server.</summary>
    public string Kubeconfig { get; private set; } = "";

    public static async Task<FakeKubernetes> StartAsync()
    {
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore().ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0));
        var server = new FakeKubernetes(builder.Build());
        server._app.Run(server.AnswerAsync);
        await server._app.StartAsync();
        var address = server._app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.Single();
        server.Kubeconfig = Path.Combine(server._directory, "config");
        await File.WriteAllTextAsync(server.Kubeconfig, $$"""
            apiVersion: v1
            kind: Config
            clusters: [{ name: c, cluster: { server: "{{address}}" } }]
            users: [{ name: u, user: { token: t } }]
            contexts:
              - { name: eqiad, context: { cluster: c, user: u } }
            current-context: eqiad
            """);
        return server;
    }

    /// <summary>Adds a stage as its manifests would.</summary>
    public void Deploy(string name, string[] pods, string annotations = "{}")
    {
        Pods[name] = pods;
        ScaledObjects[name] = JsonNode.Parse($$"""
            { "apiVersion": "keda.sh/v1alpha1", "kind": "ScaledObject", "metadata": { "name": "{{name}}", "namespace": "millrace", "annotations": {{annotations}} }, "spec": {} }
            """)!.AsObject();
    }

    public async ValueTask DisposeAsync()
    {
        await _app.StopAsync();
        await _app.DisposeAsync();
        Directory.Delete(_directory, recursive: true);
    }

    private async Task AnswerAsync(HttpContext http)
    {
        var path = http.Request.Path.Value!.Trim('/').Split('/');
        Requests.Enqueue($"{http.Request.Method} {http.Request.Path} {http.Request.ContentType}");
        JsonNode? answer = Refusal is not null ? null : path switch
        {
            ["apis", "keda.sh", "v1alpha1", "namespaces", Namespace, "scaledobjects", var name] when ScaledObjects.TryGetValue(name, out var scaled) =>
                HttpMethods.IsPatch(http.Request.Method) ? await PatchAsync(http, name, scaled) : scaled,
            ["apis", "apps", "v1", "namespaces", Namespace, "deployments", var name] when Pods.ContainsKey(name) => JsonNode.Parse($$"""
                { "apiVersion": "apps/v1", "kind": "Deployment", "metadata": { "name": "{{name}}" }, "spec": { "selector": { "matchLabels": { "app": "{{name}}" } }, "template": { "spec": { "containers": [] } } }, "status": { "replicas": 0 } }
                """),
            ["api", "v1", "namespaces", Namespace, "pods"] => PodsOf(http.Request.Query["labelSelector"].ToString()),
            _ => null,
        };
        http.Response.ContentType = "application/json";
        http.Response.StatusCode = answer is not null ? StatusCodes.Status200OK : (int)(Refusal ?? HttpStatusCode.NotFound);
        await http.Response.WriteAsync(answer?.ToJsonString() ?? """{ "kind": "Status", "status": "Failure" }""");
    }

    // RFC 7396, as far as it is used here.
    private async Task<JsonNode?> PatchAsync(HttpContext http, string name, JsonObject scaled)
    {
        if (http.Request.ContentType?.StartsWith("application/merge-patch+json", StringComparison.Ordinal) != true)
        {
            return null;
        }

        var patch = await JsonNode.ParseAsync(http.Request.Body);
        var annotations = scaled["metadata"]!["annotations"]!.AsObject();
        foreach (var (key, value) in patch!["metadata"]!["annotations"]!.AsObject())
        {
            annotations.Remove(key);
            if (value is not null)
            {
                annotations[key] = value.DeepClone();
            }
        }

        Pods[name] = annotations["autoscaling.keda.sh/paused-replicas"]?.GetValue<string>() == "0" ? [] : ["Running"];
        return scaled;
    }

    private JsonObject PodsOf(string selector) => new()
    {
        ["apiVersion"] = "v1",
        ["kind"] = "PodList",
        ["metadata"] = new JsonObject(),
        ["items"] = new JsonArray([.. Pods.GetValueOrDefault(selector.Replace("app=", "", StringComparison.Ordinal), []).Select((phase, index) => (JsonNode)new JsonObject
        {
            ["metadata"] = new JsonObject { ["name"] = $"pod-{index}", ["deletionTimestamp"] = "2026-01-31T12:00:00Z" },
            ["status"] = new JsonObject { ["phase"] = phase },
        })]),
    };
}
