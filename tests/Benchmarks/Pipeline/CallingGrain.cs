namespace CustomerTrack.Benchmarks;

[GrainType("benchmark-calling")]
internal sealed class CallingGrain : Grain, ICallingGrain
{
    private readonly Dictionary<long, IEchoGrain> _grains = [];

    public async ValueTask CallAsync(long first, int count)
    {
        var calls = new ValueTask<long>[count];
        for (var i = 0; i < count; i++)
        {
            if (!_grains.TryGetValue(first + i, out var grain))
            {
                _grains.Add(first + i, grain = GrainFactory.GetGrain<IEchoGrain>(first + i));
            }

#pragma warning disable CA2012 // Each is awaited exactly once, below.
            calls[i] = grain.EchoAsync(i);
#pragma warning restore CA2012
        }

        for (var i = 0; i < count; i++)
        {
            await calls[i];
        }
    }
}
