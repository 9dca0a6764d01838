using System.IO.Compression;
using CustomerTrack.Dimensions;

namespace CustomerTrack.Harness;

/// <summary>One data folder with its dimension, and the commands that work on it.</summary>
public sealed class Site
{
    private static readonly TimeSpan CommandPatience = TimeSpan.FromMinutes(3);

    private readonly string _dimensionFile;

    /// <param name="data">The data folder; made by the first command.</param>
    /// <param name="dimensionFile">The definition of the site's one dimension.</param>
    public Site(string data, string dimensionFile)
    {
        Data = data;
        _dimensionFile = dimensionFile;
        Dimension = DimensionReader.Load(dimensionFile);
    }

    public string Data { get; }

    public DimensionDefinition Dimension { get; }

    /// <summary>Settings of the processes, such as <c>CUSTOMERTRACK_Ingest__SettleTime</c>.</summary>
    public Dictionary<string, string> Environment { get; } = [];

    /// <summary>Where the dimension's files are dropped.</summary>
    public string Landing => Path.Combine(Data, "landing", Dimension.Name);

    /// <summary>The lake objects, by path.</summary>
    public IReadOnlyList<string> LakeObjects => FilesBelow(Path.Combine(Data, "lake"), "*.parquet");

    /// <summary>Landing files that nobody claimed, by name; those with hidden or unfinished names are left out.</summary>
    public IReadOnlyList<string> Waiting => [.. Visible(Landing)];

    /// <summary>Landing files that are claimed and not archived, by name.</summary>
    public IReadOnlyList<string> Claimed => [.. Visible(Path.Combine(Landing, ".claims"))];

    /// <summary>Whether nothing is left to read. A file moves from landing to the claims, so looking in that order misses none.</summary>
    public bool IsDrained => Waiting.Count == 0 && Claimed.Count == 0;

    /// <summary>Records in quarantine as NDJSON, each a line.</summary>
    public IReadOnlyList<string> Quarantine => [.. FilesBelow(Path.Combine(Data, "rejected"), "*.ndjson")
        .Where(path => !Path.GetFileName(path).StartsWith('.') && Path.GetFileName(Path.GetDirectoryName(path)) != "files")
        .SelectMany(File.ReadLines)];

    /// <summary>Files that were rejected as a whole, by the name of their note.</summary>
    public IReadOnlyList<string> RejectedNotes => FilesBelow(Path.Combine(Data, "rejected"), "*.reason.json");

    /// <summary>Runs a command to its end.</summary>
    public async Task<CommandRun> RunAsync(CancellationToken cancellationToken, params string[] arguments)
    {
        await using var process = CustomerTrackProcess.Start([.. arguments, .. Common], Environment);
        return await process.WaitForExitAsync(CommandPatience, cancellationToken);
    }

    /// <summary>Starts a command.</summary>
    public CustomerTrackProcess Start(params string[] arguments) => CustomerTrackProcess.Start([.. arguments, .. Common], Environment);

    /// <summary>Starts the service, without waiting until it is up.</summary>
    public CustomerTrackProcess StartService() => Start("run", "--url", "http://127.0.0.1:0");

    /// <summary>Starts the service and waits until it answers.</summary>
    public Task<RunningService> ServeAsync(CancellationToken cancellationToken) => RunningService.UpAsync(this, StartService(), cancellationToken);

    /// <summary>Puts a file into landing the way a good producer does: under a hidden name, then renamed.</summary>
    public void Land(string name, ReadOnlySpan<byte> content)
    {
        Directory.CreateDirectory(Landing);
        var temporary = Path.Combine(Landing, $".{name}.tmp");
        File.WriteAllBytes(temporary, content);
        File.Move(temporary, Path.Combine(Landing, name));
    }

    /// <summary>Runs <c>query</c> and returns the rows as lines of CSV, without the header.</summary>
    public async Task<IReadOnlyList<string>> QueryAsync(string sql, CancellationToken cancellationToken) =>
        (await RunAsync(cancellationToken, "query", sql, "--format", "csv")).Must().Lines[1..];

    /// <summary>Runs <c>query</c> for one whole number.</summary>
    public async Task<long> NumberAsync(string sql, CancellationToken cancellationToken) =>
        long.Parse((await QueryAsync(sql, cancellationToken))[0], System.Globalization.CultureInfo.InvariantCulture);

    /// <summary>Runs <c>verify</c>, which must agree.</summary>
    public async Task VerifyAsync(CancellationToken cancellationToken) => (await RunAsync(cancellationToken, "verify")).Must();

    /// <summary>The bytes, compressed.</summary>
    public static byte[] Gzip(ReadOnlySpan<byte> content)
    {
        using var packed = new MemoryStream();
        using (var gzip = new GZipStream(packed, CompressionLevel.Fastest))
        {
            gzip.Write(content);
        }

        return packed.ToArray();
    }

    /// <summary>Files below a folder; none where there is no folder.</summary>
    public static IReadOnlyList<string> FilesBelow(string folder, string pattern) =>
        Directory.Exists(folder) ? Directory.GetFiles(folder, pattern, SearchOption.AllDirectories) : [];

    private string[] Common => ["--data", Data, "--dimension", _dimensionFile];

    private static IEnumerable<string> Visible(string folder) => Directory.Exists(folder)
        ? Directory.EnumerateFiles(folder).Select(path => Path.GetFileName(path)).Where(name => !name.StartsWith('.') && !name.EndsWith(".tmp", StringComparison.Ordinal))
        : [];
}
