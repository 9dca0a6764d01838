using System.Globalization;
using CustomerTrack.State;

namespace CustomerTrack.Detect;

/// <summary>The key of a shard's grain: the dimension, a slash, the shard's number.</summary>
internal static class ShardKey
{
    /// <summary>What <see cref="ShardGrain"/> is called among grains.</summary>
    public const string TypeName = "shard";

    public static GrainType GrainType { get; } = GrainType.Create(TypeName);

    /// <exception cref="ArgumentException">The key has another form.</exception>
    public static ShardId Parse(string key)
    {
        var slash = key.LastIndexOf('/');
        return slash > 0 && int.TryParse(key.AsSpan(slash + 1), NumberStyles.None, CultureInfo.InvariantCulture, out var number)
            ? new(key[..slash], number)
            : throw new ArgumentException($"'{key}' is not the key of a shard; expected dimension/number.", nameof(key));
    }
}
