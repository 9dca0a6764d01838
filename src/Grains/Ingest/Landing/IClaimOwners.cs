namespace CustomerTrack.Ingest;

/// <summary>Says who claims files, and which of those that claimed still run.</summary>
internal interface IClaimOwners : IAsyncDisposable
{
    /// <summary>This process. Another one after every start.</summary>
    string Name { get; }

    /// <summary>As whom this process writes states: its name where several processes share them, empty where it has them to itself.</summary>
    string Writer { get; }

    /// <summary>Raised when an owner was found to have ended: its claims can be taken over at once. From any thread.</summary>
    event Action? Ended;

    /// <summary>From now on this process counts as running. Called before its first claim, and again when it failed.</summary>
    ValueTask EnterAsync(CancellationToken cancellationToken);

    /// <summary>Whether the claims of <paramref name="owner"/> are still somebody's. A wrong no makes a file come twice, which changes no table; a wrong yes holds it up.</summary>
    ValueTask<bool> IsAliveAsync(string owner, CancellationToken cancellationToken);
}
