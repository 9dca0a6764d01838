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
        var stopping = new TaskCompletionSource();
        await using (cancellationToken.Register(stopping.SetResult))
        {
            await stopping.Task;
        }

        await output.Error.WriteLineAsync("Stopping: what is under way is finished first.");
        return ExitCode.Done;
    }
}
