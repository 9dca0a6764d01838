using CustomerTrack.Cluster;
using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;

namespace CustomerTrack.Ingest;

/// <summary>
/// Owners by the cluster's membership: a silo counts as running until the others declare it dead. A silo that nobody knows any more ended long ago.
/// </summary>
internal sealed partial class SiloOwners(IClusterMembershipService membership, ILocalSiloDetails silo, ILogger<SiloOwners> logger) : IClaimOwners
{
    private readonly CancellationTokenSource _stopping = new();
    private readonly ConcurrentDictionary<string, byte> _ended = new(StringComparer.Ordinal);
    private readonly Lock _lock = new();
    private Task? _watching;
    private bool _isDisposed;

    /// <inheritdoc/>
    public event Action? Ended;

    /// <inheritdoc/>
    public string Name { get; } = SiloName.Of(silo.SiloAddress);

    /// <inheritdoc/>
    public string Writer => Name;

    /// <inheritdoc/>
    public ValueTask EnterAsync(CancellationToken cancellationToken)
    {
        lock (_lock)
        {
            _watching ??= Task.Run(WatchAsync, CancellationToken.None);
        }

        return ValueTask.CompletedTask;
    }

    /// <inheritdoc/>
    /// <exception cref="IOException">The membership cannot be read.</exception>
    public async ValueTask<bool> IsAliveAsync(string owner, CancellationToken cancellationToken)
    {
        if (_ended.ContainsKey(owner))
        {
            return false;
        }

        var status = StatusOf(membership.CurrentSnapshot, owner);
        if (status is SiloStatus.None)
        {
            // It may have joined since the last look. One that was there before it claimed anything is in the table now, or was removed from it for good.
            try
            {
                await membership.Refresh(default, cancellationToken);
            }
            catch (Exception failure) when (failure is not OperationCanceledException)
            {
                throw new IOException($"Whether the silo {owner} still runs cannot be told, the cluster's membership cannot be read: {failure.Message}", failure);
            }

            status = StatusOf(membership.CurrentSnapshot, owner);
        }

        if (status is SiloStatus.None or SiloStatus.Dead)
        {
            _ended.TryAdd(owner, 0);
            return false;
        }

        return true;
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        Task? watching;
        lock (_lock)
        {
            if (_isDisposed)
            {
                return;
            }

            _isDisposed = true;
            watching = _watching;
        }

        await _stopping.CancelAsync();
        if (watching is not null)
        {
            await watching;
        }

        _stopping.Dispose();
    }

    private static SiloStatus StatusOf(ClusterMembershipSnapshot snapshot, string owner)
    {
        foreach (var (address, member) in snapshot.Members)
        {
            if (SiloName.Of(address) == owner)
            {
                return member.Status;
            }
        }

        return SiloStatus.None;
    }

    private async Task WatchAsync()
    {
        var dead = new HashSet<SiloAddress>();
        try
        {
            await foreach (var snapshot in membership.MembershipUpdates.WithCancellation(_stopping.Token))
            {
                var before = dead.Count;
                foreach (var (address, member) in snapshot.Members)
                {
                    if (member.Status == SiloStatus.Dead && dead.Add(address))
                    {
                        LogEnded(SiloName.Of(address));
                    }
                }

                if (dead.Count > before)
                {
                    Ended?.Invoke();
                }
            }
        }
        catch (OperationCanceledException) when (_stopping.IsCancellationRequested)
        {
            // Stopping.
        }
    }

    [LoggerMessage(LogLevel.Information, "The silo {Silo} is dead; what it had claimed is taken over.")]
    private partial void LogEnded(string silo);
}
