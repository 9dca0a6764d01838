namespace CustomerTrack.Live;

/// <summary>Where the deltas of all silos come from as they are detected. Best effort, but whoever listens is told where something may be missing.</summary>
internal interface IDeltaSource
{
    /// <summary>Begins to listen to a dimension. What is detected after this returns is heard.</summary>
    /// <returns>To be disposed to end it.</returns>
    Task<IAsyncDisposable> ListenAsync(string dimension, IDeltaListener listener, CancellationToken cancellationToken);
}
