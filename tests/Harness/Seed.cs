using System.Globalization;

namespace CustomerTrack.Harness;

/// <summary>Where a test's chance comes from: another number every time, which the test prints; <c>TEST_SEED</c> repeats one.</summary>
public static class Seed
{
    public static int Next() => Environment.GetEnvironmentVariable("TEST_SEED") is { Length: > 0 } text
        ? int.Parse(text, CultureInfo.InvariantCulture)
        : Random.Shared.Next(1, 1_000_000);
}
