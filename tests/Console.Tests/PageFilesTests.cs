using System.Net;

namespace Millrace.Console.Tests;

public sealed class PageFilesTests
{
    [Fact]
    public async Task The_page_is_served_and_is_not_sent_again_to_whoever_has_it()
    {
        await using var console = await ObservedConsole.StartAsync();

        using var first = await console.Client.GetAsync("");
        using var again = new HttpRequestMessage(HttpMethod.Get, "");
        again.Headers.TryAddWithoutValidation("If-None-Match", first.Headers.ETag!.ToString());
        using var second = await console.Client.SendAsync(again);

        Assert.Equal(("text/html", HttpStatusCode.OK), (first.Content.Headers.ContentType!.MediaType, first.StatusCode));
        Assert.Contains("<!doctype html>", await first.Content.ReadAsStringAsync(), StringComparison.OrdinalIgnoreCase);
        Assert.Equal(HttpStatusCode.NotModified, second.StatusCode);
    }

    [Fact]
    public async Task What_is_a_file_of_the_pages_is_an_asset_and_nothing_else_is()
    {
        await using var console = await ObservedConsole.StartAsync();

        foreach (var (path, status) in new[] { ("assets/index.html", 200), ("assets/nothing.js", 404), ("assets/..%2f..%2fProgram.cs", 404), ("assets/%2fetc%2fpasswd", 404), ("assets/", 404) })
        {
            Assert.Equal((path, status), (path, (await console.GetAsync(path)).Status));
        }
    }

    [Fact]
    public async Task No_page_has_scripts_styles_or_addresses_that_the_policy_forbids()
    {
        await using var console = await ObservedConsole.StartAsync();

        var page = await console.Client.GetStringAsync("");

        Assert.DoesNotMatch("""<script(?![^>]*\ssrc=)|<style|\sstyle=|\son[a-z]+=|(src|href)="(https?:)?//|(src|href)="/""", page);
    }
}
