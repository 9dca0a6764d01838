using System.Net;

namespace CustomerTrack.Snowflake;

/// <summary>The last answer to a request.</summary>
internal sealed record SnowflakeReply(HttpStatusCode Status, byte[] Body, TimeSpan? RetryAfter);
