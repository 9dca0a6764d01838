using Microsoft.Playwright;

namespace CustomerTrack.Dashboard;

/// <summary>The pages of a service that something else started, as they are served there: tests/compose/run.sh says where, in its image. Rows have to flow meanwhile.</summary>
public sealed class OutsideTests(Chromium chromium) : IClassFixture<Chromium>
{
    private static readonly string? Address = Environment.GetEnvironmentVariable("DASHBOARD_ADDRESS");

    [Fact]
    public async Task Pages_of_an_image_have_all_they_need_and_answer_to_a_click()
    {
        Assert.SkipWhen(string.IsNullOrEmpty(Address), "DASHBOARD_ADDRESS is not set.");
        await using var window = await chromium.OpenAsync(new(Address!), key: Environment.GetEnvironmentVariable("DASHBOARD_KEY"));
        var page = window.Page;
        await Assertions.Expect(page.Locator("h1")).ToBeVisibleAsync();
        Assert.True(await page.EvaluateAsync<bool>("typeof MudElementReference === 'function' || typeof mudElementRef === 'object'"), "MudBlazor's script did not run.");

        await window.GoAsync("/live");
        await Assertions.Expect(page.Locator(".live-row").First).ToBeVisibleAsync();
        await page.Locator("#live-pause").ClickAsync();
        await Assertions.Expect(page.Locator("#live-counts")).ToContainTextAsync("waiting");
        await page.Locator("#live-pause").ClickAsync();
        await Assertions.Expect(page.Locator("#live-counts")).Not.ToContainTextAsync("waiting");
        Assert.Empty(window.Faults);

        // Orleans' own, behind the same sign-in.
        Assert.Equal(200, (await page.GotoAsync("/orleans/"))!.Status);
        await Assertions.Expect(page.GetByText("Methods with Most Calls")).ToBeVisibleAsync();
    }
}
