using System.Globalization;
using System.Text.RegularExpressions;
using CustomerTrack.Harness;
using Microsoft.Playwright;

namespace CustomerTrack.Dashboard;

/// <summary>The pages of a service that has taken in files, in a browser.</summary>
public sealed partial class PageTests(Chromium chromium, FilledSite site) : IClassFixture<Chromium>, IClassFixture<FilledSite>
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("/", "Overview")]
    [InlineData("/customer", "Customer")]
    [InlineData($"/customer?of=customer&key={FilledSite.Key}", "Customer")]
    [InlineData("/quarantine", "Quarantine")]
    [InlineData("/silos", "Silos")]
    public async Task Every_page_fits_a_wide_and_a_narrow_window_in_both_themes_and_asks_nobody_else(string address, string title)
    {
        foreach (var (isDark, width) in new[] { (false, 1280), (true, 390) })
        {
            await using var window = await chromium.OpenAsync(site.Address, isDark, width, key: FilledSite.Operator);
            await window.GoAsync(address);

            Assert.Equal(title, await window.TextAsync("h1"));
            Assert.Equal($"{title} · CustomerTrack", await window.Page.TitleAsync());
            Assert.False(await window.ScrollsSidewaysAsync(), $"{address} is wider than {width}.");
            await Fact.AwaitAsync(async () => isDark == await window.BackgroundAsync() < 80, Patience, Token);
            Assert.Empty(window.Faults);
        }
    }

    [Fact]
    public async Task The_figures_of_the_overview_are_those_of_the_status()
    {
        await using var window = await chromium.OpenAsync(site.Address, key: FilledSite.Reader);
        await window.GoAsync("/");

        // Other tests of the class may add records: both are asked until they were asked between two of them.
        await Fact.AwaitAsync(
            async () => (await FiguresAsync(window)).SequenceEqual(await StatusFiguresAsync()),
            Patience,
            Token,
            async () => $"The page has {string.Join(", ", await FiguresAsync(window))}; the status {string.Join(", ", await StatusFiguresAsync())}.");
        Assert.InRange((await StatusFiguresAsync())[0], 8, long.MaxValue);
    }

    [Fact]
    public async Task A_record_that_comes_while_the_overview_is_open_is_counted_within_seconds()
    {
        await using var window = await chromium.OpenAsync(site.Address, key: FilledSite.Reader);
        await window.GoAsync("/");
        var before = await NumberAsync(window, "#duplicates");

        using var again = new StringContent("""{"customer_id":"C2","first_name":"Other","last_name":"Person","email":"other@example.com","city":"Rome","updated_at":"2024-01-01T00:00:00Z"}""" + "\n", new System.Net.Http.Headers.MediaTypeHeaderValue("application/x-ndjson"));
        (await site.Service.Http.PostAsync("api/customer", again, Token)).EnsureSuccessStatusCode();

        await Fact.AwaitAsync(async () => await NumberAsync(window, "#duplicates") == before + 1, Patience, Token);
    }

    [Fact]
    public async Task A_customers_page_shows_versions_gaps_and_late_corrections_and_why_they_are()
    {
        await using var window = await chromium.OpenAsync(site.Address, key: FilledSite.Person);
        await window.GoAsync("/customer");
        await window.Page.Locator("#key").FillAsync(FilledSite.Key);
        await window.Page.Locator("#key").PressAsync("Enter");
        await window.Page.Locator("#shown-key").WaitForAsync();

        Assert.Equal(4, await window.Page.Locator(".timeline g.version").CountAsync());
        Assert.Equal(1, await window.Page.Locator(".timeline g.gap").CountAsync());
        Assert.Equal(1, await window.Page.Locator(".timeline g.late").CountAsync());
        Assert.Contains("Kiel", await window.TextAsync("section[aria-label=State]"), StringComparison.Ordinal);
        Assert.Contains("marked@example.com", await window.TextAsync("section[aria-label=State]"), StringComparison.Ordinal);

        await window.Page.Locator(".timeline g.late rect").First.ClickAsync();
        var why = window.Page.Locator("section[aria-label='Why this version exists']");
        await Assertions.Expect(why).ToContainTextAsync("It split the version from 2024-01-01");
        await Assertions.Expect(why).ToContainTextAsync("customer_2.csv");
        Assert.Equal("https://traces.example/search?file=customer_2.csv&of=%22", await why.Locator("#trace").GetAttributeAsync("href"));
        await Assertions.Expect(why).ToContainTextAsync("city");
        await Assertions.Expect(window.Page.Locator("section[aria-label=State]")).ToContainTextAsync("Paris");

        await window.Page.Locator("input[type=range]").FillAsync("0");
        await Assertions.Expect(window.Page.Locator("section[aria-label=State]")).ToContainTextAsync("Bonn");
        Assert.Empty(window.Faults);
    }

    [Fact]
    public async Task In_a_narrow_window_the_picked_version_is_the_one_that_is_seen_side_by_side()
    {
        await using var window = await chromium.OpenAsync(site.Address, width: 390, key: FilledSite.Operator);
        await window.GoAsync($"/customer?of=customer&key={FilledSite.Key}");
        var picked = window.Page.Locator(".attributes th.picked");

        await Assertions.Expect(picked).ToContainTextAsync("2024-06-01");
        await Fact.AwaitAsync(() => IsSeenAsync(picked), Patience, Token);
        await window.Page.GetByLabel("The version before").ClickAsync();
        await Assertions.Expect(picked).ToContainTextAsync("2024-05-01");
        await Fact.AwaitAsync(() => IsSeenAsync(picked), Patience, Token);

        // From side to side, whether or not the page is scrolled down to it.
        static Task<bool> IsSeenAsync(ILocator column) => column.EvaluateAsync<bool>("c => c.getBoundingClientRect().left >= c.parentElement.firstElementChild.getBoundingClientRect().right - 2 && c.getBoundingClientRect().left < innerWidth - 60");
    }

    [Fact]
    public async Task Who_may_not_see_personal_values_sees_masks_wherever_there_would_be_one()
    {
        await using var window = await chromium.OpenAsync(site.Address, key: FilledSite.Reader);
        await window.GoAsync($"/customer?of=customer&key={FilledSite.Key}");
        var customer = await window.Page.ContentAsync();
        await window.GoAsync("/quarantine");
        await window.Page.GetByRole(AriaRole.Button, new() { Name = "Examples" }).First.ClickAsync();
        await window.Page.Locator(".record").First.WaitForAsync();
        var quarantine = await window.Page.ContentAsync();

        Assert.Contains("Kiel", customer, StringComparison.Ordinal);
        Assert.Contains("•••••", customer, StringComparison.Ordinal);
        Assert.Contains("•••••", quarantine, StringComparison.Ordinal);
        Assert.Contains("Oslo", quarantine, StringComparison.Ordinal);
        foreach (var page in new[] { customer, quarantine })
        {
            Assert.DoesNotContain("example.com", page, StringComparison.Ordinal);
            Assert.DoesNotContain("Marked", page, StringComparison.Ordinal);
            Assert.DoesNotContain("Nameless", page, StringComparison.Ordinal);
            Assert.DoesNotContain("someday", page, StringComparison.Ordinal);
        }

        Assert.Equal(0, await window.Page.GetByRole(AriaRole.Button, new() { Name = "Replay" }).CountAsync());
    }

    [Fact]
    public async Task The_quarantine_is_replayed_by_who_may_operate()
    {
        await using var window = await chromium.OpenAsync(site.Address, key: FilledSite.Operator);
        await window.GoAsync("/quarantine");
        await window.Page.Locator("section[aria-label=null_key]").GetByRole(AriaRole.Button, new() { Name = "Replay" }).ClickAsync();

        await Assertions.Expect(window.Page.Locator("#replayed")).ToContainTextAsync("1 record of null_key tried again: 0 accepted, 1 back in quarantine");
        await Assertions.Expect(window.Page.Locator("[data-reason=null_key]")).ToHaveTextAsync("1");
        Assert.Empty(window.Faults);
    }

    [Fact]
    public async Task An_unknown_key_is_told_as_such()
    {
        await using var window = await chromium.OpenAsync(site.Address, key: FilledSite.Reader);
        await window.GoAsync("/customer?of=customer&key=nobody");

        Assert.Contains("No record of this key", await window.TextAsync("#unknown"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_choice_of_colours_is_remembered()
    {
        await using var window = await chromium.OpenAsync(site.Address, key: FilledSite.Reader);
        await window.GoAsync("/");
        await window.Page.Locator("#theme-switch").ClickAsync();
        await Fact.AwaitAsync(async () => await window.BackgroundAsync() < 80, Patience, Token);

        await window.GoAsync("/silos");

        Assert.InRange(await window.BackgroundAsync(), 0, 80);
    }

    [Fact]
    public async Task A_keyboard_alone_skips_to_the_content_and_walks_the_pages()
    {
        await using var window = await chromium.OpenAsync(site.Address, key: FilledSite.Reader);
        await window.GoAsync("/");
        Assert.Equal("Skip to the content", await window.Page.EvaluateAsync<string>("document.querySelector('a, button, input').innerText"));
        await window.Page.Locator("a.skip").FocusAsync();
        await window.Page.Keyboard.PressAsync("Enter");
        Assert.Equal("main", await window.Page.EvaluateAsync<string>("document.activeElement.id"));
        await window.Page.GetByRole(AriaRole.Link, new() { Name = "Silos" }).FocusAsync();
        await window.Page.Keyboard.PressAsync("Enter");

        await Assertions.Expect(window.Page.Locator("h1")).ToHaveTextAsync("Silos");
        await Assertions.Expect(window.Page.Locator("[data-shards]")).Not.ToHaveTextAsync("0");
    }

    [Fact]
    public async Task Orleans_own_dashboard_is_for_who_may_see_customers_and_needs_nobody_else()
    {
        await using var window = await chromium.OpenAsync(site.Address, key: FilledSite.Person);
        var answer = await window.Page.GotoAsync("/orleans/");

        Assert.Equal(200, answer!.Status);
        Assert.DoesNotContain(window.Faults, fault => fault.StartsWith("The page asked", StringComparison.Ordinal));
        await using var reader = await chromium.OpenAsync(site.Address, key: FilledSite.Reader);
        Assert.Equal(403, (await reader.Page.GotoAsync("/orleans/"))!.Status);
    }

    private static async Task<IReadOnlyList<long>> FiguresAsync(Window window)
    {
        var figures = new List<long>();
        foreach (var place in new[] { "#rows", "#opened", "#closed", "#retracted", "#noops", "#duplicates", "#late", "#quarantined", "[data-current=customer]", "[data-history=customer]" })
        {
            figures.Add(await NumberAsync(window, place));
        }

        return figures;
    }

    private async Task<IReadOnlyList<long>> StatusFiguresAsync()
    {
        var status = await site.Service.StatusAsync(Token);
        var ingested = status.GetProperty("ingested");
        var counts = ingested.GetProperty("counts");
        var tables = status.GetProperty("dimensions")[0];
        return
        [
            ingested.GetProperty("rows").GetInt64(),
            .. new[] { "opened", "closed", "retracted", "noOps", "duplicates", "late" }.Select(name => counts.GetProperty(name).GetInt64()),
            ingested.GetProperty("quarantined").EnumerateObject().Sum(reason => reason.Value.GetInt64()),
            tables.GetProperty("currentRows").GetInt64(),
            tables.GetProperty("historyRows").GetInt64(),
        ];
    }

    private static async Task<long> NumberAsync(Window window, string selector) =>
        long.Parse(NoDigit().Replace(await window.TextAsync(selector), ""), CultureInfo.InvariantCulture);

    [GeneratedRegex("[^0-9]")]
    private static partial Regex NoDigit();
}
