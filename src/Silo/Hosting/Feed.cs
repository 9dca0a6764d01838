using System.Globalization;
using CustomerTrack.Cli;
using CustomerTrack.Cli.Verbs;
using CustomerTrack.Generator;
using Spectre.Console;

namespace CustomerTrack.Hosting;

/// <summary><c>generate</c>: writes the feed of an invented population, and beside it the tables that must come out.</summary>
internal sealed class Feed(CommandOutput output)
{
    public async Task<int> RunAsync(GenerateArguments arguments, CancellationToken cancellationToken)
    {
        var configuration = PipelineSettings.Add(new ConfigurationManager(), arguments.Common);
        var dimension = Feeds.Dimension(Definitions.Load(arguments.Common), arguments.Dimension);
        var data = Path.GetFullPath(arguments.Common.Data);
        var folder = arguments.To ?? Path.Combine(data, "landing", dimension.Name);
        var answers = arguments.To is null ? Path.Combine(data, "answer") : Path.Combine(arguments.To, "answer");
        var result = await RunAsync(Feeds.Options(configuration), dimension, folder, answers, cancellationToken);
        await output.Out.WriteLineAsync(string.Create(
            CultureInfo.InvariantCulture,
            $"{result.Counts.Rows:N0} rows in {result.Counts.Files:N0} files in {folder}, {result.Elapsed.TotalSeconds:F1} s; the tables that must come out are in {answers}"));
        return ExitCode.Done;
    }

    private async Task<FeedResult> RunAsync(GeneratorOptions options, Dimensions.DimensionDefinition dimension, string folder, string answers, CancellationToken cancellationToken)
    {
        if (!output.CanShowProgress)
        {
            return await Feeds.RunAsync(options, dimension, folder, answers, progress: null, cancellationToken);
        }

        var console = AnsiConsole.Create(new AnsiConsoleSettings { Out = new AnsiConsoleOutput(output.Error) });
        return await console.Progress().Columns(new TaskDescriptionColumn { Alignment = Justify.Left }, new ProgressBarColumn(), new ElapsedTimeColumn()).StartAsync(async context =>
        {
            var bar = context.AddTask("0 rows");
            bar.IsIndeterminate = options.Rows == 0;
            bar.MaxValue = Math.Max(1, options.Rows);
            return await Feeds.RunAsync(options, dimension, folder, answers, new Bar(bar), cancellationToken);
        });
    }

    private sealed class Bar(ProgressTask bar) : IProgress<GeneratorProgress>
    {
        public void Report(GeneratorProgress value)
        {
            bar.Value = value.Rows;
            bar.Description = string.Create(CultureInfo.InvariantCulture, $"{value.Rows:N0} rows, {value.RowsPerSecond:N0} a second");
        }
    }
}
