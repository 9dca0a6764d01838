using System.Globalization;
using CustomerTrack.Cli;
using CustomerTrack.Dimensions;
using CustomerTrack.Hosting;
using CustomerTrack.Ingest;
using Microsoft.Extensions.DependencyInjection;

namespace CustomerTrack.Benchmarks;

/// <summary>
/// One pipeline with warm customers, and rounds of rows through it: with nobody looking, with the share of files traced that is traced by default, with all
/// of them traced, and with somebody at the page of live changes, one kind after the other, so that what else the machine does falls on all of them alike. The median of each counts. What the processor did for a row
/// moves less than the rate, and is the finer measure.
/// </summary>
internal sealed class WatchedBenchmark
{
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(5);

    private readonly WatchedOptions _options;
    private readonly IServiceProvider _services;
    private readonly LandingFeed _landing;
    private readonly CustomerFeed _feed;
    private readonly string _dimension;
    private int _file;
    private TimeSpan _roundCpu;

    private WatchedBenchmark(WatchedOptions options, IServiceProvider services, string data, string dimension)
    {
        _options = options;
        _services = services;
        _landing = new(data, dimension);
        _feed = new(options.Customers, changeShare: 0.2, NoOpKind.Restated, seed: 1);
        _dimension = dimension;
    }

    public static async Task RunAsync(WatchedOptions options, Figures figures, CancellationToken cancellationToken)
    {
        var definition = Path.Combine(AppContext.BaseDirectory, "dimensions", "customer.json");
        var data = Path.Combine(Path.GetFullPath(options.Folder ?? Path.GetTempPath()), $"customertrack-benchmark-{Guid.NewGuid():N}");
        try
        {
            // Who has left must not be paid for in the round after.
            var arguments = new CommonArguments { Data = data, Dimensions = [definition], Settings = new Dictionary<string, string?> { ["CustomerTrack:Live:Linger"] = "00:00:00" } };
            await using var sink = await TraceSink.StartAsync(cancellationToken);
            await using var host = await PipelineHost.StartAsync(arguments, new("http://127.0.0.1:0"), cancellationToken);
            await host.Services.GetRequiredService<LandingReader>().Watching.WaitAsync(cancellationToken);
            await new WatchedBenchmark(options, host.Services, data, DimensionReader.Load(definition).Name).RunAsync(sink, figures, cancellationToken);
        }
        finally
        {
            if (Directory.Exists(data))
            {
                Directory.Delete(data, recursive: true);
            }
        }
    }

    private async Task RunAsync(TraceSink sink, Figures figures, CancellationToken cancellationToken)
    {
        // New customers, then those that get their grains, then a round that nobody counts.
        await RoundAsync(_options.Customers, _feed.WriteNew, cancellationToken);
        await RoundAsync(_options.Customers, _feed.WriteEach, cancellationToken);
        await RoundAsync(_options.Rows, _feed.WriteKnown, cancellationToken);

        (string Name, Func<Task<IAsyncDisposable?>> Watch)[] kinds =
        [
            ("off", () => Task.FromResult<IAsyncDisposable?>(null)),
            ("share", () => Task.FromResult<IAsyncDisposable?>(new TraceExport(_options.Ratio, sink.Address))),
            ("all", () => Task.FromResult<IAsyncDisposable?>(new TraceExport(1, sink.Address))),
            ("live", async () => await LiveWatcher.OpenAsync(_services, _dimension, cancellationToken)),
        ];
        var rates = kinds.ToDictionary(kind => kind.Name, _ => new List<double>());
        var cpu = kinds.ToDictionary(kind => kind.Name, _ => new List<double>());
        var bytes = kinds.ToDictionary(kind => kind.Name, _ => 0L);
        for (var round = 0; round < _options.Rounds; round++)
        {
            // Nobody always comes first.
            foreach (var (name, watch) in round % 2 == 0 ? kinds : kinds.Reverse())
            {
                var before = sink.Bytes;
                await using (await watch())
                {
                    rates[name].Add(await RoundAsync(_options.Rows, _feed.WriteKnown, cancellationToken));
                }

                cpu[name].Add(_roundCpu.TotalSeconds / _options.Rows * 1e6);
                bytes[name] += sink.Bytes - before;
            }
        }

        const string Group = "watched";
        figures.Begin($"{Group}: {_options.Rounds} rounds of {_options.Rows:N0} rows in files of {_options.RowsPerFile:N0}, with nobody looking, {_options.Ratio:P0} of the files traced, all traced, and the page of live changes open");
        foreach (var (name, _) in kinds)
        {
            figures.Add(Group, name, Median(rates[name]), "rows/s, median");
            figures.Add(Group, name + "_lowest", rates[name].Min(), "rows/s");
            figures.Add(Group, name + "_highest", rates[name].Max(), "rows/s");
            figures.Add(Group, name + "_cpu", Median(cpu[name]), "CPU s per million rows, median");
            figures.Add(Group, name + "_exported", (double)bytes[name] / _options.Rounds / _options.Rows, "B per row");
        }

        foreach (var (name, _) in kinds.Skip(1))
        {
            figures.Add(Group, name + "_ratio", Median(rates[name]) / Median(rates["off"]), "of the rate without");
            figures.Add(Group, name + "_cpu_ratio", Median(cpu[name]) / Median(cpu["off"]), "of the CPU without");
        }
    }

    /// <summary>Rows a second, from the first file being visible until all can be queried.</summary>
    private async Task<double> RoundAsync(int rows, Action<string, int> write, CancellationToken cancellationToken)
    {
        for (var left = rows; left > 0; left -= _options.RowsPerFile)
        {
            var count = Math.Min(left, _options.RowsPerFile);
            _landing.Prepare(string.Create(CultureInfo.InvariantCulture, $"round-{++_file:D6}.csv"), path => write(path, count));
        }

        await _services.GetRequiredService<DuckDbWarehouse>().MergeAsync(_dimension, cancellationToken);
        GC.Collect();
        var reports = _services.GetRequiredService<FileReports>();
        var reader = _services.GetRequiredService<LandingReader>();
        var finished = reports.Totals.Files + _landing.Waiting;
        var landed = new Dictionary<string, DateTimeOffset>();
        var before = ResourceUse.Now();
        while (_landing.Waiting > 0)
        {
            var (name, at) = _landing.Land();
            landed.Add(name, at);
        }

        while (reports.Totals.Files < finished)
        {
            if (reader.ExecuteTask is { IsCompleted: true } ended)
            {
                await ended;
                throw new InvalidOperationException("Reading the landing files ended before the files were applied.");
            }

            await Task.Delay(Pause, cancellationToken);
        }

        _roundCpu = ResourceUse.Now().Since(before).Cpu;
        var files = reports.Finished.Where(report => landed.ContainsKey(report.Name)).ToList();
        return files.Sum(file => file.Accepted) / (files.Max(file => file.QueryableAt!.Value) - landed.Values.Min()).TotalSeconds;
    }

    private static double Median(List<double> values) => values.Order().ElementAt(values.Count / 2);
}
