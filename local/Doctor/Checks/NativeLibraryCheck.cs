using Confluent.Kafka;

namespace Millrace.Local;

/// <summary>The native library that speaks to Kafka can be loaded.</summary>
/// <param name="version">What tells its version, and loads it; null is the library itself.</param>
internal sealed class NativeLibraryCheck(Func<string>? version = null) : IDoctorCheck
{
    // Earlier ones do not speak to brokers of Kafka 4.
    private static readonly Version Oldest = new(2, 3);

    public string Name => "library";

    public string LooksAt => "librdkafka loads, and is young enough";

    public bool NeedsBroker => false;

    public IAsyncEnumerable<DoctorFinding> RunAsync(DoctorSubject subject, CancellationToken cancellation) => Look().ToAsyncEnumerable();

    private IEnumerable<DoctorFinding> Look()
    {
        var (found, problem) = Load();
        if (problem is not null)
        {
            yield return DoctorFinding.Error("librdkafka", $"It cannot be loaded: {problem}", "Publish for this machine's runtime (linux-x64, linux-arm64, osx-arm64, win-x64); on Alpine, install the packages that Confluent.Kafka names.");
        }
        else if (Version.TryParse(found!.Split('-')[0], out var parsed) && parsed < Oldest)
        {
            yield return DoctorFinding.Error("librdkafka", $"It is version {found}; needed is {Oldest} or younger.", "Remove the library that is found before the one that comes with Confluent.Kafka.");
        }
    }

    private (string? Version, string? Problem) Load()
    {
        try
        {
            return ((version ?? (() => Library.VersionString))(), null);
        }
        catch (Exception missing) when (missing is DllNotFoundException or TypeInitializationException or BadImageFormatException or EntryPointNotFoundException or InvalidOperationException)
        {
            return (null, missing.GetBaseException().Message);
        }
    }
}
