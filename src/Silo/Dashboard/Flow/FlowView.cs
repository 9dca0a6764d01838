namespace CustomerTrack.Dashboard.Flow;

/// <summary>Rates and times of the last minutes.</summary>
/// <param name="Points">Oldest first.</param>
/// <param name="Silent">Silos that did not say theirs, by name: what they do is missing.</param>
internal sealed record FlowView(IReadOnlyList<FlowPoint> Points, IReadOnlyList<string> Silent)
{
    public static readonly FlowView Nothing = new([], []);
}
