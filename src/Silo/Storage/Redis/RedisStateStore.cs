using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using System.Runtime.CompilerServices;
using CustomerTrack.State;
using StackExchange.Redis;

namespace CustomerTrack.Storage;

/// <summary>
/// Customers' states in Redis, one hash a shard. A write is one script, which checks all that must hold for it before it writes: whose the shard is, which
/// states the write was made from, whose the landing files are, and that the states are those the process began with.
/// </summary>
internal sealed partial class RedisStateStore(RedisConnection redis, RedisKeys keys, string stateId, int shardCount, ILogger logger) : ICustomerStateStore
{
    private const string Reading = "Reading states";
    private const string Writing = "Writing states";

    // Bounds how long one command keeps Redis from others.
    private const int KeysPerRead = 1000;

    // Redis takes 1,048,576 arguments.
    private const int MaxWrites = 500_000;

    private const int FixedArguments = 5;

    private readonly ConcurrentDictionary<ShardId, RedisShard> _shards = new();

    /// <inheritdoc/>
    public int ShardCount { get; } = shardCount;

    /// <inheritdoc/>
    /// <remarks>When it fails the shard may have a new epoch all the same, which nobody has.</remarks>
    public async ValueTask<long> AcquireAsync(ShardId shard, CancellationToken cancellationToken)
    {
        const string Acquiring = "Acquiring a shard";
        var known = Known(shard);
        var deadline = redis.Deadline();
        await EnterAsync(known, Acquiring, deadline, cancellationToken);
        try
        {
            var answer = await redis.RunAsync(
                Acquiring, deadline, RedisScripts.Acquire, [keys.Meta, known.Fence], [stateId, known.SeenEpoch, known.SeenVersion], cancellationToken);
            var (epoch, version) = (Number(answer[1]), Number(answer[2]));
            if (answer[0] == RedisScripts.WentBack)
            {
                throw WentBack(known, epoch, version);
            }

            known.Acquired(epoch, version);
            return epoch;
        }
        finally
        {
            known.Gate.Release();
        }
    }

    /// <inheritdoc/>
    public async ValueTask<byte[]?[]> GetAsync(ShardId shard, IReadOnlyList<string> customers, CancellationToken cancellationToken)
    {
        var known = Known(shard);
        cancellationToken.ThrowIfCancellationRequested();
        if (customers.Count == 0)
        {
            return [];
        }

        var fields = RedisFields.Of(customers);
        var deadline = redis.Deadline();
        if (known.InDoubt)
        {
            await EnterAsync(known, Reading, deadline, cancellationToken);
            try
            {
                if (known.InDoubt)
                {
                    await ResolveAsync(known, deadline, cancellationToken);
                }
            }
            finally
            {
                known.Gate.Release();
            }
        }

        var found = await redis.AskAsync(Reading, deadline, async database =>
        {
            var pieces = new Task<RedisValue[]>[(fields.Length + KeysPerRead - 1) / KeysPerRead];
            for (var i = 0; i < pieces.Length; i++)
            {
                pieces[i] = database.HashGetAsync(known.States, pieces.Length == 1 ? fields : fields[(i * KeysPerRead)..Math.Min((i + 1) * KeysPerRead, fields.Length)]);
            }

            // Asked last: states that were read before it are the ones that have the id.
            var id = database.HashGetAsync(keys.Meta, "id");
            var values = await Task.WhenAll(pieces);
            return (Values: values, Id: await id);
        }, cancellationToken);
        CheckId(found.Id);

        var states = new byte[]?[fields.Length];
        var at = 0;
        foreach (var piece in found.Values)
        {
            foreach (var value in piece)
            {
                states[at++] = value;
            }
        }

        return states;
    }

