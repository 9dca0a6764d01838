namespace CustomerTrack.Naive;

/// <summary>A row of the history as the naive implementation sees it; values in definition order, null values for a gap.</summary>
public sealed record NaiveRow(long From, long? To, string?[]? Values)
{
    public override string ToString() => $"[{From},{To?.ToString() ?? "…"}) {(Values is null ? "gap" : string.Join(',', Values.Select(v => v ?? "null")))}";
}
