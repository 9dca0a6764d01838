using System.Diagnostics;
using System.Globalization;
using CustomerTrack.Cli;
using CustomerTrack.Dimensions;
using CustomerTrack.Hosting;
using CustomerTrack.Ingest;
using Microsoft.Extensions.DependencyInjection;

namespace CustomerTrack.Benchmarks;

/// <summary>Runs the pipeline as the service does and measures it from the outside: a file appears, its rows can be queried.</summary>
internal sealed class PipelineBenchmark
{
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(5);

    private readonly PipelineOptions _options;
    private readonly Figures _figures;
    private readonly IServiceProvider _services;
    private readonly FileReports _reports;
    private readonly DuckDbWarehouse _warehouse;
    private readonly string _data;
    private readonly string _dimension;
    private readonly LandingFeed _landing;
    private readonly CustomerFeed _feed;
    private readonly StageTimes _stages;

    private PipelineBenchmark(PipelineOptions options, Figures figures, IServiceProvider services, string data, string dimension, StageTimes stages)
    {
        _options = options;
        _figures = figures;
        _services = services;
        _reports = services.GetRequiredService<FileReports>();
        _warehouse = services.GetRequiredService<DuckDbWarehouse>();
        _data = data;
        _dimension = dimension;
        _landing = new(data, dimension);
        _feed = new(options.Customers, options.Changes, options.NoOps, seed: 1);
        _stages = stages;
    }

    public static async Task RunAsync(PipelineOptions options, Figures figures, CancellationToken cancellationToken)
    {
        var definition = Path.Combine(AppContext.BaseDirectory, "dimensions", "customer.json");
        var data = Path.Combine(Path.GetFullPath(options.Folder ?? Path.GetTempPath()), $"customertrack-benchmark-{Guid.NewGuid():N}");
        try
        {
            using var stages = new StageTimes();
            await using var host = await PipelineHost.StartAsync(new CommonArguments { Data = data, Dimensions = [definition] }, url: null, cancellationToken);
            await host.Services.GetRequiredService<LandingReader>().Watching.WaitAsync(cancellationToken);
            var benchmark = new PipelineBenchmark(options, figures, host.Services, data, DimensionReader.Load(definition).Name, stages);
            await benchmark.RunAsync(cancellationToken);
        }
        finally
        {
            if (Directory.Exists(data))
            {
                Directory.Delete(data, recursive: true);
            }
        }
    }

    private async Task RunAsync(CancellationToken cancellationToken)
    {
        await GrainCallsAsync();
        await FirstContactAsync(cancellationToken);
        await SecondContactAsync(cancellationToken);
        await WarmThroughputAsync(cancellationToken);
        if (_options.LatencySeconds > 0)
        {
            await LatencyAsync(cancellationToken);
        }

        await CheckAsync(cancellationToken);
        _figures.Begin("process");
        _figures.Add("process", "peak_resident", ResourceUse.PeakResidentBytes() / 1048576d, "MB");
        _figures.Add("process", "warm_rows_per_grain_call", _figures.Get("warm_throughput", "rate") / _figures.Get("grain_calls", "from_outside"), "rows per call");
    }

    private async Task GrainCallsAsync()
    {
        const string Group = "grain_calls";
        _figures.Begin($"{Group}: warm grains that do nothing, same silo");
        var factory = _services.GetRequiredService<IGrainFactory>();
        var duration = TimeSpan.FromSeconds(_options.GrainCallSeconds);
        _figures.Add(Group, "from_outside", await GrainCalls.FromOutsideAsync(factory, duration), "calls/s (256 outstanding)");
        _figures.Add(Group, "from_grains", await GrainCalls.FromGrainsAsync(factory, duration), "calls/s (64 grains, each 256 at once)");
    }

    private async Task FirstContactAsync(CancellationToken cancellationToken)
    {
        Prepare("first", _options.Customers, _feed.WriteNew);
        await ThroughputAsync("first_contact", $"{_options.Customers:N0} customers nobody heard of before", cancellationToken);
    }

    // A customer gets its grain when it turns up again: this is what activations cost, and what makes the customers warm.
    private async Task SecondContactAsync(CancellationToken cancellationToken)
    {
        Prepare("second", _options.Customers, _feed.WriteEach);
        await ThroughputAsync("second_contact", $"the same {_options.Customers:N0} customers stated once more, whose grains are activated now", cancellationToken);
    }

