namespace CustomerTrack.Detect;

/// <summary>A batch could not be folded. Nothing of it was kept; it may be repeated.</summary>
[GenerateSerializer, Alias("ct.DetectException")]
public sealed class DetectException : Exception
{
    public DetectException(string message)
        : base(message)
    {
    }

    public DetectException(string message, Exception inner)
        : base(message, inner)
    {
    }
}
