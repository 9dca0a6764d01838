using CustomerTrack.Lake;

namespace CustomerTrack.Load;

/// <summary>Where the emit stage announces durable objects. What is lost here is found again by comparing lake and ledger at the next start.</summary>
public interface ILoadQueue
{
    /// <summary>Announces an object; returns at once.</summary>
    void Enqueue(LakeObject lakeObject);

    /// <summary>Completes when queries see the rows of an object that was announced.</summary>
    Task WaitLoadedAsync(LakeObject lakeObject, CancellationToken cancellationToken = default);
}
