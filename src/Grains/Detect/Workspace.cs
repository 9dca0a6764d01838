using CustomerTrack.Records;

namespace CustomerTrack.Detect;

/// <summary>Lists and buffers that are reused from fold to fold on one thread; nothing in it outlives a fold.</summary>
internal sealed class Workspace
{
    public byte[] Buffer = new byte[4096];

    public Timeline Timeline { get; } = new();

    public List<RowImage> Before { get; } = [];

    public List<RowImage> After { get; } = [];

    public List<Delta> Deltas { get; } = [];

    public List<int> TooLate { get; } = [];

    public void Clear()
    {
        Before.Clear();
        After.Clear();
        Deltas.Clear();
        TooLate.Clear();
    }
}
