using System.Net;
using System.Text.Json;
using k8s;
using k8s.Autorest;
using k8s.Models;
using Millrace.Core;

namespace Millrace.Local;

/// <summary>A datacenter whose stages are Deployments that KEDA scales.</summary>
/// <remarks>A stage is paused by the annotation <c>autoscaling.keda.sh/paused-replicas: "0"</c> of its ScaledObject, which KEDA follows at once and for as long as it is there.</remarks>
internal sealed class KubernetesDatacenter : IDatacenter
{
    private static readonly TimeSpan AnswerTime = TimeSpan.FromSeconds(10);

    private readonly Kubernetes _client;

    private KubernetesDatacenter(DatacenterDefinition definition, Kubernetes client) => (Definition, _client) = (definition, client);

    /// <inheritdoc/>
    public DatacenterDefinition Definition { get; }

    /// <summary>Reads how the datacenter is reached from the client's configuration; asks nobody yet.</summary>
    /// <param name="definition">The datacenter.</param>
    /// <param name="kubeconfig">The file; null is where <c>kubectl</c> looks.</param>
    /// <exception cref="FailoverException">The file, or the datacenter's context in it, is missing or wrong.</exception>
    public static KubernetesDatacenter Open(DatacenterDefinition definition, string? kubeconfig)
    {
        var context = definition.KubernetesContext ?? definition.Name;
        try
        {
            // As with kubectl, it may name several files.
            string[] files = kubeconfig is not null ? [kubeconfig]
                : Environment.GetEnvironmentVariable("KUBECONFIG")?.Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries) is { Length: > 0 } named ? named
                : [KubernetesClientConfiguration.KubeConfigDefaultLocation];
            var known = files.Select(file => KubernetesClientConfiguration.LoadKubeConfig(new FileInfo(file))).ToList();
            var configuration = KubernetesClientConfiguration.BuildConfigFromConfigObject(
                known.Find(file => file.Contexts?.Any(candidate => candidate.Name == context) == true) ?? known[0], context);
            configuration.HttpClientTimeout = AnswerTime;
            return new KubernetesDatacenter(definition, new Kubernetes(configuration));
        }
        catch (Exception cause) when (cause is k8s.Exceptions.KubeConfigException or IOException or YamlDotNet.Core.YamlException)
        {
            throw new FailoverException($"Datacenter {definition.Name} has the Kubernetes context '{context}', which cannot be used: {cause.Message} Name another file with --kubeconfig, or another context in datacenters.json (kubernetesContext).", cause);
        }
    }

    /// <inheritdoc/>
    public Task<StageState> ReadAsync(string stage, CancellationToken cancellation) => CallAsync(stage, async () =>
    {
        var name = KubernetesName.Of(stage);
        var scaled = await _client.CustomObjects.GetNamespacedCustomObjectAsync<JsonElement>("keda.sh", "v1alpha1", Definition.Namespace, "scaledobjects", name, cancellation);
        var deployment = await _client.AppsV1.ReadNamespacedDeploymentAsync(name, Definition.Namespace, cancellationToken: cancellation);

        // The Deployment's own count leaves out pods that are about to end, and these are what has to be waited for.
        var selector = string.Join(',', deployment.Spec.Selector.MatchLabels.Select(label => $"{label.Key}={label.Value}"));
        var pods = await _client.CoreV1.ListNamespacedPodAsync(Definition.Namespace, labelSelector: selector, cancellationToken: cancellation);
        return new StageState(
            scaled.Child("metadata").Child("annotations").Child(ScaledObjectManifest.Paused).ValueKind == JsonValueKind.String,
            pods.Items.Count(pod => pod.Status?.Phase is not ("Succeeded" or "Failed")));
    });

    /// <inheritdoc/>
    public Task PauseAsync(string stage, CancellationToken cancellation) => AnnotateAsync(stage, "0", cancellation);

    /// <inheritdoc/>
    public Task ResumeAsync(string stage, CancellationToken cancellation) => AnnotateAsync(stage, null, cancellation);

    /// <inheritdoc/>
    public void Dispose() => _client.Dispose();

    private Task<JsonElement> AnnotateAsync(string stage, string? value, CancellationToken cancellation) => CallAsync(stage, async () =>
    {
        var patch = new { metadata = new { annotations = new Dictionary<string, string?> { [ScaledObjectManifest.Paused] = value } } };
        return await _client.CustomObjects.PatchNamespacedCustomObjectAsync<JsonElement>(
            new V1Patch(JsonSerializer.Serialize(patch), V1Patch.PatchType.MergePatch), "keda.sh", "v1alpha1", Definition.Namespace, "scaledobjects", KubernetesName.Of(stage), cancellationToken: cancellation);
    });

    private async Task<T> CallAsync<T>(string stage, Func<Task<T>> call)
    {
        try
        {
            return await call();
        }
        catch (HttpOperationException refusal) when (refusal.Response.StatusCode == HttpStatusCode.NotFound)
        {
            throw new FailoverException($"Kubernetes in {Definition.Name} has no ScaledObject or no Deployment '{KubernetesName.Of(stage)}' in namespace '{Definition.Namespace}': apply the manifests of that datacenter first.", refusal);
        }
        catch (HttpOperationException refusal) when (refusal.Response.StatusCode < HttpStatusCode.InternalServerError && refusal.Response.StatusCode != HttpStatusCode.TooManyRequests)
        {
            throw new FailoverException($"Kubernetes in {Definition.Name} refuses: {refusal.Response.StatusCode} for stage {stage}. Reading and patching scaledobjects.keda.sh, and reading deployments and pods, must be allowed.", refusal);
        }
        catch (Exception cause) when (cause is HttpOperationException or HttpRequestException or OperationCanceledException { InnerException: TimeoutException })
        {
            throw new UnreachableException($"Kubernetes in {Definition.Name} does not answer: {cause.Message}", cause);
        }
    }
}
