namespace Millrace.Console.Tests;

/// <summary>That the checks of pages find what they are for.</summary>
[Collection(BrowserTests.Name)]
public sealed class PageChecksTests(Browsers browsers)
{
    private static readonly (string Breakage, string Found)[] Wrongs =
    [
        ("made = Object.assign(document.createElement('p'), { textContent: 'pale' }); made.style.color = '#999'; made.style.background = '#fff'", "contrast of 2.8"),
        ("made = document.createElement('input')", "has no name"),
        ("made = Object.assign(document.createElement('p'), { id: 'main' })", "the id main is there twice"),
        ("made = document.createElement('h1')", "2 headings"),
        ("made = document.createElement('img')", "has no alt"),
        ("made = Object.assign(document.createElement('p'), { textContent: 'wide' }); made.style.width = '3000px'", "wider than its window"),
    ];

    private static readonly (string Happening, string Noticed)[] Events =
    [
        ("alert('hello')", "dialog: hello"),
        ("setTimeout(() => { throw new Error('broken') })", "script: Error: broken"),
        ("document.body.append(Object.assign(document.createElement('script'), { textContent: '1' }))", "Content Security Policy"),
        ("document.body.setAttribute('onclick', 'alert(1)'); document.body.click()", "inline event handler"),
        ("document.body.append(Object.assign(document.createElement('img'), { src: 'http://127.0.0.1:9/x.png', alt: '' }))", "img-src"),
    ];

    [BrowserFact]
    public async Task What_is_wrong_with_a_page_is_found()
    {
        await using var page = await browsers.OpenAsync("#/trace/nothing");
        await page.SeeAsync(".empty", "nothing");
        foreach (var (breakage, found) in Wrongs)
        {
            Assert.Empty(await page.CheckAsync());
            await page.Page.EvaluateAsync($"() => {{ let made; {breakage}; made.classList.add('made'); document.getElementById('main').append(made); }}");
            Assert.Contains(found, string.Join('\n', await page.CheckAsync()), StringComparison.Ordinal);
            await page.Page.EvaluateAsync("() => document.querySelector('.made').remove()");
        }
    }

    [BrowserFact]
    public async Task What_must_not_happen_on_a_page_is_noticed()
    {
        await using var page = await browsers.OpenAsync("#/trace/nothing");
        foreach (var (happening, noticed) in Events)
        {
            await page.Page.EvaluateAsync($"() => {{ {happening}; }}");
            await Eventually.IsTrueAsync(() => page.HasFault(noticed));
        }

        page.ForgetFaults();
    }
}
