using CustomerTrack.Audit;
using CustomerTrack.Dashboard.Live;
using CustomerTrack.Live;
using Microsoft.Extensions.DependencyInjection;

namespace CustomerTrack.Benchmarks;

/// <summary>Somebody at the page of live changes: what the process does for one, but for drawing the few rows that are seen.</summary>
internal sealed class LiveWatcher : IAsyncDisposable
{
    private static readonly TimeSpan LookEvery = TimeSpan.FromMilliseconds(250);

    private readonly CancellationTokenSource _leaving = new();
    private readonly LiveView _view;
    private readonly Task _looking;

    private LiveWatcher(LiveView view)
    {
        _view = view;
        _looking = LookAsync();
    }

    public static async Task<LiveWatcher> OpenAsync(IServiceProvider services, string dimension, CancellationToken cancellationToken)
    {
        var view = new LiveView(services.GetRequiredService<ChangeFeed>(), services.GetRequiredService<KeyHash>(), TimeProvider.System);
        await view.WatchAsync(dimension, ChangeFilter.Everything, isMasked: false, cancellationToken);
        return new(view);
    }

    public async ValueTask DisposeAsync()
    {
        await _leaving.CancelAsync();
        await _looking;
        await _view.DisposeAsync();
        _leaving.Dispose();
    }

    private async Task LookAsync()
    {
        using var timer = new PeriodicTimer(LookEvery);
        try
        {
            while (await timer.WaitForNextTickAsync(_leaving.Token))
            {
                _view.Look();
            }
        }
        catch (OperationCanceledException)
        {
            // Left.
        }
    }
}
