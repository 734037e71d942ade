using System.Runtime.CompilerServices;
using Millrace.Schemas;

namespace Millrace.Local;

/// <summary>The schemas that stages write by can be had.</summary>
internal sealed class SchemasCheck : IDoctorCheck
{
    public string Name => "schemas";

    public string LooksAt => "the schemas that stages write by can be had from the repositories";

    public bool NeedsBroker => false;

    public async IAsyncEnumerable<DoctorFinding> RunAsync(DoctorSubject subject, [EnumeratorCancellation] CancellationToken cancellation)
    {
        using var client = new HttpClient(new SocketsHttpHandler { AllowAutoRedirect = false, UseCookies = false });
        var (repository, problem) = Open(subject, client);
        if (repository is null)
        {
            yield return DoctorFinding.Error(string.Join(", ", subject.Schemas), problem!, "Correct Millrace:Schemas, or --schemas.");
            yield break;
        }

        foreach (var stage in subject.Catalog.Stages)
        {
            foreach (var uri in stage.Outputs.Select(output => output.SchemaUri).Append(stage.ErrorSchemaUri))
            {
                if (await Task.Run(() => Missing(repository, uri), cancellation) is { } why)
                {
                    yield return DoctorFinding.Error($"{stage.Name}, {uri}", why, "Add the schema to a repository that Millrace:Schemas lists, or the repository to the list.");
                }
            }
        }
    }

    private static (SchemaRepository? Repository, string? Problem) Open(DoctorSubject subject, HttpClient client)
    {
        try
        {
            return (SchemaPlaces.Open(subject.Schemas, client, subject.Time), null);
        }
        catch (UsageException wrong)
        {
            return (null, wrong.Message);
        }
    }

    private static string? Missing(SchemaRepository repository, string uri)
    {
        try
        {
            repository.Require(uri);
            return null;
        }
        catch (SchemaException missing)
        {
            return missing.Message;
        }
    }
}
