using System.Globalization;
using System.Runtime.CompilerServices;
using System.Text.Json;
using System.Text.RegularExpressions;
using CustomerTrack.Lake;
using CustomerTrack.Records;

namespace CustomerTrack.Ingest;

/// <summary>
/// What was rejected, and its way back. A replayed record is a new delivery: where the arrival is the sequence, it gets
/// the time of the replay; where the file's name holds the sequence, the name is kept. Several processes may share the quarantine: what one
/// replays it has first moved aside, which only one can.
/// </summary>
#pragma warning disable CA1001 // A semaphore whose wait handle is never asked for holds nothing to dispose of.
public sealed partial class Quarantine(LandingFolders folder, ILandingPlace place, TimeProvider time)
#pragma warning restore CA1001
{
    private const string Alone = "alone";
    private const string OfRecords = "records";
    private const string OfFiles = "files";
    private const int ExamplesOfFile = 3;

    private readonly SemaphoreSlim _one = new(1, 1);

    /// <summary>What waits, by dimension, file and reason.</summary>
    /// <param name="reason">Only this reason; null for all.</param>
    public async ValueTask<IReadOnlyList<QuarantineSummary>> ListAsync(string? reason, CancellationToken cancellationToken = default)
    {
        var summaries = new List<QuarantineSummary>();
        foreach (var (dimension, path, number, name) in Files(dimension: null))
        {
            var counts = new SortedDictionary<string, long>(StringComparer.Ordinal);
            await foreach (var line in LinesAsync(path, cancellationToken))
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

    /// <summary>The first records that wait for a reason, a few of each file, and the first whole files.</summary>
    public async ValueTask<IReadOnlyList<QuarantineExample>> ExamplesAsync(string reason, int most, CancellationToken cancellationToken = default)
    {
        var examples = new List<QuarantineExample>();
        foreach (var (dimension, path, _, name) in Files(dimension: null))
        {
            var ofFile = 0;
            await foreach (var line in LinesAsync(path, cancellationToken))
            {
                using var entry = JsonDocument.Parse(line);
                if (examples.Count >= most || ofFile >= ExamplesOfFile)
                {
                    break;
                }

                if (entry.RootElement.GetProperty("reason").ValueEquals(reason))
                {
                    ofFile++;
                    examples.Add(Example(dimension, name, reason, entry.RootElement));
                }
            }

            if (examples.Count >= most)
            {
                return examples;
            }
        }

        examples.AddRange(Notes(dimension: null).Where(found => found.Note.Reason == reason).Take(most - examples.Count).Select(found => new QuarantineExample
        {
            Dimension = found.Note.Dimension,
            File = found.Note.File,
            Row = 0,
            Reason = reason,
            Column = null,
            Message = found.Note.Message,
            RecordJson = null,
        }));
        return examples;
    }

    /// <summary>
    /// Gives matching records and files back to landing and takes them out of the quarantine, in this order: a crash between
    /// makes a record come twice, which changes nothing.
    /// </summary>
    public async ValueTask<ReplayResult> ReplayAsync(string? reason, string? dimension, CancellationToken cancellationToken = default)
    {
        await _one.WaitAsync(cancellationToken);
        try
        {
            // Left by a replay of this process that failed: none is under way.
            var own = folder.Writer.Length == 0 ? Alone : folder.Writer;
            foreach (var name in Dimensions(dimension))
            {
                await GiveBackAsync(folder, name, writer => new(writer != own));
            }

            return await ReplayAsync(own, reason, dimension, cancellationToken);
        }
        finally
        {
            _one.Release();
        }
    }

    /// <summary>Puts back what processes that ended had moved aside to replay it.</summary>
    internal static async ValueTask GiveBackAsync(LandingFolders folder, string dimension, Func<string, ValueTask<bool>> isReplaying)
    {
        foreach (var path in Sorted(folder.Replaying(dimension), "*"))
        {
            var parts = Path.GetFileName(path).Split('~', 3);
            if (parts.Length < 3 || parts[0] is not (OfRecords or OfFiles) || await isReplaying(parts[1]))
            {
                continue;
            }

            var place = parts[0] == OfRecords ? folder.Rejected(dimension) : folder.RejectedFiles(dimension);
            Restore(path, Path.Combine(place, parts[2]));
        }
    }

    private static QuarantineExample Example(string dimension, string file, string reason, JsonElement entry) => new()
    {
        Dimension = dimension,
        File = file,
        Row = entry.GetProperty("row").GetInt64(),
        Reason = reason,
        Column = entry.GetProperty("column").GetString(),
        Message = entry.GetProperty("message").GetString()!,
        RecordJson = entry.GetProperty("record").GetRawText(),
    };

    private async ValueTask<ReplayResult> ReplayAsync(string own, string? reason, string? dimension, CancellationToken cancellationToken)
    {
        long records = 0, stayed = 0;
        var landed = new List<string>();
        foreach (var (owner, path, number, name) in Files(dimension).ToList())
        {
            if (TryTakeOut(owner, OfRecords, own, path) is not { } taken)
            {
                continue;
            }

            var (replayed, left, notReplayable) = await CountAsync(taken, reason, cancellationToken);
            stayed += notReplayable;
            if (replayed == 0)
            {
                Restore(taken, path);
                continue;
            }

            var landing = ReplayName(name, number, ".ndjson");
            await place.LandAsync(owner, landing, stream => CopyAsync(taken, reason, replays: true, stream, cancellationToken), traceParent: null, cancellationToken);
            if (left > 0)
            {
                await ReplaceAsync(taken, reason, cancellationToken);
                Restore(taken, path);
            }
            else
            {
                Remove(taken);
            }

            records += replayed;
            landed.Add(Path.Combine(folder.Landing(owner), landing));
        }

        var wholeFiles = 0;
        foreach (var (note, path) in Notes(dimension).Where(found => reason is null || found.Note.Reason == reason).ToList())
        {
            if (TryTakeOut(note.Dimension, OfFiles, own, path) is not { } taken)
            {
                continue;
            }

            var landing = ReplayName(note.File, note.Number, note.File[FileFormat.Stem(note.File).Length..]);
            await place.LandAsync(
                note.Dimension,
                landing,
                async stream =>
                {
                    await using var content = new FileStream(taken, FileMode.Open, FileAccess.Read, FileShare.Read | FileShare.Delete);
                    await content.CopyToAsync(stream, cancellationToken);
                },
                traceParent: null,
                cancellationToken);
            Remove(taken);
            File.Delete(LandingFolders.NotePath(path));
            landed.Add(Path.Combine(folder.Landing(note.Dimension), landing));
            wholeFiles++;
        }

        return new() { Records = records, WholeFiles = wholeFiles, NotReplayable = stayed, LandingFiles = landed };
    }

    /// <summary>Moves a file of the quarantine aside, to where only this process works on it; null when another one was faster.</summary>
    private string? TryTakeOut(string dimension, string kind, string own, string path)
    {
        Directory.CreateDirectory(folder.Replaying(dimension));
        var taken = Path.Combine(folder.Replaying(dimension), $"{kind}~{own}~{Path.GetFileName(path)}");
        try
        {
            DurableFile.Rename(path, taken);
            return taken;
        }
        catch (FileNotFoundException)
        {
            return null;
        }
    }

    private static void Restore(string taken, string path)
    {
        if (File.Exists(path))
        {
            // The file was read again meanwhile and rejected the same once more.
            Remove(taken);
        }
        else
        {
            DurableFile.Rename(taken, path);
        }
    }

    private static void Remove(string path)
    {
        File.Delete(path);
        FolderSync.Flush(Path.GetDirectoryName(path)!);
    }

    private static async ValueTask<(long Replayed, long Left, long NotReplayable)> CountAsync(string path, string? reason, CancellationToken cancellationToken)
    {
        long replayed = 0, left = 0, notReplayable = 0;
        await foreach (var line in LinesAsync(path, cancellationToken))
        {
            using var entry = JsonDocument.Parse(line);
            var replays = Replays(entry, reason, out var matches);
            replayed += replays ? 1 : 0;
            left += replays ? 0 : 1;
            notReplayable += matches && !replays ? 1 : 0;
        }

        return (replayed, left, notReplayable);
    }

    /// <summary>Copies either the records that are replayed, or the lines that stay.</summary>
    private static async ValueTask CopyAsync(string path, string? reason, bool replays, Stream target, CancellationToken cancellationToken)
    {
        await using var text = new StreamWriter(target, leaveOpen: true);
        await foreach (var line in LinesAsync(path, cancellationToken))
        {
            using var entry = JsonDocument.Parse(line);
            if (Replays(entry, reason, out _) == replays)
            {
                await text.WriteLineAsync((replays ? entry.RootElement.GetProperty("record").GetRawText() : line).AsMemory(), cancellationToken);
            }
        }
    }

    private static bool Replays(JsonDocument entry, string? reason, out bool matches)
    {
        matches = reason is null || entry.RootElement.GetProperty("reason").ValueEquals(reason);
        return matches && entry.RootElement.GetProperty("record").ValueKind == JsonValueKind.Object;
    }

    /// <summary>Leaves only the lines that are not replayed.</summary>
    private static async ValueTask ReplaceAsync(string path, string? reason, CancellationToken cancellationToken)
    {
        var temporary = DurableFile.Temporary(path);
        await using (var rest = new FileStream(temporary, FileMode.Create, FileAccess.Write, FileShare.None))
        {
            await CopyAsync(path, reason, replays: false, rest, cancellationToken);
            rest.Flush(flushToDisk: true);
        }

        DurableFile.Rename(temporary, path);
    }

    /// <summary>The lines of a quarantine file; none when it was replayed since it was seen.</summary>
    private static async IAsyncEnumerable<string> LinesAsync(string path, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        FileStream file;
        try
        {
            file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read | FileShare.Delete, 64 * 1024, FileOptions.SequentialScan);
        }
        catch (FileNotFoundException)
        {
            yield break;
        }

        using var reader = new StreamReader(file);
        while (await reader.ReadLineAsync(cancellationToken) is { } line)
        {
            yield return line;
        }
    }

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
                if (LandingFolders.TrySplit(Path.GetFileName(path), out _, out _) && ReadNote(path) is { } note)
                {
                    yield return (note, path);
                }
            }
        }
    }

    /// <summary>A file without a note is a note, or one that is just being moved.</summary>
    private static RejectedFileNote? ReadNote(string path)
    {
        try
        {
            return JsonSerializer.Deserialize(File.ReadAllBytes(LandingFolders.NotePath(path)), QuarantineJson.Default.RejectedFileNote);
        }
        catch (FileNotFoundException)
        {
            return null;
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
