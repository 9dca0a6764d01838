using CustomerTrack.Generator;

namespace CustomerTrack.Harness;

/// <summary>Feeds with everything that goes wrong in them.</summary>
public static class Feeds
{
    /// <summary>A feed with late, duplicated, tied and dirty rows, deletes and people who come back.</summary>
    public static GeneratorOptions Disorderly(int seed, long rows = 20_000, int customers = 1_500) => new()
    {
        Seed = seed,
        Customers = customers,
        PresentAtStart = 0.6,
        Rows = rows,
        RowsPerFile = (int)Math.Max(1, rows / 12),
        NoOpShare = 0.35,
        UpdateShare = 0.4,
        DeleteShare = 0.04,
        DuplicateShare = 0.05,
        DirtyShare = 0.01,
        LateShare = 0.15,
        TieShare = 0.05,
    };
}
