namespace CustomerTrack.Benchmarks;

/// <summary>Does nothing, which shows what a call costs by itself.</summary>
[Alias("ct.benchmark.IEchoGrain")]
public interface IEchoGrain : IGrainWithIntegerKey
{
    [Alias("Echo")]
    ValueTask<long> EchoAsync(long value);
}
