namespace CustomerTrack.Ingest;

/// <summary>Lands files in the landing folders.</summary>
public sealed class FolderLandingPlace(LandingFolders folder) : ILandingPlace
{
    /// <inheritdoc/>
    public async ValueTask LandAsync(string dimension, string name, Func<Stream, ValueTask> write, string? traceParent, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        var target = Path.Combine(folder.Landing(dimension), name);
        var temporary = folder.Temporary(target);
        Directory.CreateDirectory(folder.Landing(dimension));
        try
        {
            await using (var stream = new FileStream(temporary, FileMode.CreateNew, FileAccess.Write, FileShare.None))
            {
                await write(stream);
                stream.Flush(flushToDisk: true);
            }

            if (traceParent is not null)
            {
                // First: it has to be there when the file is taken.
                await FolderTraceParents.PutAsync(target, traceParent, cancellationToken);
            }

            DurableFile.Rename(temporary, target);
        }
        catch
        {
            File.Delete(temporary);
            throw;
        }
    }
}
