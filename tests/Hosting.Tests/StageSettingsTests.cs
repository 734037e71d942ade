using Microsoft.Extensions.DependencyInjection;
using Millrace.Lookups;

namespace Millrace.Hosting.Tests;

/// <summary>A stage's own settings: those of the catalog, and over them those of the host.</summary>
public sealed class StageSettingsTests : IDisposable
{
    private const string Path = "Stages:Copy:Settings";

    private readonly TestApp _app = new() { Stages = app => app.AddStage<Copy, CopySettings>() };

    public void Dispose() => _app.Dispose();

    [Fact]
    public async Task Without_any_the_defaults_hold()
    {
        var settings = await SettingsAsync();

        Assert.Equal(("unset", 5, null), (settings.Name, settings.Number, settings.Optional));
        Assert.Equal(["default"], settings.Names);
    }

    [Fact]
    public async Task Every_kind_of_value_is_read_from_the_catalog()
    {
        _app.WriteStage("""
            "settings": {
              "name": "n", "number": 7, "optional": 9007199254740993, "ratio": 0.25, "flag": true, "pause": "00:00:09", "day": "Friday",
              "names": ["a", "b"], "numbers": [1, 2], "map": { "x.y": "z" }, "lookup": { "attempts": 9, "allowedHosts": ["a.example"] }
            }
            """);

        var settings = await SettingsAsync();

        Assert.Equal(("n", 7, 9007199254740993, 0.25, true), (settings.Name, settings.Number, settings.Optional, settings.Ratio, settings.Flag));
        Assert.Equal((TimeSpan.FromSeconds(9), DayOfWeek.Friday), (settings.Pause, settings.Day));
        Assert.Equal(["a", "b"], settings.Names);
        Assert.Equal([1, 2], settings.Numbers);
        Assert.Equal("z", settings.Map["x.y"]);
        Assert.Equal(9, settings.Lookup.Attempts);
        Assert.Equal(["a.example"], settings.Lookup.AllowedHosts);
    }

    [Fact]
    public async Task A_setting_of_the_host_wins_over_the_catalog_and_leaves_the_others()
    {
        _app.WriteStage(""" "settings": { "name": "n", "number": 7, "lookup": { "attempts": 9, "maxConcurrency": 3 } } """);
        _app.Settings[$"{Path}:Number"] = "8";
        _app.Settings[$"{Path}:Lookup:Attempts"] = "4";

        var settings = await SettingsAsync();

        Assert.Equal(("n", 8, 4, 3), (settings.Name, settings.Number, settings.Lookup.Attempts, settings.Lookup.MaxConcurrency));
    }

    [Fact]
    public async Task A_list_of_the_host_replaces_the_whole_list_of_the_catalog()
    {
        _app.WriteStage(""" "settings": { "lookup": { "allowedHosts": ["a.example", "b.example", "c.example"] } } """);
        _app.Settings[$"{Path}:Lookup:AllowedHosts:0"] = "127.0.0.1";

        Assert.Equal(["127.0.0.1"], (await SettingsAsync()).Lookup.AllowedHosts);
    }

    [Fact]
    public async Task A_list_keeps_its_order_beyond_ten_items()
    {
        for (var i = 0; i < 12; i++)
        {
            _app.Settings[$"{Path}:Names:{i}"] = $"n{i}";
        }

        Assert.Equal(Enumerable.Range(0, 12).Select(i => $"n{i}"), (await SettingsAsync()).Names);
    }

    [Fact]
    public async Task An_empty_list_of_the_catalog_is_an_empty_list()
    {
        _app.WriteStage(""" "settings": { "names": [] } """);

        Assert.Empty((await SettingsAsync()).Names);
    }

    [Fact]
    public async Task What_the_catalog_lacks_the_host_may_have()
    {
        _app.WriteStage(""" "settings": { "name": "" } """);
        _app.Settings[$"{Path}:Name"] = "n";

        Assert.Equal("n", (await SettingsAsync()).Name);
    }

