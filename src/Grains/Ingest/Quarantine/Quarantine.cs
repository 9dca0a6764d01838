using System.Globalization;
using System.Text.Json;
using System.Text.RegularExpressions;
using CustomerTrack.Lake;
using CustomerTrack.Records;

namespace CustomerTrack.Ingest;

/// <summary>
/// What was rejected, and its way back. A replayed record is a new delivery: where the arrival is the sequence, it gets
/// the time of the replay; where the file's name holds the sequence, the name is kept.
/// </summary>
public sealed partial class Quarantine(LandingFolders folder, TimeProvider time)
{
    /// <summary>What waits, by dimension, file and reason.</summary>
    /// <param name="reason">Only this reason; null for all.</param>
    public async ValueTask<IReadOnlyList<QuarantineSummary>> ListAsync(string? reason, CancellationToken cancellationToken = default)
    {
        var summaries = new List<QuarantineSummary>();
        foreach (var (dimension, path, number, name) in Files(dimension: null))
        {
            var counts = new SortedDictionary<string, long>(StringComparer.Ordinal);
            await foreach (var line in File.ReadLinesAsync(path, cancellationToken))
            {
                using var entry = JsonDocument.Parse(line);
                var why = entry.RootElement.GetProperty("reason").GetString()!;
                counts[why] = counts.GetValueOrDefault(why) + 1;
            }

            summaries.AddRange(counts
                .Where(count => reason is null || count.Key == reason)
                .Select(count => new QuarantineSummary { Dimension = dimension, File = name, Number = number, Reason = count.Key, Count = count.Value }));
        }

        summaries.AddRange(Notes(dimension: null)
            .Where(found => reason is null || found.Note.Reason == reason)
            .Select(found => new QuarantineSummary
            {
                Dimension = found.Note.Dimension,
                File = found.Note.File,
                Number = found.Note.Number,
                Reason = found.Note.Reason,
                Count = 1,
                IsWholeFile = true,
            }));
        return summaries;
    }

    /// <summary>
    /// Gives matching records and files back to landing and takes them out of the quarantine, in this order: a crash between
    /// makes a record come twice, which changes nothing.
    /// </summary>
    public async ValueTask<ReplayResult> ReplayAsync(string? reason, string? dimension, CancellationToken cancellationToken = default)
    {
        long records = 0, stayed = 0;
        var landed = new List<string>();
        foreach (var (owner, path, number, name) in Files(dimension))
        {
            var target = Path.Combine(folder.Landing(owner), ReplayName(name, number, ".ndjson"));
            var (replayed, left, notReplayable) = await SplitAsync(path, target, reason, cancellationToken);
            stayed += notReplayable;
            if (replayed == 0)
            {
                File.Delete(DurableFile.Temporary(target));
                File.Delete(DurableFile.Temporary(path));
                continue;
            }

            DurableFile.Rename(DurableFile.Temporary(target), target);
            if (left > 0)
            {
                DurableFile.Rename(DurableFile.Temporary(path), path);
            }
            else
            {
                File.Delete(path);
                File.Delete(DurableFile.Temporary(path));
                FolderSync.Flush(Path.GetDirectoryName(path)!);
            }

            records += replayed;
            landed.Add(target);
        }

        var wholeFiles = 0;
        foreach (var (note, path) in Notes(dimension).Where(found => reason is null || found.Note.Reason == reason).ToList())
        {
            var target = Path.Combine(folder.Landing(note.Dimension), ReplayName(note.File, note.Number, note.File[FileFormat.Stem(note.File).Length..]));
            Directory.CreateDirectory(Path.GetDirectoryName(target)!);
            DurableFile.Rename(path, target);
            File.Delete(LandingFolders.NotePath(path));
            landed.Add(target);
            wholeFiles++;
        }

        return new() { Records = records, WholeFiles = wholeFiles, NotReplayable = stayed, LandingFiles = landed };
    }

