namespace CustomerTrack.Ingest;

/// <summary>Where this process lands what arrives otherwise than as a file.</summary>
public interface ILandingPlace
{
    /// <summary>Lands a file: seen only once it is complete, durable when this returns, never in place of another file.</summary>
    /// <param name="name">A name that nothing else lands under: <see cref="FileFormat"/> says what it ends in.</param>
    /// <param name="write">Writes the content.</param>
    /// <param name="traceParent">The trace context that the file comes with; null for none.</param>
    /// <exception cref="IOException">It could not be written; nothing of it is seen.</exception>
    ValueTask LandAsync(string dimension, string name, Func<Stream, ValueTask> write, string? traceParent, CancellationToken cancellationToken);
}
