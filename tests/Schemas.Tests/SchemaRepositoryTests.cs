using System.ComponentModel.DataAnnotations;
using System.Net;
using System.Text;
using Microsoft.Extensions.Time.Testing;
using Millrace.Core;

namespace Millrace.Schemas.Tests;

public sealed class SchemaRepositoryTests
{
    private const string Base = "https://schemas.example.org/repo";

    [Theory]
    [InlineData("a/1.0.0.json", """{"title":"found"}""")]
    [InlineData("a/1.0.0.yaml", "title: found")]
    [InlineData("a/1.0.0", "title: found")]
    [InlineData("a/1.0.0", """ {"title":"found"}""")]
    public void A_schema_is_found_as_JSON_as_YAML_or_without_an_extension(string file, string content)
    {
        using var directory = new TemporaryRepository().With(file, content);
        Assert.Equal("found", Title(directory.Open(), "/a/1.0.0"));
    }

    [Fact]
    public void The_first_base_that_has_it_wins()
    {
        using var first = new TemporaryRepository().With("b/1.0.0.json", """{"title":"first"}""");
        using var second = new TemporaryRepository().With("a/1.0.0.yaml", "title: second").With("b/1.0.0.json", """{"title":"second"}""");
        var repository = Repositories.Of(first.Root, second.Root);
        Assert.Equal("second", Title(repository, "/a/1.0.0"));
        Assert.Equal("first", Title(repository, "/b/1.0.0"));
    }

    [Fact]
    public void The_newest_version_is_that_of_the_greatest_number_in_the_first_base_that_has_the_title()
    {
        using var first = new TemporaryRepository().With("a/1.9.0.json", "{}").With("a/1.10.0.yaml", "{}").With("a/current.yaml", "{}").With("a/latest", "$id: /a/9.0.0").With("b/c/0.1.0", "{}");
        using var second = new TemporaryRepository().With("a/2.0.0.json", "{}").With("d/1.0.0.json", "{}");
        var repository = Repositories.Of(first.Root, second.Root);

        Assert.Equal(("/a/1.10.0", "/b/c/0.1.0", "/d/1.0.0"), (repository.LatestOf("a"), repository.LatestOf("b/c"), repository.LatestOf("d")));
        Assert.All((string[])["b", "e", "", "../a", "/a", "a/"], title => Assert.Null(repository.LatestOf(title)));
        Assert.Equal(["/a/1.9.0", "/a/1.10.0", "/a/2.0.0"], repository.VersionsOf("a"));
        Assert.All((string[])["e", "", "../a", "/a", "a/"], title => Assert.Empty(repository.VersionsOf(title)));
    }

    [Fact]
    public void Where_there_are_no_numbers_the_newest_version_is_what_latest_says_of_itself()
    {
        using var directory = new TemporaryRepository().With("a/latest", "$id: /a/9.0.0").With("b/latest.json", """{ "$id": "https://elsewhere.example.org/" }""");

        Assert.Equal("/a/9.0.0", directory.Open().LatestOf("a"));
        Assert.Null(directory.Open().LatestOf("b"));
    }

    [Fact]
    public void A_schema_that_was_found_stays()
    {
        using var directory = new TemporaryRepository().With("a/1.0.0.json", """{"title":"before"}""");
        var repository = directory.Open();
        Title(repository, "/a/1.0.0");
        directory.With("a/1.0.0.json", """{"title":"after"}""");
        Assert.Equal("before", Title(repository, "/a/1.0.0"));
    }

    [Fact]
    public void What_is_unknown_is_looked_for_again_after_a_while()
    {
        using var directory = new TemporaryRepository();
        var time = new FakeTimeProvider();
        var repository = new SchemaRepository(Repositories.Options(directory.Root), null, time);
        Assert.Equal(ErrorTypes.UnknownSchema, Error(repository, "/a/1.0.0").Type);
        directory.With("a/1.0.0.json", """{"title":"late"}""");
        Assert.Equal(ErrorTypes.UnknownSchema, Error(repository, "/a/1.0.0").Type);
        time.Advance(TimeSpan.FromMinutes(1));
        Assert.Equal("late", Title(repository, "/a/1.0.0"));
    }

