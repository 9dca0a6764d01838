using CustomerTrack.Detect;
using CustomerTrack.Hosting;
using CustomerTrack.Ingest;
using CustomerTrack.Lake;
using CustomerTrack.State;

namespace CustomerTrack.Cluster;

/// <summary>
/// What became of landing files that any silo may have read: the board says it. Where the silo that read one ended before the tables held the file, this asks
/// whoever writes the warehouse; where it ended before the file was archived, another silo reads it again, and that silo's report counts.
/// </summary>
internal sealed class ClusterFileOutcomes(
    ReportNotes notes, IFileRegistry registry, ClusterSilos silos, SiloCalls calls, WarehouseSeat seat) : IFileOutcomes
{
    public TimeSpan Pause { get; } = TimeSpan.FromMilliseconds(250);

    public async ValueTask<long> BeginAsync(CancellationToken cancellationToken)
    {
        // No clock decides which file is meant: silos on other machines have others.
        var number = await registry.OpenAsync(silos.Self, 1, cancellationToken);
        await registry.CloseAsync(number, silos.Self, cancellationToken);
        return number;
    }

    public async ValueTask<IReadOnlyList<FileReport?>> FindAsync(IReadOnlyList<(string Dimension, string Name)> files, long since, CancellationToken cancellationToken)
    {
        try
        {
            return await FindNotesAsync(files, since, cancellationToken);
        }
        catch (StateStoreException)
        {
            // Nothing is known while the board is away. The readers wait for it as well, and say why.
            return new FileReport?[files.Count];
        }
    }

    private async Task<FileReport?[]> FindNotesAsync(IReadOnlyList<(string Dimension, string Name)> files, long since, CancellationToken cancellationToken)
    {
        var found = await notes.ReadAsync(files, cancellationToken);
        var reports = new FileReport?[files.Count];
        var isUnderWay = false;
        for (var i = 0; i < reports.Length; i++)
        {
            if (found[i] is { } note && note.Report.Number >= since)
            {
                reports[i] = note.IsFinished || !await IsLeftDurableAsync(note, cancellationToken) ? note.Report : note.Report with { State = FileState.Queryable };
            }

            isUnderWay |= reports[i] is null;
        }

        if (isUnderWay)
        {
            await AddUnderWayAsync(files, since, reports, cancellationToken);
        }

        return reports;
    }

    /// <summary>Nobody will finish the file, but all it said is in the tables: the silo that read it ended between the two.</summary>
    private async ValueTask<bool> IsLeftDurableAsync(ReportNote note, CancellationToken cancellationToken)
    {
        if (!await silos.IsGoneAsync(note.Silo, cancellationToken)
            || (await registry.ListAsync(cancellationToken)).Any(open => open.Number == note.Report.Number)
            || seat.Holder is not { } holder)
        {
            return false;
        }

        var loaded = note.Objects.Count == 0 ? null : await calls.TryAsync(holder, silo => silo.WaitLoadedAsync(note.Objects, cancellationToken), cancellationToken);
        if (loaded is { IsWriter: true, Unknown.Count: > 0 })
        {
            // The silo ended before it could announce them.
            var unknown = loaded.Unknown.Select(name => new LakeAnnouncement
            {
                Dimension = note.Report.Dimension,
                Name = name,
                Rows = LakeObjectName.TryParse(name, out var parsed) ? parsed.Rows : throw new InvalidDataException($"'{name}' is not a name of a lake object."),
                Bytes = 0,
            }).ToList();
            await calls.TryAsync(holder, async silo => await silo.AnnounceAsync(unknown, cancellationToken) ? silo : null!, cancellationToken);
        }

        return note.Objects.Count == 0 || (loaded is { IsWriter: true } && note.Objects.All(loaded.Loaded.Contains));
    }

    private async Task AddUnderWayAsync(IReadOnlyList<(string Dimension, string Name)> files, long since, FileReport?[] reports, CancellationToken cancellationToken)
    {
        var all = await Task.WhenAll(silos.Active.Select(name => calls.TryAsync(name, silo => silo.GetFilesUnderWayAsync(cancellationToken), cancellationToken)));
        var underWay = all.OfType<IReadOnlyList<FileUnderWay>>().SelectMany(some => some).Where(file => file.Number >= since).ToLookup(file => (file.Dimension, file.Name));
        for (var i = 0; i < reports.Length; i++)
        {
            reports[i] ??= underWay[files[i]].MaxBy(file => file.Number) is { } file ? Reading(file) : null;
        }
    }

    private static FileReport Reading(FileUnderWay file) => new()
    {
        Dimension = file.Dimension,
        Name = file.Name,
        Number = file.Number,
        State = FileState.Reading,
        Redelivered = false,
        Bytes = file.Bytes,
        BytesRead = file.BytesRead,
        Rows = file.Rows,
        Accepted = 0,
        Quarantined = new Dictionary<string, long>(),
        UnknownColumns = new Dictionary<string, long>(),
        Counts = default(DetectCounts),
        VisibleAt = default,
    };
}
