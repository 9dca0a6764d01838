namespace CustomerTrack.S3;

/// <summary>An object in a bucket, as a listing or a look at it says.</summary>
public sealed record S3ObjectInfo
{
    public required string Key { get; init; }

    public required long Bytes { get; init; }

    /// <summary>Names the content, without quotes: another content has another one.</summary>
    public required string ETag { get; init; }

    /// <summary>When it was written, by the store's clock.</summary>
    public required DateTimeOffset WrittenAt { get; init; }

    /// <summary>Who wrote it, where <see cref="S3Bucket.TryCreateAsync"/> did and it was looked at; null in listings.</summary>
    public string? Token { get; init; }

    /// <summary>The trace context its writer told in the metadata <c>traceparent</c>, where it was looked at; null in listings.</summary>
    public string? TraceParent { get; init; }
}
