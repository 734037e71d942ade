namespace Millrace.Lookups.Tests;

public sealed class SecretHeaderTests : IDisposable
{
    private readonly CountingClock _clock = new();
    private readonly GuardedApi _api = new();
    private readonly Recorded _log = new();
    private readonly SecretFixture _file = new("s1\n");
    private readonly LookupOptions _options = Some.Options();

    public void Dispose()
    {
        _api.Dispose();
        _file.Dispose();
    }

    [Fact]
    public async Task A_header_holds_the_secret()
    {
        (_options.Auth.Kind, _options.Auth.Header, _options.Auth.Secret) = (LookupAuthKind.Header, "X-Api-Key", "s1");
        _api.Header = "X-Api-Key";
        using var lookup = Lookup();

        await lookup.GetJsonAsync(Some.Uri);

        Assert.Equal(["s1"], _api.Shown);
    }

    [Fact]
    public async Task A_bearer_token_is_shown_with_posts_too_and_in_the_place_of_any_other()
    {
        (_options.Auth.Kind, _options.Auth.Secret) = (LookupAuthKind.Bearer, "s1");
        using var lookup = Lookup();

        await lookup.PostAsync(Some.Uri, new LookupPost("{}"u8.ToArray(), "application/json", [new("Authorization", "Basic eA==")]));

        Assert.Equal(["Bearer s1"], _api.Shown);
    }

    [Fact]
    public async Task A_file_that_changes_is_read_again_within_seconds()
    {
        using var lookup = LookupOfFile();
        await lookup.GetJsonAsync(Some.Uri);
        _file.Write("s2");
        await lookup.GetJsonAsync(Some.Uri);
        _clock.Pass(TimeSpan.FromSeconds(5));
        await lookup.GetJsonAsync(Some.Uri);

        Assert.Equal(["Bearer s1", "Bearer s1", "Bearer s2"], _api.Shown);
    }

    [Fact]
    public async Task A_refusal_has_the_file_read_at_once_and_what_is_new_shown_once()
    {
        _api.StatusOf = shown => shown == "Bearer s2" ? 200 : 401;
        using var lookup = LookupOfFile();
        _file.Write("s2");

        Assert.Equal(7, (await lookup.GetJsonAsync(Some.Uri)).GetInt32());

        Assert.Equal(["Bearer s1", "Bearer s2"], _api.Shown);
    }

    [Fact]
    public async Task A_refusal_is_final_where_there_is_nothing_else_to_show()
    {
        _api.StatusOf = _ => 401;
        using var lookup = LookupOfFile();

        var failure = await Assert.ThrowsAsync<LookupException>(async () => await lookup.GetJsonAsync(Some.Uri));

        Assert.Equal(401, (int)failure.Status!);
        Assert.Equal(["Bearer s1"], _api.Shown);
    }

    [Fact]
    public async Task A_file_that_breaks_leaves_the_former_secret_in_force_and_is_said_once()
    {
        using var lookup = LookupOfFile();
        _file.Write("two\nlines");
        for (var n = 0; n < 3; n++)
        {
            _clock.Pass(TimeSpan.FromSeconds(5));
            await lookup.GetJsonAsync(Some.Uri);
        }

        Assert.Equal(["Bearer s1", "Bearer s1", "Bearer s1"], _api.Shown);
        Assert.Contains("Auth:SecretFile holds a secret that no header can carry", Assert.Single(_log.Lines), StringComparison.Ordinal);
        Assert.DoesNotContain("lines\"", _log.Lines.Single(), StringComparison.Ordinal);
    }

    private HttpLookup LookupOfFile()
    {
        (_options.Auth.Kind, _options.Auth.SecretFile) = (LookupAuthKind.Bearer, _file.Path);
        return Lookup();
    }

    private HttpLookup Lookup() => new(_options, _clock, _log, _api);
}
