using CustomerTrack.Cluster;
using StackExchange.Redis;

namespace CustomerTrack.Storage;

/// <summary>Seats and notes in Redis.</summary>
internal sealed class RedisClusterBoard(RedisConnection redis, RedisKeys keys, string stateId) : IClusterBoard
{
    private readonly string _writer = Guid.NewGuid().ToString("N");
    private long _notes;

    /// <inheritdoc/>
    public async ValueTask<string?> GetSeatAsync(string seat, CancellationToken cancellationToken)
    {
        var found = await redis.AskAsync("Asking who has a seat", redis.Deadline(), async database =>
        {
            var holder = database.StringGetAsync(keys.Seat(seat));
            var id = database.HashGetAsync(keys.Meta, "id");
            var value = await holder;
            return (Holder: value, Id: await id);
        }, cancellationToken);
        CheckId(found.Id);
        return found.Holder;
    }

    /// <inheritdoc/>
    public async ValueTask<bool> TryTakeSeatAsync(string seat, string holder, string? instead, CancellationToken cancellationToken)
    {
        ArgumentException.ThrowIfNullOrEmpty(holder);
        var answer = await redis.RunAsync("Taking a seat", redis.Deadline(), RedisScripts.TakeSeat, [keys.Meta, keys.Seat(seat)], [stateId, holder, instead ?? ""], cancellationToken);
        return answer[0] == RedisScripts.Done;
    }

    /// <inheritdoc/>
    public async ValueTask LeaveSeatAsync(string seat, string holder, CancellationToken cancellationToken) =>
        await redis.RunAsync("Leaving a seat", redis.Deadline(), RedisScripts.LeaveSeat, [keys.Meta, keys.Seat(seat)], [stateId, holder], cancellationToken);

    /// <inheritdoc/>
    public async ValueTask PostAsync(string name, ReadOnlyMemory<byte> note, TimeSpan keep, CancellationToken cancellationToken)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(keep, TimeSpan.FromMilliseconds(1));
        await redis.RunAsync(
            "Posting a note",
            redis.Deadline(),
            RedisScripts.Post,
            [keys.Meta, keys.Note(name)],
            [stateId, _writer, Interlocked.Increment(ref _notes), note, (long)keep.TotalMilliseconds],
            cancellationToken);
    }

    /// <inheritdoc/>
    public async ValueTask<byte[]?[]> ReadAsync(IReadOnlyList<string> names, CancellationToken cancellationToken)
    {
        var found = await redis.AskAsync("Reading notes", redis.Deadline(), async database =>
        {
            var notes = names.Select(name => database.HashGetAsync(keys.Note(name), "note")).ToArray();
            var id = database.HashGetAsync(keys.Meta, "id");
            var values = await Task.WhenAll(notes);
            return (Notes: values, Id: await id);
        }, cancellationToken);
        CheckId(found.Id);
        return Array.ConvertAll(found.Notes, note => (byte[]?)note);
    }

    private void CheckId(RedisValue id)
    {
        if (id != stateId)
        {
            throw RedisFailures.OtherStates(redis.Place);
        }
    }
}
