namespace CustomerTrack.Dashboard.Flow;

/// <summary>Of a process that is alone: its own.</summary>
internal sealed class SoloFlow(FlowSampler sampler) : IFlowSource
{
    public Task<FlowView> AskAsync(CancellationToken cancellationToken) => Task.FromResult(new FlowView(FlowPoints.Of(sampler.After(0).Samples), []));
}
