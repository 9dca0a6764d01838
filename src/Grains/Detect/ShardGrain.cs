using System.Globalization;
using CustomerTrack.Records;
using CustomerTrack.State;
using Microsoft.Extensions.Logging;
using Orleans.Placement;

namespace CustomerTrack.Detect;

/// <summary>Calls each customer of a batch once, writes all changed states in one durable write, then returns the deltas.</summary>
[GrainType("shard"), PreferLocalPlacement, KeepAlive]
internal sealed partial class ShardGrain(ICustomerStateStore store, TimeProvider time, ILogger<ShardGrain> logger) : Grain, IShardGrain
{
    // Bounds the shard's memory; a customer that drops out is looked up in storage again.
    private const int MaxKnown = 250_000;

    private readonly Dictionary<string, KnownCustomer> _known = new(StringComparer.Ordinal);
    private ShardId _shard;
    private long _epoch;

    public override async Task OnActivateAsync(CancellationToken cancellationToken)
    {
        var key = this.GetPrimaryKeyString();
        var slash = key.LastIndexOf('/');
        _shard = new ShardId(key[..slash], int.Parse(key.AsSpan(slash + 1), NumberStyles.None, CultureInfo.InvariantCulture));
        _epoch = await store.AcquireAsync(_shard, cancellationToken);
        LogAcquired(_shard, _epoch);
    }

    public async ValueTask<ShardResult> ApplyAsync(ShardBatch batch, CancellationToken cancellationToken)
    {
        var customers = Customers(batch.Records);
        try
        {
            return await ApplyAsync(batch, customers, cancellationToken);
        }
        catch (Exception exception)
        {
            LogForgotten(exception, _shard, customers.Count);
            await ForgetAsync(customers);
            if (exception is StaleEpochException)
            {
                // Another activation owns the shard; this one has nothing left to do.
                DeactivateOnIdle();
            }

            throw;
        }
    }

    private async ValueTask<ShardResult> ApplyAsync(ShardBatch batch, List<CustomerSlice> customers, CancellationToken cancellationToken)
    {
        await FetchAsync(customers.FindAll(c => c.Known.Version == KnownCustomer.NotLoaded), cancellationToken);
        var now = SequenceText.FromTicks(time.GetUtcNow().UtcTicks);
        var folded = new Folded[customers.Count];
        await CallAsync(batch, customers, folded, now, only: null, cancellationToken);

        // Customers that were collected since the shard last called them need their state again.
        var cold = Enumerable.Range(0, folded.Length).Where(i => folded[i].NeedsState).ToList();
        if (cold.Count > 0)
        {
            await FetchAsync(cold.ConvertAll(i => customers[i]), cancellationToken);
            await CallAsync(batch, customers, folded, now, cold, cancellationToken);
        }

        var result = Gather(customers, folded, out var writes);
        if (writes.Count > 0)
        {
            await store.WriteAsync(_shard, _epoch, writes, cancellationToken);
        }

        for (var i = 0; i < folded.Length; i++)
        {
            customers[i].Known.Version = folded[i].Version;
        }

        return result;
    }

    private async ValueTask FetchAsync(List<CustomerSlice> customers, CancellationToken cancellationToken)
    {
        if (customers.Count == 0)
        {
            return;
        }

        var states = await store.GetAsync(_shard, customers.ConvertAll(c => c.Key), cancellationToken);
        for (var i = 0; i < states.Length; i++)
        {
            customers[i].StoredState = states[i] ?? [];
        }
    }

