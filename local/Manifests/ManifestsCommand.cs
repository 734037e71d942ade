using System.CommandLine;
using Millrace.Core;

namespace Millrace.Local;

/// <summary><c>millrace manifests</c>: the Kubernetes manifests, generated from the catalogs.</summary>
internal static class ManifestsCommand
{
    private const int Current = 0;
    private const int Differs = 1;
    private const int Unusable = 2;

    private static readonly Option<string?> Output = new("--output") { Description = $"Where the manifests are. By default {RepositoryManifests.Default} of the repository.", HelpName = "DIR" };

    private static readonly Option<string?> Root = new("--root") { Description = "The repository, or a directory in it; by default the current one.", HelpName = "DIR" };

    private static readonly Option<string?> Image = new("--image") { Description = "The image that all overlays name. Without it, each keeps its own.", HelpName = ImageReference.Allowed };

    private static readonly Option<bool> Check = new("--check") { Description = "Write nothing; list the files that are not what would be generated." };

    private static readonly Option<bool> Json = new("--json") { Description = "Print every file with its state as JSON." };

    public static Command Create()
    {
        var command = new Command("manifests", """
            Generate the Kubernetes manifests (kustomize): infra/keda/base has what a stage is everywhere, and
            what takes events, serves streams and produces canaries; infra/keda/overlays has what differs by datacenter.
            They are made of the catalog (below functions/), infra/datacenters.json, infra/services.json, host.json and
            the functions of this build. Only files that this command wrote are changed or deleted.

            Examples:
              millrace manifests
              millrace manifests --image registry.example/millrace:1.4.2
              millrace manifests --check --json
              kubectl kustomize infra/keda/overlays/eqiad

            Exit codes: 0 the manifests are what the catalogs say; 1 with --check: they are not; 2 an option, a catalog
            or a file cannot be used.
            """);
        foreach (var option in (Option[])[Output, Root, Image, Check, Json])
        {
            command.Options.Add(option);
        }

        command.SetAction((parsed, _) => RunAsync(parsed));
        return command;
    }

    private static async Task<int> RunAsync(ParseResult parsed)
    {
        var (output, errors) = (parsed.InvocationConfiguration.Output, parsed.InvocationConfiguration.Error);
        try
        {
            return Run(parsed, output, errors);
        }
        catch (Exception wrong) when (wrong is UsageException or CatalogException or IOException or UnauthorizedAccessException)
        {
            await errors.WriteLineAsync($"millrace: {wrong.Message}");
            return Unusable;
        }
    }

    private static int Run(ParseResult parsed, TextWriter output, TextWriter errors)
    {
        var manifests = new RepositoryManifests(RepositoryRoot.Find(parsed.GetValue(Root)), parsed.GetValue(Output) is not "" and var directory ? directory : throw new UsageException("--output is empty; allowed is a directory."));
        var image = parsed.GetValue(Image) is not { } text ? null : ImageReference.Parse(text) ?? throw new UsageException($"--image is '{text}'; allowed is {ImageReference.Allowed}.");
        var check = parsed.GetValue(Check);
        var changes = check ? manifests.Compare(image) : manifests.Write(image);
        var absent = manifests.Absent();
        var differing = changes.Where(change => change.State != ManifestState.Unchanged).ToList();
        if (parsed.GetValue(Json))
        {
            Report.Json(output, new
            {
                Current = !check || differing.Count == 0,
                Files = changes.Select(change => new { change.Path, State = Name(change.State) }),
                NotGenerated = absent.Select(service => new { service.Name, Reason = service.Absence }),
            });
        }
        else
        {
            Report.Columns(output, [.. differing.Select(change => new[] { check ? Name(change.State) : Done(change.State), change.Path })]);
            foreach (var service in absent)
            {
                output.WriteLine($"No manifests of {service.Name}: {service.Absence}");
            }

            output.WriteLine(differing.Count == 0
                ? $"{Report.Count(changes.Count, "file")}, all as the catalogs have them."
                : $"{Report.Count(changes.Count, "file")}: {differing.Count} {(check ? "not as the catalogs have them" : "changed")}.");
        }

        if (!check || differing.Count == 0)
        {
            return Current;
        }

        errors.WriteLine("millrace: the manifests are not what the catalogs say. Run: dotnet run --project local -- manifests");
        return Differs;
    }

    private static string Name(ManifestState state) => state switch
    {
        ManifestState.Missing => "missing",
        ManifestState.Different => "different",
        ManifestState.Stale => "stale",
        _ => "unchanged",
    };

    private static string Done(ManifestState state) => state switch
    {
        ManifestState.Missing => "added",
        ManifestState.Stale => "deleted",
        _ => "written",
    };
}
