using System.Buffers.Text;
using System.Globalization;
using System.Text;
using CustomerTrack.Records;

namespace CustomerTrack.Ingest;

/// <summary>
/// Numbers for files: microseconds UTC, unique and rising in a data folder whatever the clock does and however many processes
/// ask. The highest one given is kept in a file, which is locked and synced for each group of numbers.
/// </summary>
internal sealed class FileNumbers(LandingFolders folder, IEnumerable<string> dimensions, TimeProvider time)
{
    private const int LockAttempts = 5000;
    private static readonly TimeSpan LockRetry = TimeSpan.FromMilliseconds(2);

    /// <summary>The first of <paramref name="count"/> consecutive numbers.</summary>
    public async ValueTask<long> TakeAsync(int count, CancellationToken cancellationToken)
    {
        using var file = await LockAsync(cancellationToken);
        var last = file.Length == 0 ? HighestInUse() : Read(file);
        var first = Math.Max(SequenceText.FromTicks(time.GetUtcNow().UtcTicks), last + 1);
        Write(file, first + count - 1);
        return first;
    }

    /// <summary>Gives only higher numbers from now on.</summary>
    public async ValueTask PassAsync(long number, CancellationToken cancellationToken)
    {
        using var file = await LockAsync(cancellationToken);
        var last = file.Length == 0 ? HighestInUse() : Read(file);
        if (last < number || file.Length == 0)
        {
            Write(file, Math.Max(last, number));
        }
    }

    private async ValueTask<FileStream> LockAsync(CancellationToken cancellationToken)
    {
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                return new FileStream(folder.LastNumber, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
            }
            catch (IOException held) when (attempt < LockAttempts && held is not (FileNotFoundException or DirectoryNotFoundException or PathTooLongException))
            {
                // Another process numbers its files; it takes a millisecond. A real clock, since this waits for the system.
                await Task.Delay(LockRetry, cancellationToken);
            }
        }
    }

    private static void Write(FileStream file, long last)
    {
        // A fixed width, so that the write replaces all digits within one sector.
        file.Position = 0;
        file.Write(Encoding.ASCII.GetBytes(last.ToString("D19", CultureInfo.InvariantCulture)));
        file.Flush(flushToDisk: true);
    }

    private long Read(FileStream file)
    {
        Span<byte> digits = stackalloc byte[19];
        if (file.ReadAtLeast(digits, digits.Length, throwOnEndOfStream: false) == digits.Length
            && Utf8Parser.TryParse(digits, out long last, out var consumed) && consumed == digits.Length)
        {
            return last;
        }

        throw new InvalidDataException($"'{folder.LastNumber}' is damaged; expected 19 digits. Delete it to have the highest number looked up in claims and archive.");
    }

    /// <summary>Of a folder whose number file is missing: looked up where numbered files are.</summary>
    private long HighestInUse()
    {
        var highest = 0L;
        foreach (var dimension in dimensions)
        {
            foreach (var place in (ReadOnlySpan<string>)[folder.Claims(dimension), folder.Archive(dimension), folder.Rejected(dimension)])
            {
                foreach (var path in Directory.Exists(place) ? Directory.EnumerateFiles(place, "*", SearchOption.AllDirectories) : [])
                {
                    if (LandingFolders.TrySplit(Path.GetFileName(path), out var number, out _))
                    {
                        highest = Math.Max(highest, number);
                    }
                }
            }
        }

        return highest;
    }
}
