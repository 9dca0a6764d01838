using System.Globalization;
using CustomerTrack.Cli;
using CustomerTrack.Cli.Output;
using CustomerTrack.Cli.Verbs;
using CustomerTrack.Dimensions;
using CustomerTrack.Lake;
using CustomerTrack.S3;
using CustomerTrack.Snowflake;

namespace CustomerTrack.Hosting;

/// <summary><c>snowflake sql</c> and <c>snowflake apply</c>.</summary>
/// <param name="connect">Makes a client that runs SQL in the account of the options.</param>
internal sealed class SnowflakeSetup(CommandOutput output, Func<SnowflakeOptions, SnowflakeSession, ISnowflakeSql> connect)
{
    /// <summary>Prints the scripts or writes them to files.</summary>
    public async Task<int> PrintAsync(SnowflakeSqlArguments arguments, CancellationToken cancellationToken)
    {
        var plan = Plan.Of(arguments.Common, withConnection: false);
        IReadOnlyList<SnowflakeScript> scripts = arguments.TearDown ? [plan.Scripts.TearDown] : plan.Scripts.Apply;
        if (arguments.Output is { } folder)
        {
            await WriteAsync(scripts, folder, cancellationToken);
            return ExitCode.Done;
        }

        foreach (var script in scripts)
        {
            await output.Out.WriteAsync($"-- file: {script.Name}\n{script.ToFile()}\n");
        }

        return ExitCode.Done;
    }

    /// <summary>Runs the scripts and says what is left to do.</summary>
    public async Task<int> ApplyAsync(SnowflakeApplyArguments arguments, CancellationToken cancellationToken)
    {
        var plan = Plan.Of(arguments.Common, withConnection: true);
        var apply = new SnowflakeApply(plan.Scripts, plan.Dimensions, plan.Options, session => connect(plan.Options, session));
        SnowflakeApplied applied;
        try
        {
            applied = await apply.RunAsync(arguments.DryRun, new Steps(output), cancellationToken);
        }
        catch (Exception failed) when (failed is ApplyException or SnowflakeException)
        {
            throw new CommandFailedException(failed.Message, failed);
        }

        if (arguments.DryRun)
        {
            await PrintStatementsAsync(plan.Scripts, cancellationToken);
        }
        else
        {
            await PrintObjectsAsync(applied.Objects, cancellationToken);
        }

        if (applied.Integration.Count > 0)
        {
            await output.Out.WriteAsync("\n" + AwsSetup.Describe(applied, plan.Options, plan.S3));
        }

        return ExitCode.Done;
    }

    private async Task WriteAsync(IReadOnlyList<SnowflakeScript> scripts, string folder, CancellationToken cancellationToken)
    {
        try
        {
            Directory.CreateDirectory(folder);
            foreach (var script in scripts)
            {
                var path = Path.Combine(folder, script.Name);
                await File.WriteAllTextAsync(path, script.ToFile(), cancellationToken);
                await output.Out.WriteLineAsync(path);
            }
        }
        catch (Exception failed) when (failed is IOException or UnauthorizedAccessException)
        {
            throw new CommandFailedException($"The scripts could not be written to '{folder}': {failed.Message}", failed);
        }
    }

    private Task PrintObjectsAsync(IReadOnlyList<AppliedObject> objects, CancellationToken cancellationToken) => PrintAsync(
        ["script", "kind", "name", "outcome"],
        objects.Select(made => (IReadOnlyList<string>)[made.Script, made.Kind, made.Name, made.Outcome.ToString().ToLowerInvariant()]),
        cancellationToken);

    private Task PrintStatementsAsync(SnowflakeScripts scripts, CancellationToken cancellationToken) => PrintAsync(
        ["script", "role", "statements"],
        scripts.Apply.Select(script => (IReadOnlyList<string>)[script.Name, script.Role, script.Statements.Count.ToString(CultureInfo.InvariantCulture)]),
        cancellationToken);

    private async Task PrintAsync(IReadOnlyList<string> columns, IEnumerable<IReadOnlyList<string>> rows, CancellationToken cancellationToken)
    {
        await using var result = Result.Of(columns, Cells(rows));
        await ResultPrinter.PrintAsync(result, ResultFormat.Table, output, cancellationToken);
    }

    private static IEnumerable<IReadOnlyList<Cell>> Cells(IEnumerable<IReadOnlyList<string>> rows) =>
        rows.Select(row => (IReadOnlyList<Cell>)[.. row.Select(text => Cell.Of(text))]);

    // Statements are many and small: on a terminal the line is written over.
    private sealed class Steps(CommandOutput output) : IProgress<ApplyStep>
    {
        private string _script = "";

        public void Report(ApplyStep value)
        {
            if (_script != value.Script)
            {
                _script = value.Script;
                output.Error.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{value.Script}: {value.Count:N0} statements"));
            }

            if (output.CanShowProgress)
            {
                output.Error.Write(string.Create(CultureInfo.InvariantCulture, $"\r\u001b[K{value.Number}/{value.Count} {value.Statement}{(value.Number == value.Count ? "\r\u001b[K" : "")}"));
            }
        }
    }

    /// <summary>What both verbs start from.</summary>
    private sealed record Plan(DimensionCatalog Dimensions, SnowflakeOptions Options, S3Options S3, SnowflakeScripts Scripts)
    {
        /// <exception cref="UsageException">Settings or definitions do not do; all that is wrong is listed.</exception>
        public static Plan Of(CommonArguments arguments, bool withConnection)
        {
            var configuration = PipelineSettings.Add(new ConfigurationManager(), arguments);
            var options = PipelineSettings.Get<SnowflakeOptions>(configuration, SnowflakeOptions.SectionName);
            var lake = PipelineSettings.Get<LakeOptions>(configuration, LakeOptions.SectionName);
            var s3 = PipelineSettings.Get<S3Options>(configuration, S3Options.SectionName);
            string[] problems = [.. SnowflakeOptionsCheck.ForScripts(options, lake, s3), .. withConnection ? SnowflakeOptionsCheck.ForConnection(options) : []];
            if (problems.Length > 0)
            {
                throw new UsageException(string.Join(Environment.NewLine, problems));
            }

            var dimensions = Definitions.Load(arguments);
            try
            {
                return new(dimensions, options, s3, new(dimensions, options, s3));
            }
            catch (ArgumentException wrong)
            {
                throw new UsageException(wrong.Message, wrong);
            }
        }
    }
}
