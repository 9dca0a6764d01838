namespace CustomerTrack.Benchmarks;

/// <summary>Calls other grains as a shard calls its customers.</summary>
[Alias("ct.benchmark.ICallingGrain")]
public interface ICallingGrain : IGrainWithIntegerKey
{
    /// <summary>Calls the echo grains from <paramref name="first"/> on, all at once, and waits for every answer.</summary>
    [Alias("Call")]
    ValueTask CallAsync(long first, int count);
}
