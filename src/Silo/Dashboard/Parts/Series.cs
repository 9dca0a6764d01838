namespace CustomerTrack.Dashboard.Parts;

/// <summary>One line of a chart.</summary>
/// <param name="Colour">A colour of the theme: primary, secondary, warning, …</param>
/// <param name="Values">Oldest first; not a number where there is none.</param>
public sealed record Series(string Name, string Colour, IReadOnlyList<double> Values)
{
    public double Last => Values.Count == 0 ? double.NaN : Values[^1];
}
