namespace CustomerTrack.Lake;

/// <summary>The lake could not be written or read. A failed write left nothing visible and may be repeated.</summary>
public sealed class LakeException(string path, string doing, Exception cause)
    : Exception($"The lake could not {doing} '{path}': {cause.Message}", cause)
{
    /// <summary>The file or folder concerned.</summary>
    public string Path { get; } = path;
}
