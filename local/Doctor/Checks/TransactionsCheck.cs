using System.Runtime.CompilerServices;
using Confluent.Kafka;
using Millrace.Core;

namespace Millrace.Local;

/// <summary>A transactional producer can begin, where stages deliver exactly once.</summary>
/// <remarks>It writes nothing to a topic of anybody's; the coordinator remembers its id for a while.</remarks>
internal sealed class TransactionsCheck : IDoctorCheck
{
    /// <summary>The transactional id that is tried.</summary>
    internal const string Id = "millrace.doctor";

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    public string Name => "transactions";

    public string LooksAt => "a transactional producer can begin, where stages deliver exactly once";

    public bool NeedsBroker => true;

    public async IAsyncEnumerable<DoctorFinding> RunAsync(DoctorSubject subject, [EnumeratorCancellation] CancellationToken cancellation)
    {
        var stages = subject.Catalog.Stages.Where(stage => stage.Connector is null && stage.Options.Delivery == Delivery.ExactlyOnce).Select(stage => stage.Name).ToList();
        if (stages.Count > 0 && await Task.Run(() => Begin(subject), cancellation) is { } problem)
        {
            yield return DoctorFinding.Error(string.Join(", ", stages), $"No transaction can begin: {problem}", "Look at transaction.state.log.replication.factor and .min.isr of the brokers, and at the client's rights (Write on transactional ids); or set \"delivery\": \"at-least-once\".");
        }
    }

    private static string? Begin(DoctorSubject subject)
    {
        try
        {
            using var producer = new ProducerBuilder<byte[], byte[]>(subject.Kafka.CreateTransactionalConfig(Id)).SetLogHandler((_, _) => { }).SetErrorHandler((_, _) => { }).Build();
            producer.InitTransactions(Patience);
            return null;
        }
        catch (KafkaException refused)
        {
            return refused.Error.Reason;
        }
    }
}
