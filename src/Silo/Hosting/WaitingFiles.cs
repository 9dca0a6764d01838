using CustomerTrack.Ingest;

namespace CustomerTrack.Hosting;

/// <summary>Counts the landing files that nobody has claimed.</summary>
internal static class WaitingFiles
{
    /// <summary>How many files wait, or why that is not known. Somebody who asks why nothing goes on must get an answer then too.</summary>
    public static async Task<(int? Waiting, string? Failure)> CountAsync(ILandingZone zone, CancellationToken cancellationToken)
    {
        if (zone.Failure is { } known)
        {
            return (null, known);
        }

        try
        {
            return (await zone.CountWaitingAsync(cancellationToken), null);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            return (null, $"Landing files cannot be counted: {failure.Message}");
        }
    }
}
