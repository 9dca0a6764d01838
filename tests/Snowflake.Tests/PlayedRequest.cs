using System.Text.Json;
using Microsoft.AspNetCore.Http;

namespace CustomerTrack.Snowflake.Tests;

/// <summary>What a client sent.</summary>
public sealed record PlayedRequest(string Method, string Path, IQueryCollection Query, IHeaderDictionary Headers, string Body)
{
    public string RequestId => Query["requestId"].ToString();

    public bool IsRetry => Query["retry"] == "true";

    public string Bearer => Headers.Authorization.ToString()["Bearer ".Length..];

    public JsonElement Json => JsonDocument.Parse(Body).RootElement;
}
