using System.CommandLine;
using System.CommandLine.Invocation;
using CustomerTrack.State;
using Microsoft.Extensions.Options;

namespace CustomerTrack.Cli;

/// <summary>The root of the command line: puts verbs together and turns what they throw into messages and exit codes.</summary>
internal static class CommandLine
{
    // How long Ctrl-C may take: what was accepted is written to the end.
    private static readonly TimeSpan TerminationTimeout = TimeSpan.FromMinutes(65);

    public static RootCommand Create(CommonOptions common, IEnumerable<Command> verbs)
    {
        var root = new RootCommand("Keeps current state and full history of customers, in real time, from files that are late, duplicated and dirty.") { common.Data, common.Dimension };
        foreach (var verb in verbs)
        {
            root.Add(verb);
        }

        return root;
    }

    public static async Task<int> RunAsync(RootCommand root, IReadOnlyList<string> arguments, CommandOutput output, CancellationToken cancellationToken)
    {
        var parsed = root.Parse(arguments);
        if (parsed.Action is ParseErrorAction)
        {
            foreach (var error in parsed.Errors)
            {
                await output.Error.WriteLineAsync(error.Message);
            }

            var path = parsed.CommandResult.Command == root ? "" : parsed.CommandResult.Command.Name + " ";
            await output.Error.WriteLineAsync($"Try 'customertrack {path}--help'.");
            return ExitCode.Usage;
        }

        try
        {
            return await parsed.InvokeAsync(
                new() { Output = output.Out, Error = output.Error, EnableDefaultExceptionHandler = false, ProcessTerminationTimeout = TerminationTimeout },
                cancellationToken);
        }
        catch (UsageException wrong)
        {
            await output.Error.WriteLineAsync(wrong.Message);
            return ExitCode.Usage;
        }
        catch (OptionsValidationException wrong)
        {
            foreach (var failure in wrong.Failures)
            {
                await output.Error.WriteLineAsync(failure);
            }

            return ExitCode.Usage;
        }
        catch (CommandFailedException failed)
        {
            await output.Error.WriteLineAsync(failed.Message);
            return ExitCode.Failed;
        }
        catch (StateStoreException failed)
        {
            await output.Error.WriteLineAsync(failed.Message);
            return ExitCode.Failed;
        }
        catch (OperationCanceledException)
        {
            await output.Error.WriteLineAsync("Stopped before it was done.");
            return ExitCode.Failed;
        }
        catch (Exception unexpected)
        {
            // The edge of the process: whoever started it needs the whole story and the exit code.
            await output.Error.WriteLineAsync($"Failed: {unexpected}");
            return ExitCode.Failed;
        }
    }
}
