using System.ComponentModel.DataAnnotations;

namespace Millrace.Lookups;

/// <summary>Everything that can be configured about the lookups at one API.</summary>
/// <remarks>Checked when the <see cref="HttpLookup"/> is made.</remarks>
public sealed class LookupOptions
{
    /// <summary>How often a request is sent in all, the first attempt included.</summary>
    [Range(1, 100)]
    public int Attempts { get; set; } = 3;

    /// <summary>The pause after the first failed attempt; it doubles with each further one, and is jittered.</summary>
    [Range(typeof(TimeSpan), "00:00:00.001", "01:00:00")]
    public TimeSpan BaseDelay { get; set; } = TimeSpan.FromMilliseconds(200);

    /// <summary>The longest pause between two attempts, unless the server asks for a longer one (<c>Retry-After</c>).</summary>
    [Range(typeof(TimeSpan), "00:00:00.001", "01:00:00")]
    public TimeSpan MaxDelay { get; set; } = TimeSpan.FromSeconds(10);

    /// <summary>How long one attempt may take, from the connection to the end of the body.</summary>
    [Range(typeof(TimeSpan), "00:00:00.010", "01:00:00")]
    public TimeSpan AttemptTimeout { get; set; } = TimeSpan.FromSeconds(10);

    /// <summary>How long a lookup may take with all its attempts and pauses.</summary>
    [Range(typeof(TimeSpan), "00:00:00.010", "1.00:00:00")]
    public TimeSpan TotalTimeout { get; set; } = TimeSpan.FromSeconds(60);

    /// <summary>How many lookups are under way at a time; further ones wait their turn.</summary>
    [Range(1, 10_000)]
    public int MaxConcurrency { get; set; } = 64;

    /// <summary>The share of failed attempts at which the circuit opens, so that an API that is down gets a rest.</summary>
    [Range(0.01, 1.0)]
    public double CircuitFailureRatio { get; set; } = 0.5;

    /// <summary>How many attempts must fall within <see cref="CircuitSamplingDuration"/> before the share counts.</summary>
    [Range(2, 1_000_000)]
    public int CircuitMinimumThroughput { get; set; } = 20;

    /// <summary>Over how long the share of failed attempts is measured.</summary>
    [Range(typeof(TimeSpan), "00:00:00.500", "1.00:00:00")]
    public TimeSpan CircuitSamplingDuration { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>How long an open circuit lets nothing through, before a single attempt probes the API.</summary>
    [Range(typeof(TimeSpan), "00:00:00.500", "1.00:00:00")]
    public TimeSpan CircuitBreakDuration { get; set; } = TimeSpan.FromSeconds(5);

    /// <summary>The largest answer that is accepted, in bytes after decompression.</summary>
    [Range(1, 1024 * 1024 * 1024)]
    public int MaxAnswerBytes { get; set; } = 32 * 1024 * 1024;

    /// <summary>The hosts that may be asked: exact names, IP addresses, or <c>*.suffix</c> for all names below a suffix.</summary>
    /// <remarks>At least one is needed: hosts come from events, and an event must not choose whom the platform talks to.</remarks>
    public IList<string> AllowedHosts { get; } = [];

    /// <summary>The <c>User-Agent</c> of the requests, by which the API's operators know whom to ask.</summary>
    [Required]
    public string UserAgent { get; set; } = "Millrace/0.1";

    /// <summary>What the lookups are called where they are counted, and where they share a cache; empty is the hosts that may be asked.</summary>
    public string Name { get; set; } = "";

    /// <summary>What is kept of the answers; unless its size is set, nothing.</summary>
    public LookupCacheOptions Cache { get; } = new();

    /// <summary>How fast each host is asked; unless it is set, as fast as lookups come.</summary>
    public LookupRateOptions RateLimit { get; } = new();

    /// <summary>How requests show whose they are; unless its kind is set, they do not.</summary>
    public LookupAuthOptions Auth { get; } = new();

    /// <summary>The name that is never empty.</summary>
    internal string CalledName => Name.Length > 0 ? Name : string.Join(',', AllowedHosts);

    /// <summary>Checks all values against their ranges.</summary>
    /// <exception cref="ArgumentException">A value is out of its range; the text names the key, the value and the range.</exception>
    internal void Check()
    {
        Check(this, nameof(LookupOptions));
        Auth.Check();
        Check(RateLimit, $"{nameof(LookupOptions)}: {nameof(RateLimit)}");
        Check(Cache, $"{nameof(LookupOptions)}: {nameof(Cache)}");
        Check(Cache.Redis, $"{nameof(LookupOptions)}: {nameof(Cache)}:{nameof(Cache.Redis)}");
        if (Cache.Redis.Address.Length > 0 && (Cache.MaxBytes == 0 || Name.Length == 0))
        {
            throw new ArgumentException(
                $"{nameof(LookupOptions)}: Cache:Redis:Address is set; then Cache:MaxBytes must not be 0, and {nameof(Name)} must say what the kept answers are called there.");
        }
    }

    private static void Check(object options, string place)
    {
        var problems = new List<ValidationResult>();
        if (Validator.TryValidateObject(options, new ValidationContext(options), problems, validateAllProperties: true))
        {
            return;
        }

        var texts = problems.Select(problem =>
        {
            var key = problem.MemberNames.First();
            return $"{problem.ErrorMessage} It is '{options.GetType().GetProperty(key)!.GetValue(options)}'.";
        });
        throw new ArgumentException($"{place}: {string.Join(' ', texts)}");
    }
}
