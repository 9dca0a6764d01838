namespace CustomerTrack.State;

/// <summary>A shard was acquired by another activation since; this one must not write and has to go.</summary>
[GenerateSerializer, Alias("ct.StaleEpochException")]
public sealed class StaleEpochException : Exception
{
    public StaleEpochException(ShardId shard, long epoch, long current)
        : base($"Shard {shard} was acquired with epoch {current}; a write with epoch {epoch} is refused.") => (Dimension, Number) = (shard.Dimension, shard.Number);

    public ShardId Shard => new(Dimension, Number);

    [Id(0)]
    private string Dimension { get; set; }

    [Id(1)]
    private int Number { get; set; }
}