    private static async ValueTask CallAsync(
        ShardBatch batch, List<CustomerSlice> customers, Folded[] folded, long now, List<int>? only, CancellationToken cancellationToken)
    {
        var count = only?.Count ?? customers.Count;
        var calls = new ValueTask<Folded>[count];
        for (var i = 0; i < count; i++)
        {
            var customer = customers[only?[i] ?? i];
#pragma warning disable CA2012 // Each is awaited exactly once, below; tasks instead would allocate once more per customer.
            calls[i] = customer.Known.Grain.ApplyAsync(
                new CustomerBatch
                {
                    Records = customer.Records,
                    StoredState = customer.StoredState,
                    ExpectedVersion = customer.Known.Version,
                    OpenFloor = batch.OpenFloor,
                    RecordedAt = now,
                    Redelivered = batch.Redelivered,
                },
                cancellationToken);
#pragma warning restore CA2012
        }

        // Every call is awaited, even after a failure: none may still be running when the batch is repeated.
        Exception? failure = null;
        for (var i = 0; i < count; i++)
        {
            try
            {
                folded[only?[i] ?? i] = await calls[i];
            }
            catch (Exception exception)
            {
                failure ??= exception;
            }
        }

        if (failure is not null)
        {
            throw new DetectException($"A customer could not fold its records: {failure.Message}", failure);
        }
    }

    private static ShardResult Gather(List<CustomerSlice> customers, Folded[] folded, out List<StateWrite> writes)
    {
        writes = [];
        var deltas = new List<Delta>();
        List<int>? tooLate = null;
        var counts = new List<FileCounts>(1);
        for (var i = 0; i < folded.Length; i++)
        {
            ref readonly var answer = ref folded[i];
            if (answer.NeedsState)
            {
                throw new DetectException("A customer asked for its state although it was handed over.");
            }

            if (answer.State is { } state)
            {
                writes.Add(new StateWrite(customers[i].Key, state));
            }

            deltas.AddRange(answer.Deltas ?? []);
            Count(counts, customers[i].Records.Span[^1].File, answer.Counts);
            foreach (var index in answer.TooLate ?? [])
            {
                (tooLate ??= []).Add(customers[i].Offset + index);
            }
        }

        return new ShardResult { Deltas = deltas, Counts = counts, TooLate = tooLate ?? [] };
    }

    private static void Count(List<FileCounts> counts, long file, in DetectCounts more)
    {
        var at = counts.FindIndex(c => c.File == file);
        if (at < 0)
        {
            counts.Add(new FileCounts { File = file, Counts = more });
        }
        else
        {
            counts[at] = new FileCounts { File = file, Counts = counts[at].Counts.Plus(more) };
        }
    }

    private List<CustomerSlice> Customers(ReadOnlyMemory<Record> records)
    {
        var customers = new List<CustomerSlice>();
        var all = records.Span;
        for (var start = 0; start < all.Length;)
        {
            var end = start + 1;
            while (end < all.Length && all[end].Key == all[start].Key)
            {
                end++;
            }

            customers.Add(new CustomerSlice(all[start].Key, Known(all[start].Key), start, records[start..end]));
            start = end;
        }

        return customers;
    }

    private KnownCustomer Known(string key)
    {
        if (!_known.TryGetValue(key, out var known))
        {
            if (_known.Count >= MaxKnown)
            {
                _known.Clear();
            }

            known = new KnownCustomer(GrainFactory.GetGrain<ICustomerGrain>(CustomerKey.Of(_shard.Dimension, key)));
            _known.Add(key, known);
        }

        return known;
    }

    private static async ValueTask ForgetAsync(List<CustomerSlice> customers)
    {
        foreach (var customer in customers)
        {
            customer.Known.Version = KnownCustomer.NotLoaded;
        }

        foreach (var customer in customers)
        {
            // Not the batch's token: what storage did not take has to go even when the caller has given up.
            await customer.Known.Grain.ForgetAsync(CancellationToken.None);
        }
    }

    [LoggerMessage(Level = LogLevel.Debug, Message = "Shard {Shard} is owned with epoch {Epoch}.")]
    private partial void LogAcquired(ShardId shard, long epoch);

    [LoggerMessage(Level = LogLevel.Warning, Message = "A batch of shard {Shard} failed; {Customers} customers drop what they hold in memory before it is repeated.")]
    private partial void LogForgotten(Exception exception, ShardId shard, int customers);
}
