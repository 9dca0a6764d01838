using System.Diagnostics;
using System.Globalization;
using System.Text;
using CustomerTrack.Harness;
using Microsoft.Playwright;

namespace CustomerTrack.Dashboard;

/// <summary>The page of live changes of a running service, in a browser.</summary>
public sealed class LivePageTests(Chromium chromium) : IClassFixture<Chromium>, IAsyncLifetime
{
    private readonly TestFolder _folder = new();
    private RunningService _service = null!;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        Chromium.Need();
        var site = new Site(_folder.In("data"), Harness.Definitions.Write(_folder.Path));
        _service = await site.ServeAsync(Token);
    }

    public async ValueTask DisposeAsync()
    {
        if (_service is not null)
        {
            await _service.DisposeAsync();
        }

        _folder.Dispose();
    }

    [Fact]
    public async Task A_change_appears_with_old_and_new_can_be_filtered_and_waits_while_the_page_is_paused()
    {
        await using var window = await chromium.OpenAsync(_service.Http.BaseAddress!);
        var page = window.Page;
        await window.GoAsync("/live");
        await Assertions.Expect(page.GetByText("Nothing has changed since the feed was opened.")).ToBeVisibleAsync();

        await PostAsync(Record("C1", 1, "Ulm"), Record("C2", 1, "Bonn"));
        await Assertions.Expect(page.Locator(".live-row")).ToHaveCountAsync(2);
        await PostAsync(Record("C1", 2, "Kiel"));
        await Assertions.Expect(page.Locator(".live-row").First).ToContainTextAsync("update");
        await Assertions.Expect(page.Locator(".live-row").First.Locator(".live-change", new() { HasText = "city" })).ToContainTextAsync("Ulm → Kiel");

        await page.Locator("#live-pause").ClickAsync();
        await PostAsync(Record("C2", 2, "Rome"));
        await Assertions.Expect(page.Locator("#live-counts")).ToContainTextAsync("1 waiting");
        await Assertions.Expect(page.Locator(".live-row")).ToHaveCountAsync(3);
        await page.Locator("#live-pause").ClickAsync();
        await Assertions.Expect(page.Locator(".live-row")).ToHaveCountAsync(4);

        await page.Locator("#live-key").FillAsync("C1");
        await page.Locator("#live-key").PressAsync("Enter");
        await Assertions.Expect(page.Locator(".live-row")).ToHaveCountAsync(2);
        await page.Locator("#live-field").SelectOptionAsync("first_name");
        await Assertions.Expect(page.Locator(".live-row")).ToHaveCountAsync(1);
        await page.Locator("#live-key").FillAsync("nobody");
        await page.Locator("#live-key").PressAsync("Enter");
        await Assertions.Expect(page.GetByText("None of the changes seen so far passes the filters.")).ToBeVisibleAsync();
        Assert.Empty(window.Faults);
    }

    [Fact]
    public async Task With_a_thousand_updates_a_second_the_page_stays_responsive_and_draws_only_what_is_seen()
    {
        const int Seconds = 5;
        await using var window = await chromium.OpenAsync(_service.Http.BaseAddress!);
        var page = window.Page;
        await window.GoAsync("/live");
        await Assertions.Expect(page.GetByText("Nothing has changed since the feed was opened.")).ToBeVisibleAsync();

        // The longest time in which the page drew nothing.
        await page.EvaluateAsync("(() => { window.longest = 0; let last = performance.now(); const step = now => { window.longest = Math.max(window.longest, now - last); last = now; requestAnimationFrame(step); }; requestAnimationFrame(step); })()");
        var posting = PostManyAsync(Seconds);
        await page.Locator(".live-row").First.WaitForAsync();
        var rows = 0;
        while (!posting.IsCompleted)
        {
            rows = Math.Max(rows, await page.Locator(".live-row").CountAsync());
        }

        await posting;
        var clicked = Stopwatch.GetTimestamp();
        await page.Locator("#live-pause").ClickAsync();
        await Assertions.Expect(page.Locator("#live-pause")).ToHaveAttributeAsync("aria-pressed", "true");
        var answered = Stopwatch.GetElapsedTime(clicked);
        var longest = await page.EvaluateAsync<double>("window.longest");
        TestContext.Current.TestOutputHelper?.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{rows} rows at most, {longest:F0} ms without a picture at most, a click was answered in {answered.TotalMilliseconds:F0} ms."));

        Assert.InRange(rows, 5, 60);
        Assert.True(longest < 1_000, $"The page drew nothing for {longest} ms.");
        Assert.True(answered < TimeSpan.FromSeconds(2), $"A click was answered in {answered}.");

        await page.Locator("#live-pause").ClickAsync();
        await Assertions.Expect(page.Locator("#live-counts")).ToContainTextAsync(string.Create(CultureInfo.InvariantCulture, $"{Seconds * 1_000:#,0} seen"));
        Assert.Empty(window.Faults);
    }

    private static string Record(string key, int second, string city) =>
        $$"""{"customer_id":"{{key}}","first_name":"Ada","city":"{{city}}","updated_at":"{{DateTime.UnixEpoch.AddYears(50).AddSeconds(second):O}}"}""";

    private async Task PostManyAsync(int seconds)
    {
        using var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(250));
        for (var round = 1; round <= seconds * 4; round++)
        {
            var now = round;
            await PostAsync([.. Enumerable.Range(0, 250).Select(i => Record($"C{i}", now, $"city {now}"))]);
            await timer.WaitForNextTickAsync(Token);
        }
    }

    private async Task PostAsync(params string[] records)
    {
        using var body = new StringContent(string.Join('\n', records) + "\n", Encoding.UTF8, "application/x-ndjson");
        using var answer = await _service.Http.PostAsync("api/customer", body, Token);
        answer.EnsureSuccessStatusCode();
    }
}