    [Fact]
    public void A_broken_schema_blames_the_repository_until_it_is_mended()
    {
        using var directory = new TemporaryRepository().With("a/1.0.0.json", """{"type":"strin"}""");
        var time = new FakeTimeProvider();
        var repository = new SchemaRepository(Repositories.Options(directory.Root), null, time);
        var error = Error(repository, "/a/1.0.0");
        Assert.Equal(ErrorTypes.InvalidSchema, error.Type);
        Assert.False(error.Transient);
        Assert.Contains("strin", error.Message, StringComparison.Ordinal);
        directory.With("a/1.0.0.json", """{"title":"mended"}""");
        time.Advance(TimeSpan.FromMinutes(1));
        Assert.Equal("mended", Title(repository, "/a/1.0.0"));
    }

    [Theory]
    [InlineData("a/1.0.0.json", "{")]
    [InlineData("a/1.0.0.json", "{\"a\":1,\"a\":2}")]
    [InlineData("a/1.0.0.json", "{\"title\":\"\\ud800\"}")]
    [InlineData("a/1.0.0.yaml", "a: [")]
    [InlineData("a/1.0.0.yaml", "a: 1\na: 2")]
    [InlineData("a/1.0.0.yaml", "")]
    [InlineData("a/1.0.0.json", "[]")]
    public void A_file_that_is_no_schema_is_an_invalid_schema(string file, string content)
    {
        using var directory = new TemporaryRepository().With(file, content);
        Assert.Equal(ErrorTypes.InvalidSchema, Error(directory.Open(), "/a/1.0.0").Type);
    }

