using System.Globalization;

namespace CustomerTrack.State;

/// <summary>One of the fixed number of shards a dimension's customers are spread over. The number is set for good when a data folder is created.</summary>
public readonly record struct ShardId(string Dimension, int Number)
{
    /// <summary>The grain key: <c>customer/17</c>.</summary>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Dimension}/{Number}");
}
