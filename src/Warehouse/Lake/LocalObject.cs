namespace CustomerTrack.Lake;

/// <summary>A lake object as a file on this machine; a copy goes when it is disposed.</summary>
public sealed class LocalObject(string path, bool isCopy) : IDisposable
{
    /// <summary>The file's full path.</summary>
    public string Path { get; } = path;

    /// <inheritdoc/>
    public void Dispose()
    {
        if (isCopy)
        {
            File.Delete(Path);
        }
    }
}