    /// <inheritdoc/>
    /// <remarks>Once it is sent a write cannot be cancelled: its outcome would be unknown. The states must not be changed afterwards, also when it fails.</remarks>
    /// <exception cref="StateStoreException">Redis did not take the write, or did not say so. If it executes it late, it refuses it when the call was repeated meanwhile.</exception>
    public async ValueTask WriteAsync(ShardId shard, long epoch, IReadOnlyList<StateWrite> writes, WriteSource source, CancellationToken cancellationToken)
    {
        var known = Known(shard);
        if (writes.Count > MaxWrites)
        {
            throw new ArgumentException($"A write has {writes.Count} states; at most {MaxWrites} are possible.", nameof(writes));
        }

        var files = source.Owner.Length == 0 ? 0 : source.Files.Count;
        var first = FixedArguments + files;
        var arguments = new RedisValue[first + (2 * writes.Count)];
        var bytes = RedisFields.Put(writes, arguments, first);
        arguments[0] = stateId;
        arguments[1] = epoch;
        arguments[3] = source.Owner;
        arguments[4] = files;
        for (var i = 0; i < files; i++)
        {
            arguments[FixedArguments + i] = source.Files[i];
        }

        var trace = StateWriteTrace.Begin();
        var deadline = redis.Deadline();
        await EnterAsync(known, Writing, deadline, cancellationToken);
        try
        {
            if (epoch < known.Epoch)
            {
                throw Refused(new StaleEpochException(shard, epoch, known.Epoch));
            }

            if (epoch > known.Epoch)
            {
                known.Adopt(epoch);
            }

            if (known.InDoubt)
            {
                await ResolveAsync(known, deadline, cancellationToken);
            }

            cancellationToken.ThrowIfCancellationRequested();
            arguments[2] = known.Version;
            var startedAt = Stopwatch.GetTimestamp();
            string[] answer;
            try
            {
                answer = await redis.RunAsync(Writing, deadline, RedisScripts.Write, [keys.Meta, known.Fence, known.States, keys.FileOwners], arguments, CancellationToken.None);
            }
            catch (Exception failure)
            {
                known.Doubt();
                LogWriteFailed(shard, failure.Message);
                StateInstruments.WriteFailed(1);
                throw;
            }

            Finish(known, epoch, source, answer);
            StateInstruments.Written(1, writes.Count, bytes, startedAt);
            trace?.End("redis", "EVALSHA", startedAt, calls: 1, writes.Count);
        }
        finally
        {
            known.Gate.Release();
        }
    }

    /// <inheritdoc/>
    /// <remarks>The whole shard is in memory meanwhile: it is the one way to have it as it is at one moment.</remarks>
    public async IAsyncEnumerable<KeyValuePair<string, byte[]>> ScanAsync(ShardId shard, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var known = Known(shard);
        var found = await redis.AskAsync("Scanning states", redis.Deadline(), async database =>
        {
            var all = database.HashGetAllAsync(known.States);
            var id = database.HashGetAsync(keys.Meta, "id");
            var rows = await all;
            return (Rows: rows, Id: await id);
        }, cancellationToken);
        CheckId(found.Id);

        var customers = new (byte[] Key, RedisValue State)[found.Rows.Length];
        for (var i = 0; i < customers.Length; i++)
        {
            customers[i] = ((byte[])found.Rows[i].Name!, found.Rows[i].Value);
        }

        Array.Sort(customers, static (left, right) => left.Key.AsSpan().SequenceCompareTo(right.Key));
        foreach (var (key, state) in customers)
        {
            cancellationToken.ThrowIfCancellationRequested();
            yield return new(StateKeys.Text(key), (byte[])state!);
        }
    }

    /// <inheritdoc/>
    public async ValueTask PutFileNameAsync(long number, string name, CancellationToken cancellationToken) =>
        await redis.RunAsync("Writing a landing file's name", redis.Deadline(), RedisScripts.PutFileName, [keys.Meta, keys.FileNames], [stateId, number, StateKeys.Text(name)], cancellationToken);

    /// <inheritdoc/>
    public async ValueTask<string?> GetFileNameAsync(long number, CancellationToken cancellationToken)
    {
        var found = await redis.AskAsync("Reading a landing file's name", redis.Deadline(), async database =>
        {
            var name = database.HashGetAsync(keys.FileNames, number);
            var id = database.HashGetAsync(keys.Meta, "id");
            var value = await name;
            return (Name: value, Id: await id);
        }, cancellationToken);
        CheckId(found.Id);
        return found.Name;
    }

