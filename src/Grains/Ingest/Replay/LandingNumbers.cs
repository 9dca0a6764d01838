namespace CustomerTrack.Ingest;

/// <summary>The numbers that a data folder gives to landing files.</summary>
public static class LandingNumbers
{
    /// <summary>Has only numbers above <paramref name="number"/>, and above all that files of the folder have, given out from now on. Durable when it returns.</summary>
    public static async Task PassAsync(LandingFolders folder, IReadOnlyList<string> dimensions, long number, TimeProvider time, CancellationToken cancellationToken = default)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(folder.LastNumber)!);
        await new FileNumbers(folder, dimensions, time).PassAsync(number, cancellationToken);
    }
}
