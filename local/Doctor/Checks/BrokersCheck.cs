using System.Net.Sockets;
using System.Runtime.CompilerServices;

namespace Millrace.Local;

/// <summary>A broker answers, and each can be reached where it says that it is.</summary>
internal sealed class BrokersCheck : IDoctorCheck
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(3);

    public string Name => "brokers";

    public string LooksAt => "a broker answers, and all of them can be reached where they say they are";

    public bool NeedsBroker => false;

    public async IAsyncEnumerable<DoctorFinding> RunAsync(DoctorSubject subject, [EnumeratorCancellation] CancellationToken cancellation)
    {
        if (subject.Cluster.Problem is { } problem)
        {
            // Who is turned away has reached a broker: that is the other check's.
            if (!subject.Cluster.Errors.Any(AuthenticationCheck.IsItsOwn))
            {
                yield return DoctorFinding.Error(subject.Kafka.BootstrapServers!, $"No broker answers there: {problem}.", "Start it, or name another (--kafka); look at the name, the port, and security.protocol.");
            }

            yield break;
        }

        foreach (var broker in subject.Cluster.Brokers)
        {
            if (await ConnectAsync(broker.Host, broker.Port, cancellation) is { } why)
            {
                yield return DoctorFinding.Error($"{broker.Host}:{broker.Port}", $"Broker {broker.BrokerId} says that it is there, and cannot be reached from here: {why}", "Correct advertised.listeners of that broker, or the network's names and rules: clients use that address, whatever they started from.");
            }
        }
    }

    private static async Task<string?> ConnectAsync(string host, int port, CancellationToken cancellation)
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        patience.CancelAfter(Patience);
        try
        {
            using var client = new TcpClient();
            await client.ConnectAsync(host, port, patience.Token);
            return null;
        }
        catch (Exception unreachable) when (unreachable is SocketException || (unreachable is OperationCanceledException && !cancellation.IsCancellationRequested))
        {
            return unreachable is SocketException ? unreachable.Message : $"no answer within {Patience.TotalSeconds} s";
        }
    }
}