    [Theory]
    [InlineData("Nmae", "x", "Stages:Copy:Settings:Nmae is unknown; allowed are Name, Number, ")]
    [InlineData("Number", "11", "Stages:Copy:Settings:Number is 11; allowed is 1 to 10.")]
    [InlineData("Optional", "x", "Stages:Copy:Settings:Optional is 'x'; allowed is a whole number.")]
    [InlineData("Ratio", "half", "Stages:Copy:Settings:Ratio is 'half'; allowed is a number.")]
    [InlineData("Day", "Someday", "Stages:Copy:Settings:Day is 'Someday'; allowed is Sunday or Monday or ")]
    [InlineData("Day", "42", "Stages:Copy:Settings:Day is '42'; allowed is Sunday or Monday or ")]
    [InlineData("Pause", "30", "Stages:Copy:Settings:Pause is '30'; allowed is a span of time such as 00:00:30.")]
    [InlineData("Name", "", "Stages:Copy:Settings:Name is '': set it to a name")]
    [InlineData("Names", "a,b", "Stages:Copy:Settings:Names is 'a,b'; allowed is a list, its items as Stages:Copy:Settings:Names:0, ")]
    [InlineData("Numbers:1", "x", "Stages:Copy:Settings:Numbers:1 is 'x'; allowed is a whole number.")]
    [InlineData("Lookup", "x", "Stages:Copy:Settings:Lookup is 'x'; allowed are keys below it: Attempts, ")]
    [InlineData("Lookup:Atempts", "1", "Stages:Copy:Settings:Lookup:Atempts is unknown; allowed are Attempts, ")]
    [InlineData("Lookup:Cache:MaxBytes", "-1", "Stages:Copy:Settings:Lookup:Cache:MaxBytes is -1; allowed is 0 to 68719476736.")]
    [InlineData("Lookup:Cache:Redis:Timeout", "00:01:00", "Stages:Copy:Settings:Lookup:Cache:Redis:Timeout is 00:01:00; allowed is 00:00:00.0050000 to 00:00:05.")]
    [InlineData("Lookup:RateLimit:Burst", "0", "Stages:Copy:Settings:Lookup:RateLimit:Burst is 0; allowed is 1 to 1000000.")]
    [InlineData("Lookup:Auth:Kind", "Basic", "Stages:Copy:Settings:Lookup:Auth:Kind is 'Basic'; allowed is None or Header or Bearer or ClientCertificate or ClientCredentials.")]
    [InlineData("Lookup:Attempts", "0", "Stages:Copy:Settings:Lookup:Attempts is 0; allowed is 1 to 100.")]
    public async Task A_setting_that_is_wrong_is_refused_by_its_name(string name, string value, string refusal)
    {
        _app.Settings[$"{Path}:{name}"] = value;

        Assert.Contains(refusal, await _app.RefusalAsync(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(""" { "nmae": "x" } """, "catalog:stages:Copy:settings:nmae is unknown; allowed are Name, ")]
    [InlineData(""" { "number": "x" } """, "catalog:stages:Copy:settings:Number is 'x'; allowed is a whole number.")]
    [InlineData(""" { "number": null } """, "catalog:stages:Copy:settings:Number is null; allowed is a whole number.")]
    [InlineData(""" { "number": [1] } """, "catalog:stages:Copy:settings:Number has '0' below it; allowed is a whole number.")]
    [InlineData(""" { "number": 11 } """, "Stages:Copy:Settings:Number is 11; allowed is 1 to 10.")]
    [InlineData(""" { "names": [{ "a": 1 }] } """, "catalog:stages:Copy:settings:Names:0 has 'a' below it; allowed is a text.")]
    [InlineData(""" { "name": "a", "NAME": "b" } """, "catalog:stages:Copy:settings cannot be used: ")]
    [InlineData(""" 5 """, "catalog:stages:Copy:settings is 5; allowed is an object.")]
    public async Task A_setting_of_the_catalog_that_is_wrong_is_refused_by_its_name(string settings, string refusal)
    {
        _app.WriteStage($""" "settings": {settings} """);

        Assert.Contains(refusal, await _app.RefusalAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Settings_in_the_catalog_for_a_stage_that_takes_none_are_refused()
    {
        _app.Stages = app => app.AddStage<Copy>();
        _app.WriteStage(""" "settings": { "name": "n" } """);

        Assert.Contains("catalog:stages:Copy:settings is set, but stage Copy takes no settings", await _app.RefusalAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_lookup_that_could_ask_nobody_is_refused_with_its_stage()
    {
        _app.Services = services => services.AddSingleton<Millrace.Core.ISink, Millrace.Testing.InMemorySink>();
        _app.Stages = app => app.AddStage<Asking, CopySettings>();
        _app.Write("stages.json", """{ "stages": { "Asking": { "inputs": ["in"] } } }""");

        var refusal = await _app.RefusalAsync();

        Assert.Contains("Stage Asking", refusal, StringComparison.Ordinal);
        Assert.Contains("AllowedHosts is empty", refusal, StringComparison.Ordinal);
    }

    private Task<CopySettings> SettingsAsync() => _app.StartedAsync(services => services.GetRequiredService<CopySettings>());

    /// <summary>A stage that makes its lookup when it is made.</summary>
    private sealed class Asking(CopySettings settings, LookupFactory lookups) : Millrace.Core.IStage, IDisposable
    {
        private readonly HttpLookup _lookup = lookups.Create(settings.Lookup);

        public ValueTask<Millrace.Core.Outcome> ProcessAsync(Millrace.Core.Event input, CancellationToken cancellation) => throw new NotSupportedException();

        public void Dispose() => _lookup.Dispose();
    }
}
