using System.Runtime.InteropServices;
using System.Text;
using Confluent.Kafka;

namespace Millrace.Broker;

/// <summary>The native functions behind <see cref="EmbeddedBroker"/>, in the very library that Confluent.Kafka loads.</summary>
internal static partial class NativeCluster
{
    // The names and the order in which Confluent.Kafka itself tries them: the same file is then loaded once for both.
    private static readonly string[] Candidates = ["librdkafka", "centos8-librdkafka", "alpine-librdkafka"];

    private const string Library = "librdkafka";

    static NativeCluster() => NativeLibrary.SetDllImportResolver(typeof(NativeCluster).Assembly, Resolve);

    /// <summary>Creates a client handle, which the cluster needs as its host; the caller owns it.</summary>
    public static nint CreateHandle()
    {
        var error = new byte[512];
        var configuration = NewConfiguration();
        // The handle itself connects to nothing: whatever it would log of that is noise.
        if (SetConfiguration(configuration, "log_level", "0", error, (nuint)error.Length) != 0)
        {
            throw new InvalidOperationException($"The embedded broker cannot be configured: {Text(error)}");
        }

        var handle = NewHandle(Producer, configuration, error, (nuint)error.Length);
        return handle != 0
            ? handle
            : throw new InvalidOperationException($"The embedded broker cannot be started: {Text(error)}");
    }

    /// <summary>Throws what the native error code says.</summary>
    public static void Check(int error, string action)
    {
        if (error != 0)
        {
            throw new KafkaException(new Error((ErrorCode)error, $"{action}: {new Error((ErrorCode)error).Reason}"));
        }
    }

    private const int Producer = 0;

    private static string Text(byte[] error) => Encoding.UTF8.GetString(error.AsSpan(0, Math.Max(0, Array.IndexOf(error, (byte)0))));

    private static nint Resolve(string name, System.Reflection.Assembly assembly, DllImportSearchPath? path)
    {
        if (name != Library)
        {
            return 0;
        }

        foreach (var candidate in Candidates)
        {
            if (NativeLibrary.TryLoad(candidate, typeof(Confluent.Kafka.Library).Assembly, null, out var handle))
            {
                return handle;
            }
        }

        throw new DllNotFoundException($"None of {string.Join(", ", Candidates)} can be loaded; they come with Confluent.Kafka.");
    }

    [LibraryImport(Library, EntryPoint = "rd_kafka_conf_new")]
    private static partial nint NewConfiguration();

    [LibraryImport(Library, EntryPoint = "rd_kafka_conf_set", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int SetConfiguration(nint configuration, string name, string value, [Out] byte[] error, nuint errorSize);

    [LibraryImport(Library, EntryPoint = "rd_kafka_new")]
    private static partial nint NewHandle(int type, nint configuration, [Out] byte[] error, nuint errorSize);

    [LibraryImport(Library, EntryPoint = "rd_kafka_destroy")]
    public static partial void DestroyHandle(nint handle);

    [LibraryImport(Library, EntryPoint = "rd_kafka_mock_cluster_new")]
    public static partial nint NewCluster(nint handle, int brokers);

    [LibraryImport(Library, EntryPoint = "rd_kafka_mock_cluster_destroy")]
    public static partial void DestroyCluster(nint cluster);

    [LibraryImport(Library, EntryPoint = "rd_kafka_mock_cluster_bootstraps")]
    public static partial nint Bootstraps(nint cluster);

    [LibraryImport(Library, EntryPoint = "rd_kafka_mock_group_initial_rebalance_delay_ms")]
    public static partial void SetInitialRebalanceDelay(nint cluster, int milliseconds);

    [LibraryImport(Library, EntryPoint = "rd_kafka_mock_topic_create", StringMarshalling = StringMarshalling.Utf8)]
    public static partial int CreateTopic(nint cluster, string topic, int partitions, int replicationFactor);

    [LibraryImport(Library, EntryPoint = "rd_kafka_mock_broker_set_down")]
    public static partial int SetDown(nint cluster, int broker);

    [LibraryImport(Library, EntryPoint = "rd_kafka_mock_broker_set_up")]
    public static partial int SetUp(nint cluster, int broker);

    [LibraryImport(Library, EntryPoint = "rd_kafka_mock_broker_set_rtt")]
    public static partial int SetRoundTripTime(nint cluster, int broker, int milliseconds);

    [LibraryImport(Library, EntryPoint = "rd_kafka_mock_push_request_errors_array")]
    public static partial void PushErrors(nint cluster, short request, nuint count, int[] errors);
}
