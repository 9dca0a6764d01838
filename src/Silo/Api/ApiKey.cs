namespace CustomerTrack.Api;

/// <summary>A key as it is compared: the key itself is not kept.</summary>
/// <param name="Name">Whose it is.</param>
/// <param name="Hash">Its SHA-256.</param>
internal sealed record ApiKey(string Name, ApiRole Role, byte[] Hash);