    private async Task WarmThroughputAsync(CancellationToken cancellationToken)
    {
        Prepare("warm", _options.Rows, _feed.WriteKnown);
        await ThroughputAsync(
            "warm_throughput",
            $"{_options.Rows:N0} rows of {_options.Customers:N0} warm customers, {_options.Changes:P0} changes, the rest {_options.NoOps.ToString().ToLowerInvariant()}",
            cancellationToken);
    }

    private void Prepare(string name, int rows, Action<string, int> write)
    {
        for (var (left, file) = (rows, 1); left > 0; left -= _options.RowsPerFile, file++)
        {
            var count = Math.Min(left, _options.RowsPerFile);
            _landing.Prepare(string.Create(CultureInfo.InvariantCulture, $"{name}-{file:D5}.csv"), path => write(path, count));
        }
    }

    private async Task ThroughputAsync(string group, string title, CancellationToken cancellationToken)
    {
        await QuietAsync(cancellationToken);
        _figures.Begin($"{group}: {title}");
        var (filesBefore, lakeBefore, before) = (_reports.Totals, LakeBytes(), ResourceUse.Now());
        _stages.Take();
        var landed = new Dictionary<string, DateTimeOffset>();
        while (_landing.Waiting > 0)
        {
            var (name, at) = _landing.Land();
            landed.Add(name, at);
        }

        var files = await WaitAsync(filesBefore.Files + landed.Count, landed, cancellationToken);
        var used = ResourceUse.Now().Since(before);
        var rows = files.Sum(file => file.Accepted);
        var seconds = (files.Max(file => file.QueryableAt!.Value) - landed.Values.Min()).TotalSeconds;
        var lake = LakeBytes() - lakeBefore;
        _figures.Add(group, "rate", rows / seconds, "rows/s, from file visible to queryable");
        _figures.Add(group, "rows", rows, "rows");
        _figures.Add(group, "elapsed", seconds, "s");
        _figures.Add(group, "cpu_per_million", used.Cpu.TotalSeconds * 1_000_000 / rows, "CPU s per 1,000,000 rows");
        AddCores(group, used, seconds);
        _figures.Add(group, "allocated_per_row", (double)used.AllocatedBytes / rows, "B");
        _figures.Add(group, "gc_gen0", used.Gen0, "collections");
        _figures.Add(group, "gc_gen2", used.Gen2, "collections");
        _figures.Add(group, "gc_pauses", used.Pauses.TotalMilliseconds, "ms");
        _figures.Add(group, "lake_per_row", (double)lake / rows, "B");
        _figures.Add(group, "feed_per_row", (double)files.Sum(file => file.Bytes) / rows, "B");
        foreach (var (name, sum, count) in _stages.Take())
        {
            _figures.Add(group, name, sum, string.Create(CultureInfo.InvariantCulture, $"s elapsed in {count:N0}, overlapping"));
        }

        // Queries see what waits for its merge; the merge is still work to be done.
        var started = Stopwatch.GetTimestamp();
        var waited = await _warehouse.MergeAsync(_dimension, cancellationToken);
        _figures.Add(group, "left_to_merge", waited, "deltas");
        _figures.Add(group, "left_to_merge_time", Stopwatch.GetElapsedTime(started).TotalSeconds, "s");
    }

    private async Task LatencyAsync(CancellationToken cancellationToken)
    {
        const string Group = "latency";
        var every = TimeSpan.FromMilliseconds(_options.FileEveryMilliseconds);
        var rowsPerFile = (int)(_options.Rate * every.TotalSeconds);
        var count = (int)(_options.LatencySeconds / every.TotalSeconds);
        for (var file = 1; file <= count; file++)
        {
            _landing.Prepare(string.Create(CultureInfo.InvariantCulture, $"steady-{file:D5}.csv"), path => _feed.WriteKnown(path, rowsPerFile));
        }

        await QuietAsync(cancellationToken);
        _figures.Begin($"{Group}: {_options.Rate:N0} rows/s, a file of {rowsPerFile:N0} rows every {every.TotalMilliseconds:N0} ms, from its rename until its rows can be queried");
        var filesBefore = _reports.Totals.Files;
        var before = ResourceUse.Now();
        var (landed, slip) = await Task.Factory.StartNew(() => LandEvery(every), cancellationToken, TaskCreationOptions.LongRunning, TaskScheduler.Default);
        var files = await WaitAsync(filesBefore + landed.Count, landed, cancellationToken);
        var used = ResourceUse.Now().Since(before);
        var latencies = files.Select(file => (file.QueryableAt!.Value - landed[file.Name]).TotalMilliseconds).Order().ToList();
        var seconds = (files.Max(file => file.QueryableAt!.Value) - landed.Values.Min()).TotalSeconds;
        foreach (var (name, share) in ((string, double)[])[("p50", 0.5), ("p95", 0.95), ("p99", 0.99), ("max", 1)])
        {
            _figures.Add(Group, name, latencies[(int)Math.Ceiling(share * latencies.Count) - 1], "ms");
        }

        _figures.Add(Group, "rate", files.Sum(file => file.Accepted) / seconds, "rows/s");
        AddCores(Group, used, seconds);
        _figures.Add(Group, "seen_after", files.Average(file => (file.VisibleAt - landed[file.Name]).TotalMilliseconds), "ms, from the rename until the reader noticed it (mean)");
        _figures.Add(Group, "feed_slip", slip.TotalMilliseconds, "ms, how late the feed itself was at worst");
    }

