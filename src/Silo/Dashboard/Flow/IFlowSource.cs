namespace CustomerTrack.Dashboard.Flow;

/// <summary>The rates and times of the whole pipeline.</summary>
internal interface IFlowSource
{
    Task<FlowView> AskAsync(CancellationToken cancellationToken);
}
