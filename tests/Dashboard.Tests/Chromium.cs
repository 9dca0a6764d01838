using Microsoft.Playwright;

namespace CustomerTrack.Dashboard;

/// <summary>The system's browser, once for all tests of a class.</summary>
public sealed class Chromium : IAsyncLifetime
{
    private static readonly string[] Places = ["/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome"];

    private IPlaywright? _playwright;
    private IBrowser? _browser;

    public static string? Path { get; } = Places.FirstOrDefault(File.Exists);

    public async ValueTask InitializeAsync()
    {
        if (Path is not null)
        {
            _playwright = await Playwright.CreateAsync();
            _browser = await _playwright.Chromium.LaunchAsync(new() { ExecutablePath = Path, Args = ["--no-sandbox"] });
        }
    }

    /// <summary>Skips the test where there is no browser.</summary>
    public static void Need() => Assert.SkipWhen(Path is null, $"There is no chromium at {string.Join(" or ", Places)}.");

    /// <summary>A browser's window with cookies of its own.</summary>
    public async Task<Window> OpenAsync(Uri address, bool isDark = false, int width = 1280, int height = 900, string? key = null)
    {
        Need();
        var context = await _browser!.NewContextAsync(new()
        {
            BaseURL = address.ToString(),
            ColorScheme = isDark ? ColorScheme.Dark : ColorScheme.Light,
            ViewportSize = new() { Width = width, Height = height },
        });
        context.SetDefaultTimeout(20_000);
        var window = new Window(context, await context.NewPageAsync(), address);
        if (key is not null)
        {
            await window.SignInAsync(key);
        }

        return window;
    }

    public async ValueTask DisposeAsync()
    {
        if (_browser is not null)
        {
            await _browser.DisposeAsync();
        }

        _playwright?.Dispose();
    }
}
