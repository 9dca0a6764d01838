using System.Globalization;
using CustomerTrack.Ingest;
using CustomerTrack.State;
using StackExchange.Redis;

namespace CustomerTrack.Storage;

/// <summary>
/// Open landing files in Redis. The state store's script looks into the same hash of owners, so a file that is taken over is so for every write at once.
/// </summary>
internal sealed class RedisFileRegistry(RedisConnection redis, RedisKeys keys, string stateId) : IFileRegistry, IDisposable
{
    private const string Opening = "Opening landing files";
    private const string Closing = "Closing a landing file";

    // Numbers its questions: one whose answer was lost is asked again as the same question, so that no number is left open that nobody knows of.
    private readonly string _asker = Guid.NewGuid().ToString("N");
    private readonly SemaphoreSlim _gate = new(1);
    private long _question;
    private volatile Unanswered? _unanswered;
    private long _floor;

    /// <inheritdoc/>
    public async ValueTask<long> OpenAsync(string owner, int count, CancellationToken cancellationToken)
    {
        ArgumentException.ThrowIfNullOrEmpty(owner);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(count);
        var deadline = redis.Deadline();
        await EnterAsync(Opening, deadline, cancellationToken);
        try
        {
            if (_unanswered is { } before)
            {
                var found = await AskAsync(before, deadline);
                if (before.Owner == owner && before.Count == count && found is { } first)
                {
                    _unanswered = null;
                    return first;
                }

                await GiveBackAsync(before, found, deadline);
            }

            cancellationToken.ThrowIfCancellationRequested();
            var asked = _unanswered = new(owner, count, ++_question);
            var opened = await AskAsync(asked, deadline);
            _unanswered = null;
            return opened ?? throw Dead(owner);
        }
        finally
        {
            _gate.Release();
        }
    }

    /// <inheritdoc/>
    public async ValueTask<bool> TryTakeOverAsync(long number, string from, string owner, CancellationToken cancellationToken)
    {
        ArgumentException.ThrowIfNullOrEmpty(from);
        ArgumentException.ThrowIfNullOrEmpty(owner);
        var answer = await redis.RunAsync(
            "Taking over a landing file",
            redis.Deadline(),
            RedisScripts.TakeOver,
            [keys.Meta, keys.FileOwners, keys.DeadOwners],
            [stateId, number, from, owner],
            cancellationToken);
        return answer[0] == RedisScripts.Done;
    }

    /// <inheritdoc/>
    public async ValueTask CloseAsync(long number, string owner, CancellationToken cancellationToken) =>
        await redis.RunAsync(Closing, redis.Deadline(), RedisScripts.CloseFiles, [keys.Meta, keys.OpenFiles, keys.FileOwners], [stateId, owner, number], cancellationToken);

    /// <inheritdoc/>
    public async ValueTask<IReadOnlyList<OpenFile>> ListAsync(CancellationToken cancellationToken)
    {
        const string Listing = "Listing landing files";
        var deadline = redis.Deadline();
        await SettleAsync(Listing, deadline, cancellationToken);
        var found = await redis.AskAsync(Listing, deadline, async database =>
        {
            var all = database.HashGetAllAsync(keys.FileOwners);
            var id = database.HashGetAsync(keys.Meta, "id");
            var owners = await all;
            return (Owners: owners, Id: await id);
        }, cancellationToken);
        if (found.Id != stateId)
        {
            throw RedisFailures.OtherStates(redis.Place);
        }

        var files = Array.ConvertAll(found.Owners, entry => new OpenFile((long)entry.Name, entry.Value!));
        Array.Sort(files, static (left, right) => left.Number.CompareTo(right.Number));
        return files;
    }

    /// <inheritdoc/>
    public async ValueTask<long> FloorAsync(CancellationToken cancellationToken)
    {
        const string Asking = "Asking for the lowest open landing file";
        var deadline = redis.Deadline();
        await SettleAsync(Asking, deadline, cancellationToken);

        // Two that ask at once may hear their answers in either order.
        var seen = Interlocked.Read(ref _floor);
        var answer = await redis.RunAsync(Asking, deadline, RedisScripts.Floor, [keys.Meta, keys.OpenFiles], [stateId], cancellationToken);
        var floor = Number(answer[1]);
        if (floor < seen)
        {
            throw RedisFailures.FloorWentBack(redis.Place, seen, floor);
        }

        while (seen < floor)
        {
            var other = Interlocked.CompareExchange(ref _floor, floor, seen);
            seen = other == seen ? floor : other;
        }

        return seen;
    }

    public void Dispose() => _gate.Dispose();

    private static long Number(string text) => long.Parse(text, NumberStyles.None, CultureInfo.InvariantCulture);

    private static StateStoreException Dead(string owner) => new(
        $"{Opening} failed: '{owner}' was declared dead, and its files were taken over. It has to be started again.", innerException: null);

    private async ValueTask EnterAsync(string doing, RedisDeadline deadline, CancellationToken cancellationToken)
    {
        if (!await _gate.WaitAsync(deadline.Left, cancellationToken))
        {
            throw redis.TimedOut(doing);
        }
    }

    /// <summary>The first number; null when the owner is dead.</summary>
    private async ValueTask<long?> AskAsync(Unanswered question, RedisDeadline deadline)
    {
        var answer = await redis.RunAsync(
            Opening,
            deadline,
            RedisScripts.OpenFiles,
            [keys.Meta, keys.OpenFiles, keys.FileOwners, keys.DeadOwners, keys.Asked(_asker)],
            [stateId, question.Owner, question.Count, question.Number],
            CancellationToken.None);
        return answer[0] == RedisScripts.DeadOwner ? null : Number(answer[1]);
    }

    /// <summary>Nothing stays open that was asked for by a call that failed.</summary>
    private async ValueTask SettleAsync(string doing, RedisDeadline deadline, CancellationToken cancellationToken)
    {
        if (_unanswered is null)
        {
            return;
        }

        await EnterAsync(doing, deadline, cancellationToken);
        try
        {
            if (_unanswered is { } before)
            {
                await GiveBackAsync(before, await AskAsync(before, deadline), deadline);
            }
        }
        finally
        {
            _gate.Release();
        }
    }

    private async ValueTask GiveBackAsync(Unanswered question, long? first, RedisDeadline deadline)
    {
        if (first is { } from)
        {
            var arguments = new RedisValue[2 + question.Count];
            (arguments[0], arguments[1]) = (stateId, question.Owner);
            for (var i = 0; i < question.Count; i++)
            {
                arguments[2 + i] = from + i;
            }

            await redis.RunAsync(Closing, deadline, RedisScripts.CloseFiles, [keys.Meta, keys.OpenFiles, keys.FileOwners], arguments, CancellationToken.None);
        }

        _unanswered = null;
    }

    /// <summary>A question whose answer has not come.</summary>
    private sealed record Unanswered(string Owner, int Count, long Number);
}