    [Fact]
    public void A_file_that_is_too_large_is_an_invalid_schema()
    {
        using var directory = new TemporaryRepository().With("a/1.0.0.json", $$"""{"title":"{{new string('x', 2048)}}"}""");
        var options = Repositories.Options(directory.Root);
        options.MaxSchemaBytes = 1024;
        var error = Error(new SchemaRepository(options, null, new FakeTimeProvider()), "/a/1.0.0");
        Assert.Equal(ErrorTypes.InvalidSchema, error.Type);
        Assert.Contains("1024 bytes", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_path_out_of_the_directory_is_refused_before_any_look_up()
    {
        using var directory = new TemporaryRepository().With("secret/1.0.0.json", """{"title":"secret"}""").With("inner/x/1.0.0.json", "true");
        var repository = Repositories.Of(Path.Combine(directory.Root, "inner"));
        Assert.Equal(ErrorTypes.SchemaNotRelative, Error(repository, "/../secret/1.0.0").Type);
        Assert.Equal(ErrorTypes.SchemaNotRelative, Error(repository, $"/{directory.Root}/secret/1.0.0").Type);
    }

    [Theory]
    [InlineData("/part/1.0.0#/definitions/id", true)]
    [InlineData("../part/1.0.0#/definitions/id", true)]
    [InlineData("/part/2.0.0#/definitions/id", false)]
    [InlineData("/part/1.0.0?x#/definitions/id", false)]
    [InlineData("file:///part/1.0.0#/definitions/id", false)]
    [InlineData("https://schemas.example.org/part/1.0.0#/definitions/id", false)]
    [InlineData("//elsewhere/part/1.0.0#/definitions/id", false)]
    public void References_are_looked_up_in_the_bases_and_nowhere_else(string reference, bool found)
    {
        using var directory = new TemporaryRepository()
            .With("part/1.0.0.yaml", "definitions: {id: {type: integer}}")
            .With("a/1.0.0.json", """{"title":"a","properties":{"id":{"$ref":"REFERENCE"}}}""".Replace("REFERENCE", reference, StringComparison.Ordinal));
        var repository = directory.Open();
        if (found)
        {
            Assert.Equal("a", Title(repository, "/a/1.0.0"));
        }
        else
        {
            var error = Error(repository, "/a/1.0.0");
            Assert.Equal(ErrorTypes.InvalidSchema, error.Type);
            Assert.Contains(reference, error.Message, StringComparison.Ordinal);
            Assert.Contains("/properties/id", error.Message, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void Require_passes_for_a_schema_that_is_there_and_lists_the_bases_for_one_that_is_not()
    {
        using var directory = new TemporaryRepository().With("a/1.0.0.json", "true");
        var repository = directory.Open();
        repository.Require("/a/1.0.0");
        var refusal = Assert.Throws<SchemaException>(() => repository.Require("/b/1.0.0"));
        Assert.Equal("/b/1.0.0", refusal.Schema);
        Assert.Contains($"Searched: '{directory.Root}'.", refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_base_that_does_not_exist_is_refused_by_name()
    {
        var refusal = Assert.Throws<DirectoryNotFoundException>(() => Repositories.Of("no/such/directory"));
        Assert.Contains("'no/such/directory'", refusal.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("")]
    [InlineData("ftp://schemas.example.org/")]
    [InlineData("file:///schemas")]
    [InlineData("https://schemas.example.org/?q=")]
    [InlineData(Base)]
    public void A_base_that_cannot_be_used_is_refused(string name) => Assert.Throws<ArgumentException>(() => Repositories.Of(name));

    [Fact]
    public void Options_out_of_range_are_refused()
    {
        Assert.Throws<ValidationException>(() => Repositories.Of());
        foreach (var change in (Action<SchemaRepositoryOptions>[])[
            options => options.MaxUnknown = 0,
            options => options.MaxSchemaBytes = 0,
            options => options.Timeout = TimeSpan.Zero,
            options => options.UnknownFor = TimeSpan.Zero,
            options => options.UnavailableFor = TimeSpan.FromSeconds(-1)])
        {
            var options = Repositories.Options(AppContext.BaseDirectory);
            change(options);
            Assert.Throws<ValidationException>(() => new SchemaRepository(options, null, TimeProvider.System));
        }
    }

    [Fact]
    public void A_base_uri_is_asked_for_each_extension_in_turn()
    {
        using var server = new FakeServer { ["/repo/a/1.0.0"] = "title: found" };
        Assert.Equal("found", Title(server.Open(), "/a/1.0.0"));
        Assert.Equal(["/repo/a/1.0.0.json", "/repo/a/1.0.0.yaml", "/repo/a/1.0.0"], server.Asked);
    }

    [Fact]
    public void A_base_uri_is_asked_once_for_a_schema_whether_it_has_it_or_not()
    {
        using var server = new FakeServer { ["/repo/a/1.0.0.json"] = "true" };
        var repository = server.Open();
        for (var i = 0; i < 3; i++)
        {
            Assert.Null(Title(repository, "/a/1.0.0"));
            Assert.Equal(ErrorTypes.UnknownSchema, Error(repository, "/b/1.0.0").Type);
        }

        Assert.Equal(4, server.Asked.Count);
    }

    [Fact]
    public async Task Concurrent_misses_load_once()
    {
        using var server = new FakeServer { ["/repo/a/1.0.0.json"] = "true" };
        using var together = new Barrier(8);
        var repository = server.Open();
        await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => Task.Factory.StartNew(
            () =>
            {
                together.SignalAndWait();
                Title(repository, "/a/1.0.0");
            },
            CancellationToken.None,
            TaskCreationOptions.LongRunning,
            TaskScheduler.Default)));
        Assert.Single(server.Asked);
    }

    [Theory]
    [InlineData(HttpStatusCode.InternalServerError)]
    [InlineData(HttpStatusCode.Forbidden)]
    [InlineData(HttpStatusCode.Redirect)]
    [InlineData(HttpStatusCode.NoContent)]
    public void A_base_uri_that_does_not_answer_the_question_is_unavailable_and_not_unknown(HttpStatusCode status)
    {
        using var server = new FakeServer { Status = status };
        var error = Error(server.Open(), "/a/1.0.0");
        Assert.Equal(ErrorTypes.SchemaUnavailable, error.Type);
        Assert.True(error.Transient);
        Assert.Contains(((int)status).ToString(System.Globalization.CultureInfo.InvariantCulture), error.Message, StringComparison.Ordinal);
        Assert.Single(server.Asked);
    }

    [Fact]
    public void A_base_uri_that_failed_is_left_alone_for_a_while_and_then_asked_again()
    {
        using var server = new FakeServer { ["/repo/a/1.0.0.json"] = "true", Failure = new HttpRequestException("connection refused") };
        var repository = server.Open();
        Assert.Contains("connection refused", Error(repository, "/a/1.0.0").Message, StringComparison.Ordinal);
        server.Failure = null;
        Assert.Equal(ErrorTypes.SchemaUnavailable, Error(repository, "/b/1.0.0").Type);
        Assert.Single(server.Asked);
        server.Time.Advance(TimeSpan.FromSeconds(2));
        Assert.Null(Title(repository, "/a/1.0.0"));
    }

    [Fact]
    public void An_unavailable_base_hides_what_later_bases_have()
    {
        using var directory = new TemporaryRepository().With("a/1.0.0.json", "true");
        using var server = new FakeServer { Status = HttpStatusCode.BadGateway };
        Assert.Equal(ErrorTypes.SchemaUnavailable, Error(server.Open(Base, directory.Root), "/a/1.0.0").Type);
    }

    [Fact]
    public void A_base_uri_that_takes_too_long_is_unavailable()
    {
        using var server = new FakeServer { Delay = TimeSpan.FromSeconds(10) };
        var error = Error(server.Open(), "/a/1.0.0");
        Assert.Equal(ErrorTypes.SchemaUnavailable, error.Type);
        Assert.Contains("within 10 s", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void An_answer_that_stalls_halfway_is_given_up()
    {
        using var body = new EndlessStream();
        using var server = new FakeServer { Body = body };
        body.BeforeRead = () => server.Time.Advance(TimeSpan.FromSeconds(10));
        var error = Error(server.Open(), "/a/1.0.0");
        Assert.Equal(ErrorTypes.SchemaUnavailable, error.Type);
        Assert.Contains("within 10 s", error.Message, StringComparison.Ordinal);
        Assert.Equal(0, body.BytesRead);
    }

    [Fact]
    public void An_answer_that_is_too_large_is_not_read_to_its_end()
    {
        using var body = new EndlessStream();
        using var server = new FakeServer { Body = body };
        Assert.Equal(ErrorTypes.InvalidSchema, Error(server.Open(), "/a/1.0.0").Type);
        Assert.InRange(body.BytesRead, 1024 * 1024, 2 * 1024 * 1024);
    }

    [Fact]
    public void An_answer_from_another_address_is_refused()
    {
        using var server = new FakeServer { ["/repo/a/1.0.0.json"] = "true", RedirectedTo = new Uri("https://elsewhere.example.org/") };
        Assert.Contains("elsewhere", Error(server.Open(), "/a/1.0.0").Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_flood_of_unknown_schemas_reaches_a_base_uri_a_bounded_number_of_times()
    {
        using var server = new FakeServer { ["/repo/known/1.0.0.json"] = "true", ["/repo/late/1.0.0.json"] = "true", MaxUnknown = 10 };
        var repository = server.Open();
        Title(repository, "/known/1.0.0");
        var errors = Enumerable.Range(0, 1000).Select(number => Error(repository, $"/flood/{number}").Type).ToList();

        Assert.Equal(10, errors.Count(type => type == ErrorTypes.UnknownSchema));
        Assert.Equal(990, errors.Count(type => type == ErrorTypes.SchemaUnavailable));
        Assert.Equal(1 + (10 * 3), server.Asked.Count);
        Assert.Null(Title(repository, "/known/1.0.0"));
        Assert.True(Error(repository, "/late/1.0.0").Transient);
        server.Time.Advance(TimeSpan.FromMinutes(1));
        Assert.Null(Title(repository, "/late/1.0.0"));
    }

    [Fact]
    public void A_flood_of_unknown_schemas_does_not_hide_what_a_directory_has()
    {
        using var directory = new TemporaryRepository().With("late/1.0.0.json", "true");
        var options = Repositories.Options(directory.Root);
        options.MaxUnknown = 10;
        var repository = new SchemaRepository(options, null, new FakeTimeProvider());
        Assert.All(Enumerable.Range(0, 100), number => Assert.Equal(ErrorTypes.UnknownSchema, Error(repository, $"/flood/{number}").Type));
        Assert.Null(Title(repository, "/late/1.0.0"));
    }

    private static string? Title(SchemaRepository repository, string uri)
    {
        Assert.True(repository.TryFind(uri, out var schema, out var error), error?.Message);
        return schema.Schema.Title;
    }

    private static StageError Error(SchemaRepository repository, string uri)
    {
        Assert.False(repository.TryFind(uri, out _, out var error));
        return error;
    }

    private sealed class FakeServer : HttpMessageHandler
    {
        private readonly Dictionary<string, string> _files = [];
        private HttpClient? _client;

        public List<string> Asked { get; } = [];

        public FakeTimeProvider Time { get; } = new();

        public HttpStatusCode Status { get; init; } = HttpStatusCode.OK;

        public Exception? Failure { get; set; }

        public TimeSpan Delay { get; init; }

        public Stream? Body { get; init; }

        public Uri? RedirectedTo { get; init; }

        public int MaxUnknown { get; init; } = 1_000;

        public string this[string path]
        {
            set => _files[path] = value;
        }

        public SchemaRepository Open(params string[] bases)
        {
            _client = new HttpClient(this, disposeHandler: false);
            var options = Repositories.Options(bases.Length == 0 ? [Base] : bases);
            options.MaxUnknown = MaxUnknown;
            return new SchemaRepository(options, _client, Time);
        }

        protected override HttpResponseMessage Send(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            Assert.StartsWith(Base + "/", request.RequestUri!.AbsoluteUri, StringComparison.Ordinal);
            lock (Asked)
            {
                Asked.Add(request.RequestUri.AbsolutePath);
            }

            Time.Advance(Delay);
            cancellationToken.ThrowIfCancellationRequested();
            if (Failure is not null)
            {
                throw Failure;
            }

            var content = Body is null && !_files.ContainsKey(request.RequestUri.AbsolutePath) ? null
                : Body is not null ? (HttpContent)new StreamContent(Body)
                : new ByteArrayContent(Encoding.UTF8.GetBytes(_files[request.RequestUri.AbsolutePath]));
            request.RequestUri = RedirectedTo ?? request.RequestUri;
            return new HttpResponseMessage(Status != HttpStatusCode.OK ? Status : content is null ? HttpStatusCode.NotFound : HttpStatusCode.OK)
            {
                Content = content,
                RequestMessage = request,
            };
        }

        protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken) =>
            Task.FromResult(Send(request, cancellationToken));

        protected override void Dispose(bool disposing)
        {
            _client?.Dispose();
            base.Dispose(disposing);
        }
    }

    private sealed class EndlessStream : Stream
    {
        private bool _closed;

        public long BytesRead { get; private set; }

        public Action? BeforeRead { get; set; }

        public override bool CanRead => true;

        public override bool CanSeek => false;

        public override bool CanWrite => false;

        public override long Length => throw new NotSupportedException();

        public override long Position { get => BytesRead; set => throw new NotSupportedException(); }

        public override int Read(byte[] buffer, int offset, int count)
        {
            BeforeRead?.Invoke();
            ObjectDisposedException.ThrowIf(_closed, this);
            Array.Fill(buffer, (byte)' ', offset, count);
            BytesRead += count;
            return count;
        }

        protected override void Dispose(bool disposing)
        {
            _closed = true;
            base.Dispose(disposing);
        }

        public override void Flush()
        {
        }

        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

        public override void SetLength(long value) => throw new NotSupportedException();

        public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();
    }
}