    private void AddCores(string group, ResourceUse used, double seconds)
    {
        _figures.Add(group, "cores_used", used.Cpu.TotalSeconds / seconds, "cores");
        if (used.OthersCpu is { } others)
        {
            _figures.Add(group, "cores_used_by_others", others.TotalSeconds / seconds, "cores, by other processes of the machine meanwhile");
        }
    }

    private (Dictionary<string, DateTimeOffset> Landed, TimeSpan Slip) LandEvery(TimeSpan every)
    {
        var landed = new Dictionary<string, DateTimeOffset>();
        var slip = TimeSpan.Zero;
        var started = Stopwatch.GetTimestamp();
        while (_landing.Waiting > 0)
        {
            var due = every * landed.Count;
            if (due - Stopwatch.GetElapsedTime(started) is { Ticks: > 0 } wait)
            {
                Thread.Sleep(wait);
            }

            var late = Stopwatch.GetElapsedTime(started) - due;
            slip = late > slip ? late : slip;
            var (name, at) = _landing.Land();
            landed.Add(name, at);
        }

        return (landed, slip);
    }

    /// <summary>Waits until so many files are finished in all; the reports of those that landed.</summary>
    private async Task<List<FileReport>> WaitAsync(long finished, Dictionary<string, DateTimeOffset> landed, CancellationToken cancellationToken)
    {
        var reader = _services.GetRequiredService<LandingReader>();
        while (_reports.Totals.Files < finished)
        {
            if (reader.ExecuteTask is { IsCompleted: true } ended)
            {
                await ended;
                throw new InvalidOperationException("Reading the landing files ended before the files were applied.");
            }

            await Task.Delay(Pause, cancellationToken);
        }

        var reports = _reports.Finished.Where(report => landed.ContainsKey(report.Name)).ToList();
        return reports.Find(report => report.State != FileState.Queryable || report.Accepted != report.Rows) is { } wrong
            ? throw new InvalidOperationException($"File {wrong.Name} is {wrong.State}, {wrong.Accepted} of {wrong.Rows} rows were accepted. {wrong.Error}")
            : reports;
    }

    // What earlier runs left to do is not charged to the next.
    private async Task QuietAsync(CancellationToken cancellationToken)
    {
        await Drain.WaitAsync(_services, cancellationToken);
        await _warehouse.MergeAsync(_dimension, cancellationToken);
        await _warehouse.CheckpointAsync(cancellationToken);
        GC.Collect();
        GC.WaitForPendingFinalizers();
    }

    // A fast pipeline that loses rows is not fast.
    private async Task CheckAsync(CancellationToken cancellationToken)
    {
        await using var result = await _warehouse.QueryAsync($"SELECT (SELECT count(*) FROM {_dimension}), (SELECT count(*) FROM {_dimension}_history)", cancellationToken);
        await foreach (var row in result.ReadRowsAsync(cancellationToken))
        {
            if (row is not [long current, long history] || current != _options.Customers || history != _feed.Versions)
            {
                throw new InvalidOperationException($"The tables hold {row[0]} current rows and {row[1]} versions; {_options.Customers} and {_feed.Versions} were fed.");
            }
        }
    }

    private long LakeBytes() => new DirectoryInfo(Path.Combine(_data, "lake")).EnumerateFiles("*.parquet", SearchOption.AllDirectories).Sum(file => file.Length);
}
