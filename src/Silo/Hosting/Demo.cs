using System.Diagnostics;
using CustomerTrack.Cli;
using CustomerTrack.Cli.Verbs;
using CustomerTrack.Generator;
using CustomerTrack.Ingest;
using Spectre.Console;

namespace CustomerTrack.Hosting;

/// <summary><c>demo</c>: the service with a population feeding it, and what it does in numbers.</summary>
internal sealed class Demo(CommandOutput output)
{
    private static readonly TimeSpan Redraw = TimeSpan.FromMilliseconds(500);
    private static readonly TimeSpan RedrawWithoutTerminal = TimeSpan.FromSeconds(5);

    private readonly long _started = Stopwatch.GetTimestamp();

    public async Task<int> RunAsync(DemoArguments arguments, CancellationToken cancellationToken)
    {
        var configuration = PipelineSettings.Add(new ConfigurationManager(), arguments.Common);
        var dimension = Feeds.Dimension(Definitions.Load(arguments.Common), name: null);
        var options = Feeds.Options(configuration, LiveFeed);
        await using var host = await PipelineHost.StartAsync(arguments.Common, arguments.Url, cancellationToken);
        await output.Error.WriteLineAsync($"CustomerTrack is up: {host.Url} shows it in a browser, and 'query' in another terminal asks its tables. Ctrl-C ends it in order.");

        using var ending = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        if (arguments.Duration is { } duration)
        {
            ending.CancelAfter(duration);
        }

        using var drawing = new CancellationTokenSource();
        var feed = Feeds.RunAsync(options, dimension, Path.Combine(arguments.Common.Data, "landing", dimension.Name), answers: null, progress: null, ending.Token);
        var screen = ShowAsync(host, dimension.Name, drawing.Token);
        try
        {
            // The feed ends in order when it is told to: what it held back is written first.
            await feed;
            using var patience = new CancellationTokenSource(TimeSpan.FromMinutes(1));
            await host.DrainAsync(patience.Token);
        }
        finally
        {
            await drawing.CancelAsync();
            await screen;
        }

        await output.Out.WriteLineAsync(string.Join(Environment.NewLine, (await SummaryAsync(host, dimension.Name)).Select(line => $"{line.Label,-32} {line.Value,15}")));
        return ExitCode.Done;
    }

    // Real time, at a pace one can watch, until it is stopped, unless something else was asked for.
    private static void LiveFeed(GeneratorOptions options, Func<string, bool> isUnset)
    {
        options.Rows = isUnset(nameof(options.Rows)) ? 0 : options.Rows;
        options.Rate = isUnset(nameof(options.Rate)) ? 2_000 : options.Rate;
        options.Interval = isUnset(nameof(options.Interval)) ? TimeSpan.FromMilliseconds(500) : options.Interval;
        options.StartTime = isUnset(nameof(options.StartTime)) ? null : options.StartTime;
    }

    private async Task ShowAsync(PipelineHost host, string dimension, CancellationToken cancellationToken)
    {
        try
        {
            if (!output.CanShowProgress)
            {
                using var timer = new PeriodicTimer(RedrawWithoutTerminal);
                while (await timer.WaitForNextTickAsync(cancellationToken))
                {
                    await output.Error.WriteLineAsync(string.Join(", ", (await SummaryAsync(host, dimension)).Select(line => $"{line.Label} {line.Value}")));
                }
            }

            var console = AnsiConsole.Create(new AnsiConsoleSettings { Out = new AnsiConsoleOutput(output.Error) });
            await console.Live(new Text("")).AutoClear(true).StartAsync(async live =>
            {
                using var timer = new PeriodicTimer(Redraw);
                while (await timer.WaitForNextTickAsync(cancellationToken))
                {
                    live.UpdateTarget(Draw(host, await SummaryAsync(host, dimension)));
                }
            });
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            // The demo is over.
        }
    }

    private static Table Draw(PipelineHost host, IReadOnlyList<(string Label, string Value)> lines)
    {
        var table = new Table().Border(TableBorder.Rounded).Title(new TableTitle($"CustomerTrack at {host.Url}"))
            .AddColumn("").AddColumn(new TableColumn("").RightAligned()).HideHeaders();
        foreach (var (label, value) in lines)
        {
            table.AddRow(new Text(label), new Text(value));
        }

        return table;
    }

    private async Task<IReadOnlyList<(string Label, string Value)>> SummaryAsync(PipelineHost host, string dimension)
    {
        var status = await host.Services.GetRequiredService<DuckDbWarehouse>().GetStatusAsync();
        return DemoSummary.Of(
            host.Services.GetRequiredService<FileReports>(),
            status.Dimensions.First(d => d.Dimension == dimension),
            host.Services.GetRequiredService<LandingReader>().Failure,
            Stopwatch.GetElapsedTime(_started));
    }
}
