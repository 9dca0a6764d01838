using System.Collections.Concurrent;
using Microsoft.Playwright;

namespace CustomerTrack.Dashboard;

/// <summary>One window, which notes what a page must not do: complain, or ask another host than ours.</summary>
public sealed class Window : IAsyncDisposable
{
    private readonly IBrowserContext _context;
    private readonly ConcurrentQueue<string> _faults = new();

    public Window(IBrowserContext context, IPage page, Uri address)
    {
        _context = context;
        Page = page;
        page.Console += (_, message) =>
        {
            if (message.Type == "error")
            {
                _faults.Enqueue($"The page said: {message.Text}");
            }
        };
        page.PageError += (_, error) => _faults.Enqueue($"A script failed: {error}");
        page.Request += (_, request) =>
        {
            if (new Uri(request.Url) is { Scheme: "http" or "https" or "ws" or "wss" } asked && asked.Authority != address.Authority)
            {
                _faults.Enqueue($"The page asked {asked}.");
            }
        };
    }

    public IPage Page { get; }

    public IReadOnlyCollection<string> Faults => _faults;

    /// <summary>Opens a page and waits until it is connected: then it says when its figures are from.</summary>
    public async Task GoAsync(string address)
    {
        await Page.GotoAsync(address);
        await ConnectedAsync();
    }

    public async Task ConnectedAsync() => await Page.Locator("body[data-connected]").WaitForAsync();

    /// <summary>With a key of the API, as a person does.</summary>
    public async Task SignInAsync(string key)
    {
        await Page.GotoAsync("/signin");
        await Page.GetByLabel("Key").FillAsync(key);
        await Page.GetByRole(AriaRole.Button, new() { Name = "Sign in" }).ClickAsync();
        await ConnectedAsync();
    }

    /// <summary>The text of one element.</summary>
    public Task<string> TextAsync(string selector) => Page.Locator(selector).First.InnerTextAsync();

    /// <summary>The page is wider than the window.</summary>
    public Task<bool> ScrollsSidewaysAsync() => Page.EvaluateAsync<bool>("document.documentElement.scrollWidth > document.documentElement.clientWidth");

    /// <summary>From 0, black, to 255, white.</summary>
    public Task<double> BackgroundAsync() => Page.EvaluateAsync<double>("(() => { const c = getComputedStyle(document.body).backgroundColor.match(/[0-9.]+/g).map(Number); return (c[0] + c[1] + c[2]) / 3; })()");

    public ValueTask DisposeAsync() => _context.DisposeAsync();
}
