namespace CustomerTrack.State;

/// <summary>The new state of one customer.</summary>
public readonly record struct StateWrite(string Key, ReadOnlyMemory<byte> State);
