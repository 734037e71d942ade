using System.Text;

namespace Millrace.Connectors.Tests.Lake;

/// <summary>What files of a lake promise, wherever they are.</summary>
public abstract class LakeFilesTests
{
    protected abstract ILakeFiles Files { get; }

    protected static async Task OfSeveral_one_createsAsync(ILakeFiles files)
    {
        var created = await Task.WhenAll(Enumerable.Range(0, 8).Select(i => Task.Run(() => files.TryCreateAsync("table/_delta_log/0.json", Encoding.UTF8.GetBytes($"writer {i}"), default))));
        var winner = Assert.Single(Enumerable.Range(0, 8), i => created[i]);
        Assert.Equal($"writer {winner}", Encoding.UTF8.GetString((await files.TryReadAsync("table/_delta_log/0.json", default))!));
    }

    protected static async Task Files_are_listed_and_deletedAsync(ILakeFiles files)
    {
        Assert.Empty(await files.ListAsync("none", default));
        Assert.Null(await files.TryReadAsync("none/file", default));
        Assert.True(await files.TryCreateAsync("one/b=1/file", "12345"u8.ToArray(), default));
        Assert.True(await files.TryCreateAsync("one/a", "1"u8.ToArray(), default));
        Assert.True(await files.TryCreateAsync("oneself/a", "1"u8.ToArray(), default));
        Assert.Equal([("one/a", 1L), ("one/b=1/file", 5L)], (await files.ListAsync("one", default)).Select(file => (file.Name, file.Size)));
        Assert.Equal(3, (await files.ListAsync("", default)).Count(file => file.Name.StartsWith("one", StringComparison.Ordinal)));
        Assert.True(await files.ExistsAsync("one/a", default));
        await files.DeleteAsync("one/a", default);
        await files.DeleteAsync("one/a", default);
        await files.DeleteAsync("nowhere/a", default);
        Assert.False(await files.ExistsAsync("one/a", default));
    }
}

public sealed class DirectoryFilesTests : LakeFilesTests, IDisposable
{
    private readonly string _directory = Directory.CreateTempSubdirectory("millrace-lake-").FullName;

    protected override ILakeFiles Files => new DirectoryFiles(_directory);

    public void Dispose() => Directory.Delete(_directory, recursive: true);

    [Fact]
    public Task Of_several_one_creates() => OfSeveral_one_createsAsync(Files);

    [Fact]
    public Task Files_are_listed_and_deleted() => Files_are_listed_and_deletedAsync(Files);
}

public sealed class BlobFilesTests(AzuriteServer azurite) : LakeFilesTests, IClassFixture<AzuriteServer>
{
    protected override ILakeFiles Files { get; } = azurite.ConnectionString.Length == 0 ? null! : LakePlace.Open($"lake{Guid.NewGuid():N}/some/folder", azurite.ConnectionString);

    [AzuriteFact]
    public Task Of_several_one_creates() => OfSeveral_one_createsAsync(Files);

    [AzuriteFact]
    public Task Files_are_listed_and_deleted() => Files_are_listed_and_deletedAsync(Files);

    [AzuriteFact]
    public async Task A_lake_of_blobs_has_each_event_once()
    {
        using var lake = new LakeFixture { Files = Files };
        await using (var store = lake.Open())
        {
            for (var next = 100; next <= 300; next += 100)
            {
                await LakeFixture.WriteAsync(store, Enumerable.Range(0, next).Select(i => LakeFixture.Event(i, dt: $"2026-07-05T{i % 3:00}:00:00Z")));
                await store.FlushAsync(default);
            }
        }

        await new Compaction(Files, LakeFixture.Table, lake.Time).RunAsync(null, default);
        Assert.Equal(3, (await lake.Log().ReadAsync(default)).Files.Count);

        // DuckDB reads directories; the blobs come into one.
        foreach (var file in await Files.ListAsync(LakeFixture.Table, default))
        {
            Directory.CreateDirectory(Path.GetDirectoryName(Path.Combine(lake.Root, file.Name))!);
            await File.WriteAllBytesAsync(Path.Combine(lake.Root, file.Name), (await Files.TryReadAsync(file.Name, default))!);
        }

        await lake.AssertNumbersAsync([.. Enumerable.Range(0, 300).Select(i => (long)i)]);
    }

    [AzuriteFact]
    public async Task A_zombie_on_blobs_cannot_commit()
    {
        using var lake = new LakeFixture { Files = Files };
        await using var zombie = lake.Open();
        await using var old = await zombie.OpenAsync(LakeFixture.Stage(), LakeFixture.Partition, default);
        await using var store = lake.Open();
        await using var session = await store.OpenAsync(LakeFixture.Stage(), LakeFixture.Partition, default);
        await Assert.ThrowsAsync<Core.SinkException>(async () => await old.CommitAsync(1, default));
        Assert.Empty(await session.CommitAsync(1, default));
    }
}
