using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace Millrace.Console.Tests;

[Collection(ChangingBrowserTests.Name)]
public sealed class ReplayPageTests(Browsers browsers)
{
    [BrowserFact]
    public async Task A_replay_shows_first_what_it_would_do_and_then_what_came_of_it()
    {
        await using var page = await browsers.OpenAsync("#/errors?text=replayed-as-it-is");
        await page.Find(".error-list a").First.ClickAsync();
        await page.Find("button:text-is('Replay…')").ClickAsync();
        await page.SeeAsync("dialog", "1 event would go through its stage again");
        await page.SeeAsync("dialog", $"{HostileEvents.Stream}/");
        await page.LookAsync("replay-plan");
        await page.Find("dialog button.primary").ClickAsync();
        await page.SeeAsync("dialog", "1 event requested");
        await page.SeeAsync("dialog .state", "failed again");
        await page.LookAsync("replay-done");
        await page.Page.Keyboard.PressAsync("Escape");
        await page.SeeAsync(".error-side", "failed again as");
    }

    [BrowserFact]
    public async Task A_corrected_copy_is_checked_compared_and_replayed_until_it_is_resolved()
    {
        await using var page = await browsers.OpenAsync("#/errors?text=replayed-corrected");
        await page.Find(".error-list a").First.ClickAsync();
        await page.SeeAsync(".error-side", "Failed");
        await page.Page.Keyboard.PressAsync("e");
        var area = page.Find(".error-side textarea");
        await page.SeeAsync(".error-side .problems", "rev_id");
        await Expect(page.Find("button:text-is('Replay this copy…')")).ToBeDisabledAsync();
        await area.FillAsync((await area.InputValueAsync()).Replace("\"rev_id\": \"replayed-corrected\"", "\"rev_id\": 1001", StringComparison.Ordinal));
        await page.SeeAsync(".error-side .checked [role=status]", "Valid");
        await page.SeeAsync(".error-side .diff-gone", "replayed-corrected");
        await page.SeeAsync(".error-side .diff-new", "\"rev_id\": 1001");
        await page.LookAsync("error-edit");
        await page.Find("button:text-is('Replay this copy…')").ClickAsync();
        await page.SeeAsync("dialog", "1 event would go through its stage again");
        await page.Find("dialog button.primary").ClickAsync();
        await page.SeeAsync("dialog .state", "resolved");
        await page.Find("dialog button:text-is('Close')").ClickAsync();
        await page.SeeAsync(".error-side h2 .state", "resolved");
        await page.SeeAsync(".error-side .facts", "as an edited copy");

        // It is left alone from now on, unless one asks.
        await page.Find("button:text-is('Replay…')").ClickAsync();
        await page.SeeAsync("dialog", "There is nothing to replay.");
        await page.SeeAsync("dialog", "1 replayed before");
        await Expect(page.Find("dialog button.primary")).ToBeDisabledAsync();
        await page.Page.GetByLabel("Also those that were replayed before").CheckAsync();
        await page.SeeAsync("dialog", "1 event would go through its stage again");
        await page.Page.GetByText("Cancel").ClickAsync();
        await Expect(page.Find("dialog")).ToHaveCountAsync(0);
    }

    [BrowserFact]
    public async Task While_many_are_requested_it_shows_how_many_are()
    {
        await using var page = await browsers.OpenAsync("#/errors?text=replayed-together");
        var answer = new TaskCompletionSource();
        await page.Page.RouteAsync("**/api/replays", async route =>
        {
            if (route.Request.Method == "GET")
            {
                await route.FulfillAsync(new RouteFulfillOptions { ContentType = "application/json", Body = """{"running":true,"requested":1}""" });
                return;
            }

            if (route.Request.PostData!.Contains("\"dryRun\":false", StringComparison.Ordinal))
            {
                await answer.Task;
            }

            await route.ContinueAsync();
        });
        await page.Find("button:has-text('Replay all 2…')").ClickAsync();
        await page.SeeAsync("dialog", "2 events would go through their stage again");
        await page.Find("dialog button.primary").ClickAsync();

        await page.SeeAsync("dialog", "1 of 2 events requested…");
        await page.LookAsync("replay-progress");
        answer.SetResult();
        await page.SeeAsync("dialog", "2 events requested.");
    }

    [BrowserFact]
    public async Task Some_are_chosen_and_replayed_together()
    {
        await using var page = await browsers.OpenAsync("#/errors?text=replayed-together");
        await Expect(page.Find(".error-list > li")).ToHaveCountAsync(2);
        await page.Page.GetByLabel("Select all that are shown").CheckAsync();
        await page.Find("button:has-text('Replay 2 selected events…')").ClickAsync();
        await page.SeeAsync("dialog", "2 events would go through their stage again");
        await page.Find("dialog button.primary").ClickAsync();
        await page.SeeAsync("dialog", "2 events requested");
    }
}
