namespace Millrace.Local.Tests;

/// <summary>The checks of <c>millrace doctor</c> that need no broker: each finds nothing where all is well, and what a test breaks.</summary>
public sealed class DoctorMachineTests : IDisposable
{
    private readonly Patient _patient = new(withTopics: false);

    public void Dispose() => _patient.Dispose();

    [Fact]
    public async Task A_native_library_that_cannot_be_loaded_is_an_error()
    {
        Assert.Empty(await _patient.RunAsync(new NativeLibraryCheck()));

        AssertOne(DoctorVerdict.Error, "It cannot be loaded: librdkafka.so", await _patient.RunAsync(new NativeLibraryCheck(() => throw new DllNotFoundException("librdkafka.so"))));
    }

    [Fact]
    public async Task A_native_library_that_is_too_old_is_an_error() =>
        AssertOne(DoctorVerdict.Error, "It is version 1.9.2-RC1; needed is 2.3 or younger.", await _patient.RunAsync(new NativeLibraryCheck(() => "1.9.2-RC1")));

    [Fact]
    public async Task Tools_that_are_not_there_are_a_note_and_old_ones_a_warning()
    {
        Assert.Empty(await _patient.RunAsync(new FunctionsToolsCheck(_ => Task.FromResult<string?>("4.0.7030\n"))));

        AssertOne(DoctorVerdict.Note, "It is not installed", await _patient.RunAsync(new FunctionsToolsCheck(_ => Task.FromResult<string?>(null))));
        AssertOne(DoctorVerdict.Warning, "It is version '3.0.4'; the app is made for 4.", await _patient.RunAsync(new FunctionsToolsCheck(_ => Task.FromResult<string?>("3.0.4"))));
    }

    [Fact]
    public async Task A_disk_without_room_is_a_warning()
    {
        Assert.Empty(await _patient.RunAsync(new DiskCheck(_ => 2L << 30)));

        AssertOne(DoctorVerdict.Warning, "Its disk has 512 MiB left.", await _patient.RunAsync(new DiskCheck(_ => 512L << 20)));
    }

    [Fact]
    public async Task A_schema_that_cannot_be_had_is_an_error_for_each_stage_that_writes_by_it()
    {
        Assert.Empty(await _patient.RunAsync(new SchemasCheck()));

        var empty = Directory.CreateTempSubdirectory("millrace-schemas-").FullName;
        _patient.Schemas = [empty];
        var found = await _patient.RunAsync(new SchemasCheck());
        Directory.Delete(empty);

        Assert.Equal(["PageChange, /mediawiki/page/change/1.3.0", "PageChange, /error/2.1.0"], found.Take(2).Select(finding => finding.Subject));
        Assert.All(found, finding => Assert.Equal(DoctorVerdict.Error, finding.Verdict));
    }

    [Fact]
    public async Task A_repository_of_schemas_that_is_not_there_is_an_error()
    {
        _patient.Schemas = ["/nowhere"];

        AssertOne(DoctorVerdict.Error, "there is no directory '/nowhere/'", await _patient.RunAsync(new SchemasCheck()));
    }

    [Theory]
    [InlineData("postgres", "ConnectionString", "Host=127.0.0.1;Port=9;Database=d;Username=u", "Failed to connect to 127.0.0.1:9")]
    [InlineData("postgres", "Schema", "pg_x", "Schema")]
    [InlineData("http", "Address", "http://127.0.0.1:9/events", "Connection refused")]
    [InlineData("lake", "Path", "FILE/lake", "is a file; allowed is a directory.")]
    [InlineData("lake", "Path", "http://127.0.0.1:9/lake", "Connection refused")]
    public async Task A_store_that_cannot_be_reached_is_an_error(string store, string setting, string value, string problem)
    {
        var file = Path.GetTempFileName();
        _patient.Add("ToStore", $$"""{ "connector": "{{store}}", "inputs": ["mediawiki.page_change.v1"] }""").Set($"Stages:ToStore:Settings:{setting}", value.Replace("FILE", file, StringComparison.Ordinal));

        var found = await _patient.RunAsync(new StoresCheck());
        File.Delete(file);

        AssertOne(DoctorVerdict.Error, problem, found);
    }

    [Fact]
    public async Task A_store_that_can_be_reached_is_well_and_nothing_is_left_in_it()
    {
        var lake = Directory.CreateTempSubdirectory("millrace-lake-");
        _patient.Add("ToStore", """{ "connector": "lake", "inputs": ["mediawiki.page_change.v1"] }""").Set("Stages:ToStore:Settings:Path", lake.FullName);

        Assert.Empty(await _patient.RunAsync(new StoresCheck()));
        Assert.Empty(lake.EnumerateFileSystemInfos());
        lake.Delete();
    }

    internal static void AssertOne(DoctorVerdict verdict, string sentence, IReadOnlyList<DoctorFinding> findings)
    {
        var finding = Assert.Single(findings);
        Assert.Equal(verdict, finding.Verdict);
        Assert.Contains(sentence, finding.Sentence, StringComparison.Ordinal);
        Assert.NotEmpty(finding.Remedy);
    }
}
