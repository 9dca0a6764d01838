using System.Xml.Linq;
using Microsoft.AspNetCore.DataProtection.Repositories;

namespace CustomerTrack.Storage;

/// <summary>
/// The keys with which all silos protect sessions, in one list. A key is added only behind what was read before: of silos that find none and make one each, the first is
/// heard, and the others take its key when they read again.
/// </summary>
internal sealed class RedisSessionKeys(RedisConnection redis, RedisKeys keys, string stateId) : IXmlRepository
{
    private int _read;

    // Asked once at start and once a day after that, by a thread of its own: there is nothing to wait with but the thread.
    public IReadOnlyCollection<XElement> GetAllElements()
    {
        var found = redis.AskAsync("Reading the keys of sessions", redis.Deadline(), database => database.ListRangeAsync(keys.SessionKeys), CancellationToken.None).AsTask().GetAwaiter().GetResult();
        Volatile.Write(ref _read, found.Length);
        return [.. found.Select(element => XElement.Parse(element.ToString()))];
    }

    public void StoreElement(XElement element, string friendlyName) =>
        redis.RunAsync(
            "Adding a key of sessions",
            redis.Deadline(),
            RedisScripts.AddSessionKey,
            [keys.Meta, keys.SessionKeys],
            [stateId, Volatile.Read(ref _read), element.ToString(SaveOptions.DisableFormatting)],
            CancellationToken.None).AsTask().GetAwaiter().GetResult();
}
