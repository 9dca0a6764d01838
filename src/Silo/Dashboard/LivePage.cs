using CustomerTrack.Dashboard.Flow;
using Microsoft.AspNetCore.Components;

namespace CustomerTrack.Dashboard;

/// <summary>A page that follows the pipeline while it is open.</summary>
public abstract class LivePage : ComponentBase, IDisposable
{
    private bool _isDisposed;

    [Inject]
    private PipelineWatch Watch { get; set; } = null!;

    /// <summary>The newest view; null only before the page is shown.</summary>
    private protected PipelineView? View { get; private set; }

    public void Dispose()
    {
        _isDisposed = true;
        Watch.Remove(ToldAsync);
        GC.SuppressFinalize(this);
    }

    /// <summary>A first view, so that the page has figures before it is connected.</summary>
    protected override async Task OnInitializedAsync()
    {
        View = Watch.Newest is { } newest && RendererInfo.IsInteractive ? newest : await Watch.AskAsync(CancellationToken.None);
        await ViewedAsync();
    }

    protected override void OnAfterRender(bool firstRender)
    {
        if (firstRender && !_isDisposed)
        {
            Watch.Add(ToldAsync);
        }
    }

    /// <summary>Called with each new view, before the page is drawn.</summary>
    protected virtual Task ViewedAsync() => Task.CompletedTask;

    private Task ToldAsync(PipelineView view) => _isDisposed ? Task.CompletedTask : InvokeAsync(async () =>
    {
        View = view;
        await ViewedAsync();
        StateHasChanged();
    });
}
