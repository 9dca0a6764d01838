using System.Globalization;
using CustomerTrack.Dimensions;

namespace CustomerTrack.Snowflake;

/// <summary>
/// Runs the scripts, statement by statement: the first failure stops it and says where. What is there and fits is left alone, so it
/// may be run again at any time.
/// </summary>
/// <param name="connect">Makes a client for statements in the name of a role; disposed of here.</param>
public sealed class SnowflakeApply(SnowflakeScripts scripts, IDimensionCatalog dimensions, SnowflakeOptions options, Func<SnowflakeSession, ISnowflakeSql> connect)
{
    private const int StatementLength = 90;

    // Within what a command has left after Ctrl-C.
    private static readonly TimeSpan ResumePatience = TimeSpan.FromSeconds(20);

    /// <param name="dryRun">Compares only, and changes nothing.</param>
    /// <exception cref="ApplyException">Something does not fit, or a statement failed.</exception>
    public async Task<SnowflakeApplied> RunAsync(bool dryRun, IProgress<ApplyStep> progress, CancellationToken cancellationToken = default)
    {
        await using var admin = connect(new() { Role = options.AdminRole });
        var catalog = new SnowflakeCatalog(admin);
        var shape = new SnowflakeShape(scripts, options, catalog);
        var objects = new List<AppliedObject>();
        try
        {
            await shape.CheckIntegrationAsync(cancellationToken);
            var lacking = new HashSet<string>(StringComparer.Ordinal);
            foreach (var dimension in dimensions.All)
            {
                lacking.UnionWith(await shape.CheckAsync(dimension, cancellationToken));
            }

            if (!dryRun)
            {
                foreach (var script in scripts.Apply)
                {
                    await RunAsync(script, lacking, objects, progress, cancellationToken);
                }
            }

            var names = new SnowflakeNames(options);
            var pipes = await catalog.ShowAsync("PIPES", names.InternalSchema, cancellationToken);
            return new()
            {
                Objects = objects,
                Integration = await catalog.IntegrationAsync(options.StorageIntegration, cancellationToken),
                NotificationChannels = dimensions.All
                    .Select(dimension => (dimension.Name, Channel: pipes.GetValueOrDefault(SnowflakeCatalog.Own(names.Pipe(dimension)))?.GetValueOrDefault("notification_channel")))
                    .Where(pipe => !string.IsNullOrEmpty(pipe.Channel))
                    .ToDictionary(pipe => pipe.Name, pipe => pipe.Channel!),
            };
        }
        catch (SnowflakeException failed)
        {
            throw new ApplyException($"What is in Snowflake could not be read as {options.AdminRole}. {Described(failed)}", failed);
        }
    }

    // A client's message may name code and query already.
    private static string Described(SnowflakeException failed)
    {
        var code = failed.Code?.ToString(CultureInfo.InvariantCulture);
        var isNamed = code is null || failed.Message.Contains(code, StringComparison.Ordinal);
        var isTraced = failed.QueryId is null || failed.Message.Contains(failed.QueryId, StringComparison.Ordinal);
        return $"{(isNamed ? "" : $"Snowflake said {code}: ")}{failed.Message}{(isTraced ? "" : $" (query {failed.QueryId})")}";
    }

    private static string Shortened(string statement)
    {
        var line = statement.ReplaceLineEndings(" ");
        return line.Length <= StatementLength ? line : line[..StatementLength] + "…";
    }

    private async Task RunAsync(SnowflakeScript script, HashSet<string> lacking, List<AppliedObject> objects, IProgress<ApplyStep> progress, CancellationToken cancellationToken)
    {
        await using var sql = connect(new() { Role = script.Role });
        string? suspended = null;
        for (var i = 0; i < script.Statements.Count; i++)
        {
            var statement = script.Statements[i];
            var subject = StatementSubject.Of(statement);
            if (subject.IsSuspending)
            {
                suspended = subject.Name;
            }

            try
            {
                progress.Report(new(script.Name, i + 1, script.Statements.Count, Shortened(statement)));
                var answer = await sql.QueryAsync(statement, [], cancellationToken);
                Note(script, subject, answer, lacking, objects);
            }
            catch (SnowflakeException failed)
            {
                throw new ApplyException($"{Place(script, i)}\n{Described(failed)}\n{await ResumeAsync(script, suspended)}What ran before stays; running it again goes on.", failed);
            }
            catch (Exception stopped) when (suspended is not null)
            {
                if (await ResumeAsync(script, suspended) is { Length: > 0 } left)
                {
                    throw new ApplyException($"{Place(script, i)}\nIt was interrupted: {stopped.Message}\n{left}What ran before stays; running it again goes on.", stopped);
                }

                throw;
            }

            if (subject.IsResuming)
            {
                suspended = null;
            }
        }
    }

    private static string Place(SnowflakeScript script, int index) =>
        $"{script.Name}, statement {index + 1} of {script.Statements.Count}, as {script.Role}: {Shortened(script.Statements[index])}";

    private static void Note(SnowflakeScript script, StatementSubject subject, SnowflakeRows answer, HashSet<string> lacking, List<AppliedObject> objects)
    {
        if (subject.Verb == "CREATE")
        {
            var isThere = answer.Rows is [[{ } status, ..], ..] && status.Contains("already exists", StringComparison.OrdinalIgnoreCase);
            var outcome = subject.IsReplacing ? AppliedOutcome.Replaced
                : !isThere ? AppliedOutcome.Created
                : lacking.Contains(subject.Name) ? AppliedOutcome.Altered
                : AppliedOutcome.Unchanged;
            objects.Add(new(script.Name, subject.Kind, subject.Name, outcome));
        }
    }

    /// <summary>Turns a merge on again that was turned off to be altered, on a connection of its own: the old one may be what broke.</summary>
    /// <returns>What to tell when it did not work, as a line; otherwise nothing.</returns>
    private async Task<string> ResumeAsync(SnowflakeScript script, string? task)
    {
        if (task is null)
        {
            return "";
        }

        var statement = $"ALTER TASK {task} RESUME";
        using var patience = new CancellationTokenSource(ResumePatience);
        try
        {
            await using var sql = connect(new() { Role = script.Role });
            await sql.QueryAsync(statement, [], patience.Token);
            return "";
        }
        catch (Exception failed) when (failed is SnowflakeException or OperationCanceledException)
        {
            var why = failed is SnowflakeException refused ? Described(refused) : string.Create(CultureInfo.InvariantCulture, $"Snowflake did not answer within {ResumePatience.TotalSeconds:0} s.");
            return $"The task {task} may be suspended, and nothing is merged until it is resumed: run this again, or as {script.Role}: {statement}; Resuming it was tried and failed. {why}\n";
        }
    }
}
