using CustomerTrack.Ingest;
using CustomerTrack.State;

namespace CustomerTrack.Tests;

/// <summary>One silo's way to a registry: it can be held up, as when the silo is paused, and fail before or after a call.</summary>
internal sealed class SiloRegistry(IFileRegistry inner) : IFileRegistry
{
    private volatile TaskCompletionSource? _gate;

    /// <summary>Asked before each call that changes something: false fails it, null fails it after it was done.</summary>
    public Func<bool?> Passes { get; set; } = () => true;

    /// <summary>Completes when a call waits because of <see cref="Pause"/>.</summary>
    public TaskCompletionSource Held { get; private set; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Whoever asks for the floor waits: no batch is sent any more.</summary>
    public void Pause()
    {
        Held = new(TaskCreationOptions.RunContinuationsAsynchronously);
        _gate = new(TaskCreationOptions.RunContinuationsAsynchronously);
    }

    public void Resume()
    {
        var gate = _gate;
        _gate = null;
        gate?.TrySetResult();
    }

    public ValueTask<long> OpenAsync(string owner, int count, CancellationToken cancellationToken = default) =>
        ChangeAsync(() => inner.OpenAsync(owner, count, cancellationToken));

    public ValueTask<bool> TryTakeOverAsync(long number, string from, string owner, CancellationToken cancellationToken = default) =>
        ChangeAsync(() => inner.TryTakeOverAsync(number, from, owner, cancellationToken));

    public async ValueTask CloseAsync(long number, string owner, CancellationToken cancellationToken = default) => await ChangeAsync(async () =>
    {
        await inner.CloseAsync(number, owner, cancellationToken);
        return true;
    });

    public ValueTask<IReadOnlyList<OpenFile>> ListAsync(CancellationToken cancellationToken = default) => inner.ListAsync(cancellationToken);

    public async ValueTask<long> FloorAsync(CancellationToken cancellationToken = default)
    {
        // Asked first: what a paused silo does with an old answer must do no harm either.
        var floor = await inner.FloorAsync(cancellationToken);
        if (_gate is { } gate)
        {
            Held.TrySetResult();
            await gate.Task.WaitAsync(cancellationToken);
        }

        return floor;
    }

    private async ValueTask<T> ChangeAsync<T>(Func<ValueTask<T>> call)
    {
        var passes = Passes();
        var result = passes == false ? throw Failure("before") : await call();
        return passes is null ? throw Failure("after") : result;
    }

    private static StateStoreException Failure(string when) => new($"The registry was told to fail {when}.", innerException: null);
}
