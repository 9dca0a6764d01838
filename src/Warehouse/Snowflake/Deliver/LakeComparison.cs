using System.Globalization;
using CustomerTrack.Dimensions;
using CustomerTrack.Lake;
using Microsoft.Extensions.Logging;

namespace CustomerTrack.Snowflake;

/// <summary>
/// Finds what the lake has and the tables lack. A note beside the objects says before which day nothing is missing, so that days are
/// listed and not years; it is believed only where the ledger knows the object that it names.
/// </summary>
internal sealed partial class LakeComparison(DimensionDefinition dimension, IStagedLake lake, MergeLedger ledger, TimeProvider time, ILogger logger)
{
    // A writer's clock may be behind, and an upload may take long: nothing of the last day is taken for done unseen.
    private const int DaysBack = 1;

    private readonly string _folder = $"dimension={dimension.Name}/";
    private readonly string _note = $"_delivery/{dimension.Name}.json";

    /// <summary>From which day on objects are compared; null before the first comparison.</summary>
    public DateOnly? Since { get; private set; }

    /// <summary>The day of the last comparison.</summary>
    public DateOnly? ComparedOn { get; private set; }

    private DateOnly Today => DateOnly.FromDateTime(time.GetUtcNow().UtcDateTime);

    /// <summary>Compares, oldest first.</summary>
    /// <param name="keep">Takes an object that is missing; false when there is no room for more.</param>
    /// <param name="settle">Told of an object that is in the tables.</param>
    /// <returns>Whether everything was compared.</returns>
    public async Task<bool> RunAsync(Func<LakeObject, bool> keep, Action<MergedObject> settle, CancellationToken cancellationToken)
    {
        Since ??= await FindStartAsync(cancellationToken);
        var loads = await ledger.ReadSinceAsync(Since.Value, cancellationToken);
        ComparedOn = Today;

        // Snowflake enforces no key: an entry that is there twice must not stop anything.
        var merged = loads.GroupBy(load => load.Name, StringComparer.Ordinal).ToDictionary(same => same.Key, same => same.MaxBy(load => load.Rows), StringComparer.Ordinal);
        var done = new HashSet<string>(StringComparer.Ordinal);
        await foreach (var found in lake.ListAsync(dimension, StartOf(Since.Value), cancellationToken))
        {
            if (!LakeObjectName.TryParse(found.Name, out var name))
            {
                continue;
            }

            if (merged.TryGetValue(found.Name, out var load) && load.Rows >= found.Rows)
            {
                // An object's names follow each other: any of them that is in the tables settles all.
                done.Add(name.Stem);
                settle(load);
            }
            else if (!done.Contains(name.Stem) && !keep(found))
            {
                return false;
            }
        }

        LogCompared(dimension.Name, merged.Count);
        return true;
    }

    /// <summary>The objects of the last days, for a process that cannot ask the ledger yet: whatever of them is loaded already is not loaded twice.</summary>
    public IAsyncEnumerable<LakeObject> ListLastAsync(CancellationToken cancellationToken) => lake.ListAsync(dimension, StartOf(Today.AddDays(-DaysBack)), cancellationToken);

    /// <summary>Notes before which day everything is in the tables. To be called after a comparison; failing costs only time at the next start.</summary>
    /// <param name="oldestMissing">The oldest object that is not; null when there is none.</param>
    public async Task NoteAsync(DateTimeOffset? oldestMissing, string? witness, CancellationToken cancellationToken)
    {
        var through = oldestMissing is { } oldest && DateOnly.FromDateTime(oldest.UtcDateTime) is var day && day < Today ? day : Today;
        if (witness is null || DaysBefore(through) <= Since)
        {
            return;
        }

        try
        {
            await lake.WriteNoteAsync(_note, new DeliveryCheckpoint(through, witness).Write(), cancellationToken);
            Since = DaysBefore(through);
        }
        catch (LakeException failure)
        {
            LogNotNoted(dimension.Name, failure.Message);
        }
    }

    private async Task<DateOnly> FindStartAsync(CancellationToken cancellationToken)
    {
        if (await lake.ReadNoteAsync(_note, cancellationToken) is not { } text)
        {
            return DateOnly.MinValue;
        }

        // Written by a clock that was ahead, or of other tables than these: then nothing is known.
        if (DeliveryCheckpoint.Read(text) is { } note && note.CompleteThrough <= Today.AddDays(1) && await ledger.HasAsync(note.Witness, cancellationToken))
        {
            return DaysBefore(note.CompleteThrough);
        }

        LogNotBelieved(dimension.Name);
        return DateOnly.MinValue;
    }

    private static DateOnly DaysBefore(DateOnly day) => day > DateOnly.MinValue.AddDays(DaysBack) ? day.AddDays(-DaysBack) : DateOnly.MinValue;

    private string? StartOf(DateOnly day) => day == DateOnly.MinValue ? null : string.Create(CultureInfo.InvariantCulture, $"{_folder}date={day:yyyy-MM-dd}");

    [LoggerMessage(LogLevel.Information, "The lake was compared with Snowflake's tables of {Dimension}, which have {Merged} of the objects compared.")]
    private partial void LogCompared(string dimension, int merged);

    [LoggerMessage(LogLevel.Warning, "The note about what Snowflake's tables of {Dimension} have does not fit these tables; the whole lake is compared.")]
    private partial void LogNotBelieved(string dimension);

    [LoggerMessage(LogLevel.Warning, "What Snowflake's tables of {Dimension} have could not be noted in the bucket; the next start compares more than it would have to: {Why}")]
    private partial void LogNotNoted(string dimension, string why);
}
