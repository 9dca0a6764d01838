using System.Collections.Concurrent;
using CustomerTrack.Lake;
using CustomerTrack.Load;

namespace CustomerTrack.Tests;

/// <summary>A warehouse that is never behind; remembers what was announced.</summary>
public sealed class LoadedAtOnce : ILoadQueue
{
    public ConcurrentQueue<LakeObject> Announced { get; } = new();

    public void Enqueue(LakeObject lakeObject) => Announced.Enqueue(lakeObject);

    public Task WaitLoadedAsync(LakeObject lakeObject, CancellationToken cancellationToken = default)
    {
        Assert.Contains(lakeObject, Announced);
        return Task.CompletedTask;
    }
}
