using CustomerTrack.Cli;
using CustomerTrack.Cli.Verbs;

namespace CustomerTrack.Hosting;

/// <summary><c>run</c>: the service until it is stopped.</summary>
internal sealed class Service(CommandOutput output)
{
    public async Task<int> RunAsync(RunArguments arguments, CancellationToken cancellationToken)
    {
        await using var host = await PipelineHost.StartAsync(arguments.Common, arguments.Url, cancellationToken);
        await output.Error.WriteLineAsync($"CustomerTrack is up at {host.Url}; drop files into {Path.Combine(Path.GetFullPath(arguments.Common.Data), "landing")}/<dimension>/. Ctrl-C ends it.");
        var stopping = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using (cancellationToken.Register(() => stopping.TrySetResult()))
        await using (host.Stopping.Register(() => stopping.TrySetResult()))
        {
            await stopping.Task;
        }

        if (host.IsBroken)
        {
            // A process whose reader broke down would hold what it has claimed for ever; whoever supervises it starts it again.
            await output.Error.WriteLineAsync("A part of the process broke down, the log says which. It ends; what it has in hand comes again at the next start, or goes to another silo.");
            return ExitCode.Failed;
        }

        await output.Error.WriteLineAsync("Stopping: what is under way is finished first.");
        return ExitCode.Done;
    }
}
