using System.Net.Sockets;
using System.Runtime.CompilerServices;

namespace Millrace.Local;

/// <summary>The brokers offer the requests that transactions are made of, in versions that are young enough.</summary>
internal sealed class ApiVersionsCheck : IDoctorCheck
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    // By Kafka's protocol: key, least version, what it is for.
    private static readonly (short Key, short Version, string Name)[] Needed =
    [
        (0, 3, "Produce"), (1, 4, "Fetch"), (22, 0, "InitProducerId"), (24, 0, "AddPartitionsToTxn"), (25, 0, "AddOffsetsToTxn"), (26, 0, "EndTxn"),
        // With the member of the group: KIP-447.
        (28, 3, "TxnOffsetCommit"),
    ];

    public string Name => "versions";

    public string LooksAt => "the brokers offer what transactions need";

    public bool NeedsBroker => true;

    public async IAsyncEnumerable<DoctorFinding> RunAsync(DoctorSubject subject, [EnumeratorCancellation] CancellationToken cancellation)
    {
        if (subject.Kafka.Client.GetValueOrDefault("security.protocol", "plaintext").EndsWith("ssl", StringComparison.OrdinalIgnoreCase))
        {
            yield return DoctorFinding.Note("versions", "They are not asked for over TLS.", "Run kafka-broker-api-versions; the check of transactions tries them in any case.");
            yield break;
        }

        foreach (var broker in subject.Cluster.Brokers)
        {
            await foreach (var finding in LookAsync(broker.Host, broker.Port, cancellation))
            {
                yield return finding;
            }
        }
    }

    /// <summary>What a broker at an address lacks.</summary>
    internal static async IAsyncEnumerable<DoctorFinding> LookAsync(string host, int port, [EnumeratorCancellation] CancellationToken cancellation)
    {
        var (offered, problem) = await AskAsync(host, port, cancellation);
        if (offered is null)
        {
            yield return DoctorFinding.Warning($"{host}:{port}", $"It does not say which requests it offers: {problem}", "Look whether it is a Kafka broker of version 0.11 or younger.");
            yield break;
        }

        foreach (var (key, version, name) in Needed)
        {
            if (!offered.TryGetValue(key, out var most) || most < version)
            {
                yield return DoctorFinding.Error($"{host}:{port}", offered.ContainsKey(key) ? $"It offers {name} up to version {most}; {version} is needed for delivery exactly once." : $"It does not offer {name}, which is needed for delivery exactly once.", "Use Apache Kafka 2.5 or younger; or set \"delivery\": \"at-least-once\" in the stages' options.");
            }
        }
    }

    private static async Task<(IReadOnlyDictionary<short, short>? Offered, string? Problem)> AskAsync(string host, int port, CancellationToken cancellation)
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        patience.CancelAfter(Patience);
        try
        {
            using var client = new TcpClient();
            await client.ConnectAsync(host, port, patience.Token);
            return (await ApiVersionsRequest.SendAsync(client.GetStream(), patience.Token), null);
        }
        catch (Exception failure) when (failure is SocketException or IOException || (failure is OperationCanceledException && !cancellation.IsCancellationRequested))
        {
            return (null, failure is OperationCanceledException ? $"no answer within {Patience.TotalSeconds} s" : failure.Message);
        }
    }
}
