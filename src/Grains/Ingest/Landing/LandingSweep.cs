using CustomerTrack.Dimensions;

namespace CustomerTrack.Ingest;

/// <summary>
/// Looks through the landing folders and tells complete files from half-written ones: a file is complete when it appeared under
/// its name by a rename, or when its size and time have been still for the settle time.
/// </summary>
internal sealed class LandingSweep(LandingFolders folder, IReadOnlyList<DimensionDefinition> dimensions, LandingWatch watch, TimeSpan settleTime, TimeProvider time)
{
    private Dictionary<string, Sighting> _unsettled = new(StringComparer.Ordinal);

    /// <summary>Files whose names say that they are not for us, as <c>dimension/name</c>; they are left where they are.</summary>
    public IReadOnlyCollection<string> Ignored { get; private set; } = [];

    /// <summary>The complete files, oldest first over all dimensions.</summary>
    public List<LandingCandidate> Run()
    {
        var now = time.GetUtcNow();
        var renamedBefore = watch.Renamed;
        var complete = new List<LandingCandidate>();
        var unsettled = new Dictionary<string, Sighting>(StringComparer.Ordinal);
        var ignored = new List<string>();
        var seen = new HashSet<string>(StringComparer.Ordinal);
        foreach (var dimension in dimensions)
        {
            foreach (var file in new DirectoryInfo(folder.Landing(dimension.Name)).EnumerateFiles())
            {
                if (FileFormat.IsUnfinished(file.Name) || FileFormat.IsBeside(file.Name))
                {
                    continue;
                }

                if (FileFormat.Of(file.Name) is null)
                {
                    ignored.Add($"{dimension.Name}/{file.Name}");
                    continue;
                }

                seen.Add(file.FullName);
                if (VisibleAt(file, now, unsettled) is { } visibleAt)
                {
                    complete.Add(new(dimension, file.FullName, file.Name, file.LastWriteTimeUtc, visibleAt));
                }
            }
        }

        foreach (var gone in renamedBefore.Where(path => !seen.Contains(path)))
        {
            watch.Forget(gone);
        }

        _unsettled = unsettled;
        Ignored = ignored;
        complete.Sort((left, right) => (left.ModifiedAt, left.Name).CompareTo((right.ModifiedAt, right.Name)));
        return complete;
    }

    /// <summary>How many files wait, half-written ones included.</summary>
    public static int Count(LandingFolders folder, IEnumerable<DimensionDefinition> dimensions) => dimensions
        .Select(dimension => folder.Landing(dimension.Name))
        .Where(Directory.Exists)
        .SelectMany(Directory.EnumerateFiles)
        .Select(Path.GetFileName)
        .Count(name => !FileFormat.IsUnfinished(name!) && FileFormat.Of(name!) is not null);

    /// <summary>When a complete file became visible; null for one that may still be written.</summary>
    private DateTimeOffset? VisibleAt(FileInfo file, DateTimeOffset now, Dictionary<string, Sighting> unsettled)
    {
        if (watch.RenamedAt(file.FullName) is { } renamedAt)
        {
            return renamedAt;
        }

        // A file that vanished meanwhile has a length that cannot be asked for.
        if (!file.Exists)
        {
            return null;
        }

        var (size, modified) = (file.Length, file.LastWriteTimeUtc);
        var sighting = _unsettled.TryGetValue(file.FullName, out var before) ? before : new(size, modified, now, now);
        if (sighting.Size != size || sighting.ModifiedAt != modified)
        {
            sighting = sighting with { Size = size, ModifiedAt = modified, StillSince = now };
        }

        // A time in the past proves stillness at first sight; a time that is wrong (another machine's clock) has to be watched.
        if (now - sighting.StillSince >= settleTime || now.UtcDateTime - modified >= settleTime)
        {
            return sighting.FirstSeen;
        }

        unsettled[file.FullName] = sighting;
        return null;
    }

    private sealed record Sighting(long Size, DateTime ModifiedAt, DateTimeOffset StillSince, DateTimeOffset FirstSeen);
}
