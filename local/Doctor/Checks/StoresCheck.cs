using System.Net.Sockets;
using System.Runtime.CompilerServices;
using Millrace.Connectors;
using Millrace.Core;
using Millrace.Hosting;
using Npgsql;

namespace Millrace.Local;

/// <summary>The stores that connectors write to can be reached.</summary>
internal sealed class StoresCheck : IDoctorCheck
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    public string Name => "stores";

    public string LooksAt => "the stores that connectors write to can be reached";

    public bool NeedsBroker => false;

    public async IAsyncEnumerable<DoctorFinding> RunAsync(DoctorSubject subject, [EnumeratorCancellation] CancellationToken cancellation)
    {
        foreach (var stage in subject.Catalog.Stages.Where(stage => stage.Connector is not null))
        {
            if (await LookAsync(stage, subject, cancellation) is { } problem)
            {
                yield return DoctorFinding.Error(stage.Name, $"Its store, {stage.Connector}, cannot be used: {problem}", $"Correct Stages:{stage.Name}:Settings, or start the store.");
            }
        }
    }

    private static async Task<string?> LookAsync(StageDefinition stage, DoctorSubject subject, CancellationToken cancellation)
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        patience.CancelAfter(Patience);
        try
        {
            await (stage.Connector switch
            {
                "postgres" => ConnectAsync(StageSettings.Bind<PostgresSettings>(stage, subject.Settings), patience.Token),
                "http" => ConnectAsync(StageSettings.Bind<HttpSinkSettings>(stage, subject.Settings), patience.Token),
                "lake" => LookAsync(StageSettings.Bind<LakeSettings>(stage, subject.Settings), patience.Token),
                var other => throw new CatalogException($"there is no store '{other}'; there is postgres, lake, http."),
            });
            return null;
        }
        catch (Exception failure) when (failure is CatalogException or NpgsqlException or SocketException or IOException or UnauthorizedAccessException or ArgumentException or UriFormatException or FormatException)
        {
            return failure.Message;
        }
        catch (OperationCanceledException) when (!cancellation.IsCancellationRequested)
        {
            return $"there is no answer within {Patience.TotalSeconds} s";
        }
    }

    private static async Task ConnectAsync(PostgresSettings settings, CancellationToken cancellation)
    {
        await using var connection = new NpgsqlConnection(settings.ConnectionString);
        await connection.OpenAsync(cancellation);
    }

    private static Task ConnectAsync(HttpSinkSettings settings, CancellationToken cancellation) => ConnectAsync(new Uri(settings.Address!), cancellation);

    private static async Task ConnectAsync(Uri address, CancellationToken cancellation)
    {
        using var client = new TcpClient();
        await client.ConnectAsync(address.IdnHost, address.Port, cancellation);
    }

    private static async Task LookAsync(LakeSettings settings, CancellationToken cancellation)
    {
        if (Uri.TryCreate(settings.Path, UriKind.Absolute, out var address) && address.Scheme is "http" or "https")
        {
            await ConnectAsync(address, cancellation);
        }
        else if (settings.ConnectionString is null)
        {
            var directory = Existing(Path.GetFullPath(settings.Path));
            await using var probe = new FileStream(Path.Combine(directory, $".millrace-doctor-{Guid.NewGuid():N}"), new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write, Options = FileOptions.DeleteOnClose });
        }
    }

    private static string Existing(string path)
    {
        while (!Directory.Exists(path))
        {
            path = File.Exists(path) ? throw new IOException($"{path} is a file; allowed is a directory.") : Path.GetDirectoryName(path) ?? throw new IOException($"There is no directory {path}.");
        }

        return path;
    }
}
