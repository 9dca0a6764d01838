using System.Text;
using CustomerTrack.Harness;
using Microsoft.Playwright;

namespace CustomerTrack.Dashboard;

/// <summary>The pages of a service that has nothing, and of one whose lake cannot be written.</summary>
public sealed class EmptyAndFailingTests(Chromium chromium) : IClassFixture<Chromium>
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Every_page_of_an_empty_pipeline_says_what_is_missing_and_then_that_nothing_gets_through_when_the_lake_fails()
    {
        Chromium.Need();
        using var folder = new TestFolder();
        var site = new Site(folder.In("data"), Definitions.Write(folder.Path));
        await using var service = await site.ServeAsync(Token);

        // Without keys on loopback nobody is asked for one.
        await using var window = await chromium.OpenAsync(service.Http.BaseAddress!, width: 390);
        await window.GoAsync("/");
        await Assertions.Expect(window.Page.Locator("main")).ToContainTextAsync("Nothing has been ingested since the start");
        await Assertions.Expect(window.Page.Locator("main")).ToContainTextAsync("running");
        Assert.Equal("0", await window.TextAsync("#rows"));
        await window.GoAsync("/customer");
        await Assertions.Expect(window.Page.Locator("main")).ToContainTextAsync("The tables are empty");
        await window.GoAsync("/quarantine");
        await Assertions.Expect(window.Page.Locator("#empty")).ToContainTextAsync("Nothing waits");
        await window.GoAsync("/silos");
        await Assertions.Expect(window.Page.Locator("main")).ToContainTextAsync("active customers");

        var lake = Path.Combine(site.Data, "lake", site.Dimension.Name);
        if (Directory.Exists(lake))
        {
            Directory.Delete(lake, recursive: true);
        }

        await File.WriteAllTextAsync(lake, "in the way", Token);
        site.Land("customer_1.csv", Encoding.UTF8.GetBytes("customer_id,city,updated_at\nC1,Bonn,2024-01-01T00:00:00Z\n"));
        await Fact.AwaitAsync(async () => (await service.StatusAsync(Token)).GetProperty("failure").ValueKind != System.Text.Json.JsonValueKind.Null, Patience, Token);
        await window.GoAsync("/");
        await Assertions.Expect(window.Page.Locator("#failure")).ToContainTextAsync("Records do not get through");
        await Assertions.Expect(window.Page.Locator("main")).ToContainTextAsync("held up");
        await Assertions.Expect(window.Page.Locator(".flow.tall .hop.failing")).ToContainTextAsync("ingest");
        Assert.Equal("ingest", (await service.StatusAsync(Token)).GetProperty("failureAt").GetString());
        foreach (var page in new[] { "/customer?of=customer&key=C1", "/quarantine", "/silos" })
        {
            await window.GoAsync(page);
            Assert.False(await window.ScrollsSidewaysAsync(), $"{page} is too wide.");
        }

        Assert.Empty(window.Faults);
        File.Delete(lake);
        await service.DrainAsync(Patience, Token);
        await window.GoAsync("/");
        await Assertions.Expect(window.Page.Locator("main")).ToContainTextAsync("running");
        Assert.Equal("1", await window.TextAsync("#rows"));
    }
}
