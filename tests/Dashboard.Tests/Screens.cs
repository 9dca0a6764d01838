using Microsoft.Playwright;

namespace CustomerTrack.Dashboard;

/// <summary>Pictures for people: <c>DASHBOARD_SCREENS=folder</c> and <c>DASHBOARD_URL=address</c> of a running process take one of every page.</summary>
public sealed class Screens(Chromium chromium) : IClassFixture<Chromium>
{
    private static readonly string? Folder = Environment.GetEnvironmentVariable("DASHBOARD_SCREENS");

    [Theory]
    [InlineData(false, 1280)]
    [InlineData(true, 1280)]
    [InlineData(false, 390)]
    [InlineData(true, 390)]
    public async Task Every_page_is_pictured(bool isDark, int width)
    {
        Assert.SkipWhen(Folder is null, "DASHBOARD_SCREENS names no folder.");
        await using var window = await chromium.OpenAsync(new(Environment.GetEnvironmentVariable("DASHBOARD_URL")!), isDark, width);
        foreach (var (name, address) in new[] { ("overview", "/"), ("live", "/live"), ("customers", "/customer"), ("quarantine", "/quarantine"), ("silos", "/silos") })
        {
            await window.GoAsync(address);
            if (name == "live")
            {
                await window.Page.Locator(".live-row").First.WaitForAsync();
            }

            await PictureAsync(window, name, isDark, width);
            if (name == "customers" && await window.Page.Locator(".chips a").CountAsync() > 0)
            {
                await window.Page.Locator(".chips a").First.ClickAsync();
                await window.Page.Locator("#shown-key").WaitForAsync();
                await PictureAsync(window, "customer", isDark, width);
            }
        }
    }

    private static Task PictureAsync(Window window, string name, bool isDark, int width) =>
        window.Page.ScreenshotAsync(new() { Path = Path.Combine(Folder!, $"{name}-{width}-{(isDark ? "dark" : "light")}.png"), FullPage = true, Animations = ScreenshotAnimations.Disabled });
}
