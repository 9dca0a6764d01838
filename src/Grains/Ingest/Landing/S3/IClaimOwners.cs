namespace CustomerTrack.Ingest;

/// <summary>Says who claims files in a bucket, and which of those that claimed still run.</summary>
internal interface IClaimOwners : IAsyncDisposable
{
    /// <summary>This process. Another one after every start.</summary>
    string Name { get; }

    /// <summary>From now on this process counts as running. Called before its first claim, and again when it failed.</summary>
    ValueTask EnterAsync(CancellationToken cancellationToken);

    /// <summary>Whether the claims of <paramref name="owner"/> are still somebody's. A wrong no makes a file come twice, which changes no table; a wrong yes holds it up.</summary>
    ValueTask<bool> IsAliveAsync(string owner, CancellationToken cancellationToken);
}
