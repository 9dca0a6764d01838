namespace CustomerTrack.S3Server;

/// <summary>A request that came through the proxy.</summary>
/// <param name="Number">From 1, in the order of arrival.</param>
/// <param name="Path">With the bucket: <c>/bucket/key</c>, unescaped.</param>
/// <param name="Query">With its question mark, or empty.</param>
/// <param name="Headers">As they came.</param>
public sealed record S3Request(int Number, string Method, string Path, string Query, IReadOnlyDictionary<string, string> Headers);
