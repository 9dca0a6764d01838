namespace CustomerTrack.Cli.Pipeline;

/// <summary>Finds or makes the pipeline of a data folder.</summary>
internal interface IPipelineConnector
{
    /// <summary>The process that works on the data folder if there is one, otherwise the folder opened in this process.</summary>
    Task<IPipelineClient> ConnectAsync(CommonArguments arguments, CancellationToken cancellationToken);
}