    /// <summary>Writes the matching records as a landing file and the others as the quarantine's new content, both under temporary names and synced.</summary>
    private static async ValueTask<(long Replayed, long Left, long NotReplayable)> SplitAsync(string path, string target, string? reason, CancellationToken cancellationToken)
    {
        long replayed = 0, left = 0, notReplayable = 0;
        Directory.CreateDirectory(Path.GetDirectoryName(target)!);
        await using var landing = Create(target);
        await using var rest = Create(path);
        await using var landingText = new StreamWriter(landing, leaveOpen: true);
        await using var restText = new StreamWriter(rest, leaveOpen: true);
        await foreach (var line in File.ReadLinesAsync(path, cancellationToken))
        {
            using var entry = JsonDocument.Parse(line);
            var matches = reason is null || entry.RootElement.GetProperty("reason").ValueEquals(reason);
            var record = entry.RootElement.GetProperty("record");
            if (matches && record.ValueKind == JsonValueKind.Object)
            {
                await landingText.WriteLineAsync(record.GetRawText().AsMemory(), cancellationToken);
                replayed++;
            }
            else
            {
                await restText.WriteLineAsync(line.AsMemory(), cancellationToken);
                left++;
                notReplayable += matches ? 1 : 0;
            }
        }

        await landingText.FlushAsync(cancellationToken);
        await restText.FlushAsync(cancellationToken);
        landing.Flush(flushToDisk: true);
        rest.Flush(flushToDisk: true);
        return (replayed, left, notReplayable);
    }

    private static FileStream Create(string path) => new(DurableFile.Temporary(path), FileMode.Create, FileAccess.Write, FileShare.None);

    private string[] Dimensions(string? only)
    {
        var root = Path.GetDirectoryName(folder.Rejected("any"))!;
        return only is not null ? [only]
            : Directory.Exists(root) ? [.. Directory.EnumerateDirectories(root).Select(path => Path.GetFileName(path)!).Order(StringComparer.Ordinal)]
            : [];
    }

    private static string[] Sorted(string place, string pattern)
    {
        string[] paths = Directory.Exists(place) ? Directory.GetFiles(place, pattern) : [];
        Array.Sort(paths, StringComparer.Ordinal);
        return paths;
    }

    private IEnumerable<(string Dimension, string Path, long Number, string Name)> Files(string? dimension)
    {
        foreach (var owner in Dimensions(dimension))
        {
            var place = folder.Rejected(owner);
            foreach (var path in Sorted(place, "*.ndjson"))
            {
                if (LandingFolders.TrySplit(Path.GetFileNameWithoutExtension(path), out var number, out var name))
                {
                    yield return (owner, path, number, name);
                }
            }
        }
    }

    /// <summary>The files that were rejected as a whole.</summary>
    private IEnumerable<(RejectedFileNote Note, string Path)> Notes(string? dimension)
    {
        foreach (var owner in Dimensions(dimension))
        {
            var place = folder.RejectedFiles(owner);
            foreach (var path in Sorted(place, "*"))
            {
                // A file without a note is a note, or one that is just being moved.
                if (LandingFolders.TrySplit(Path.GetFileName(path), out _, out _) && File.Exists(LandingFolders.NotePath(path)))
                {
                    yield return (JsonSerializer.Deserialize(File.ReadAllBytes(LandingFolders.NotePath(path)), QuarantineJson.Default.RejectedFileNote)!, path);
                }
            }
        }
    }

    /// <summary>A name that no waiting file has, and that begins as the original did: its sequence may stand there.</summary>
    private string ReplayName(string name, long number, string extension)
    {
        var stem = EarlierReplay().Replace(FileFormat.Stem(name), "");
        return string.Create(CultureInfo.InvariantCulture, $"{stem}.replay-{number}-{SequenceText.FromTicks(time.GetUtcNow().UtcTicks)}{extension}");
    }

    [GeneratedRegex(@"\.replay-[0-9]+-[0-9]+\z", RegexOptions.CultureInvariant)]
    private static partial Regex EarlierReplay();
}
