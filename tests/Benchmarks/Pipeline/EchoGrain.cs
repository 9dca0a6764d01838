namespace CustomerTrack.Benchmarks;

[GrainType("benchmark-echo")]
internal sealed class EchoGrain : Grain, IEchoGrain
{
    public ValueTask<long> EchoAsync(long value) => new(value);
}