    private static long Number(string text) => long.Parse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture);

    private async ValueTask EnterAsync(RedisShard known, string doing, RedisDeadline deadline, CancellationToken cancellationToken)
    {
        if (!await known.Gate.WaitAsync(deadline.Left, cancellationToken))
        {
            throw redis.TimedOut(doing);
        }
    }

    /// <summary>Finds out what the next write has to expect. Called with the shard's gate.</summary>
    private async ValueTask ResolveAsync(RedisShard known, RedisDeadline deadline, CancellationToken cancellationToken)
    {
        var found = await redis.AskAsync("Reading a shard's version", deadline, async database =>
        {
            var fence = database.HashGetAsync(known.Fence, ["epoch", "version"]);
            var id = database.HashGetAsync(keys.Meta, "id");
            var values = await fence;
            return (Fence: values, Id: await id);
        }, cancellationToken);
        CheckId(found.Id);
        var (epoch, version) = ((long)found.Fence[0], (long)found.Fence[1]);
        if (epoch < known.SeenEpoch || version < known.SeenVersion)
        {
            throw WentBack(known, epoch, version);
        }

        known.Seen(epoch, version);
        known.Expect(version);
    }

    /// <summary>Takes note of what became of a write, or throws what it was refused for.</summary>
    private void Finish(RedisShard known, long epoch, in WriteSource source, string[] answer)
    {
        switch (answer[0])
        {
            case RedisScripts.Done:
                known.Seen(epoch, Number(answer[1]));
                known.Expect(Number(answer[1]));
                return;

            case RedisScripts.OtherEpoch:
                var current = Number(answer[1]);
                if (current < known.SeenEpoch)
                {
                    throw WentBack(known, current, version: null);
                }

                known.Seen(current, known.SeenVersion);
                throw Refused(new StaleEpochException(known.Id, epoch, current));

            case RedisScripts.OtherOwner:
                throw Refused(new StaleClaimException(source.Owner, Number(answer[1])));

            case RedisScripts.OtherVersion:
                known.Doubt();
                var version = Number(answer[1]);
                throw version < known.SeenVersion
                    ? WentBack(known, known.Epoch, version)
                    : Refused(new StateStoreException(
                        $"{Writing} of shard {known.Id} was refused: an earlier write, whose acknowledgement was lost, was executed meanwhile. The batch has to be repeated from the states as they are now.",
                        innerException: null));

            default:
                throw new InvalidOperationException($"A script of this program answered '{answer[0]}'.");
        }
    }

    private StateStoreException WentBack(RedisShard known, long epoch, long? version)
    {
        known.Doubt();
        var failure = RedisFailures.WentBack(
            redis.Place,
            known.Id,
            string.Create(CultureInfo.InvariantCulture, $"epoch {known.SeenEpoch}, version {known.SeenVersion}"),
            version is { } found ? string.Create(CultureInfo.InvariantCulture, $"epoch {epoch}, version {found}") : string.Create(CultureInfo.InvariantCulture, $"epoch {epoch}"));
        LogWentBack(failure.Message);
        return failure;
    }

    private Exception Refused(Exception reason)
    {
        if (reason is StaleClaimException)
        {
            StateInstruments.RefusedClaim();
        }
        else if (reason is StaleEpochException)
        {
            StateInstruments.Refused();
        }
        else
        {
            StateInstruments.RefusedVersion();
        }

        LogRefused(reason.Message);
        return reason;
    }

    private void CheckId(RedisValue id)
    {
        if (id != stateId)
        {
            throw RedisFailures.OtherStates(redis.Place);
        }
    }

    private RedisShard Known(ShardId shard)
    {
        if ((uint)shard.Number >= (uint)ShardCount)
        {
            throw new ArgumentOutOfRangeException(nameof(shard), shard, $"The store has the shards 0 to {ShardCount - 1}.");
        }

        return _shards.TryGetValue(shard, out var known) ? known : _shards.GetOrAdd(shard, static (id, keys) => new(id, keys), keys);
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "A write of shard {Shard} failed; its caller was told. {Reason}")]
    private partial void LogWriteFailed(ShardId shard, string reason);

    [LoggerMessage(Level = LogLevel.Warning, Message = "A write was refused. {Reason}")]
    private partial void LogRefused(string reason);

    [LoggerMessage(Level = LogLevel.Error, Message = "{Reason}")]
    private partial void LogWentBack(string reason);
}
