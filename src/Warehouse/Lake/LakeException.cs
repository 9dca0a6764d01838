using CustomerTrack.S3;

namespace CustomerTrack.Lake;

/// <summary>The lake could not be written or read. A failed write may be repeated.</summary>
public sealed class LakeException : Exception
{
    public LakeException(string path, string doing, Exception cause)
        : base($"The lake could not {doing} '{path}': {cause.Message}", cause) => Path = path;

    /// <param name="cause">Says why and what helps, and where.</param>
    public LakeException(string doing, S3Exception cause)
        : base($"The lake could not {doing} '{cause.Location}': {cause.Explanation}", cause) => Path = cause.Location;

    /// <param name="why">A sentence.</param>
    public LakeException(string path, string doing, string why)
        : base($"The lake could not {doing} '{path}': {why}") => Path = path;

    /// <summary>The file, folder or object concerned.</summary>
    public string Path { get; }
}
