using CustomerTrack.Ingest;

namespace CustomerTrack.Tests;

/// <summary>A membership in which silos are dead when the test says so, whether they still run or not.</summary>
internal sealed class PlayedMembership
{
    private readonly Lock _lock = new();
    private readonly HashSet<string> _alive = new(StringComparer.Ordinal);
    private int _silos;

    private event Action? Changed;

    /// <summary>A silo that joins.</summary>
    public IClaimOwners Join()
    {
        lock (_lock)
        {
            var name = $"10.0.0.1-11111-{++_silos}";
            _alive.Add(name);
            return new Silo(this, name);
        }
    }

    public void DeclareDead(string name)
    {
        lock (_lock)
        {
            _alive.Remove(name);
        }

        Changed?.Invoke();
    }

    private bool IsAlive(string name)
    {
        lock (_lock)
        {
            return _alive.Contains(name);
        }
    }

    private sealed class Silo(PlayedMembership membership, string name) : IClaimOwners
    {
        public event Action? Ended
        {
            add => membership.Changed += value;
            remove => membership.Changed -= value;
        }

        public string Name => name;

        public string Writer => name;

        public ValueTask EnterAsync(CancellationToken cancellationToken) => ValueTask.CompletedTask;

        public ValueTask<bool> IsAliveAsync(string owner, CancellationToken cancellationToken) => new(membership.IsAlive(owner));

        public ValueTask DisposeAsync() => ValueTask.CompletedTask;
    }
}
