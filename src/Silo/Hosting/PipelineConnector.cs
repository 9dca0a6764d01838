using CustomerTrack.Cli;
using CustomerTrack.Cli.Pipeline;
using CustomerTrack.Cli.Running;

namespace CustomerTrack.Hosting;

/// <summary>The running process if there is one, else the folder.</summary>
internal sealed class PipelineConnector : IPipelineConnector
{
    public async Task<IPipelineClient> ConnectAsync(CommonArguments arguments, CancellationToken cancellationToken)
    {
        var configuration = PipelineSettings.Add(new ConfigurationManager(), arguments);
        var dimensions = Definitions.Load(arguments);
        var folder = DataFolder.At(arguments.Data);
        return await RunningProcess.FindAsync(folder, TimeProvider.System, cancellationToken) is { } address
            ? new HttpPipelineClient(address)
            : new FolderPipelineClient(arguments, configuration, dimensions);
    }
}
