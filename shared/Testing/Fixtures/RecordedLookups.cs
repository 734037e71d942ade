using System.Globalization;
using Millrace.Lookups;

namespace Millrace.Testing;

/// <summary>Answers lookups from the files of a directory, one for each request; asks nobody, unless it records.</summary>
/// <remarks>Files are read once. May be used by many lookups at a time. Headers of requests, which may hold secrets, are never written; addresses are.</remarks>
public sealed class RecordedLookups
{
    private readonly string _directory;
    private readonly bool _records;
    private readonly Lock _lock = new();
    private readonly List<RecordedAnswer> _answers = [];
    private readonly SortedSet<string> _missed = new(StringComparer.Ordinal);

    /// <summary>Reads a directory, which need not exist.</summary>
    /// <param name="directory">The directory with the answers.</param>
    /// <param name="records">Whether what has no answer is really asked, and the answer is kept.</param>
    /// <exception cref="FixtureException">A file cannot be used.</exception>
    public RecordedLookups(string directory, bool records = false)
    {
        (_directory, _records) = (directory, records);
        if (Directory.Exists(directory))
        {
            _answers.AddRange(Directory.GetFiles(directory, "*.json").Order(StringComparer.Ordinal).Select(RecordedAnswer.Read));
        }
    }

    /// <summary>Requests that there was no answer to.</summary>
    public IReadOnlyCollection<string> Missed => _missed;

    /// <summary>The files that nobody asked for, with their requests.</summary>
    public IEnumerable<(string File, string Request)> Unused => _answers.Where(answer => !answer.WasAsked).Select(answer => (answer.File, answer.Request));

    /// <summary>What sends the requests of a lookup.</summary>
    public HttpMessageHandler Transport(LookupOptions options) => new Handling(this, _records ? HttpLookup.CreateHandler(options) : null, options.MaxAnswerBytes);

    private RecordedAnswer? Find(string request, byte[]? sent)
    {
        lock (_lock)
        {
            return _answers.Find(answer => answer.Fits(request, sent));
        }
    }

    private LookupMissException Miss(string request)
    {
        lock (_lock)
        {
            _missed.Add(request);
        }

        return new LookupMissException(request, _directory);
    }

    private RecordedAnswer Keep(string request, byte[]? sent, HttpResponseMessage response, byte[] body)
    {
        lock (_lock)
        {
            string path;
            var number = _answers.Count;
            do
            {
                path = Path.Combine(_directory, string.Create(CultureInfo.InvariantCulture, $"{++number}.json"));
            }
            while (File.Exists(path));
            RecordedAnswer.Write(path, request, sent, response, body);
            _answers.Add(RecordedAnswer.Read(path));
            return _answers[^1];
        }
    }

    private sealed class Handling(RecordedLookups lookups, HttpMessageHandler? network, int maxBytes) : HttpMessageHandler
    {
        private readonly HttpMessageInvoker? _network = network is null ? null : new HttpMessageInvoker(network);

        protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            var asked = RecordedAnswer.Describe(request);
            var sent = request.Content is null ? null : await request.Content.ReadAsByteArrayAsync(cancellationToken).ConfigureAwait(false);
            if (lookups.Find(asked, sent) is { } known)
            {
                return known.Answer();
            }

            if (_network is null)
            {
                throw lookups.Miss(asked);
            }

            using var response = await _network.SendAsync(request, cancellationToken).ConfigureAwait(false);
            await response.Content.LoadIntoBufferAsync(maxBytes, cancellationToken).ConfigureAwait(false);
            return lookups.Keep(asked, sent, response, await response.Content.ReadAsByteArrayAsync(cancellationToken).ConfigureAwait(false)).Answer();
        }

        protected override void Dispose(bool disposing)
        {
            if (disposing)
            {
                _network?.Dispose();
            }

            base.Dispose(disposing);
        }
    }
}
