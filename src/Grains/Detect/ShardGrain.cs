using CustomerTrack.Dimensions;
using CustomerTrack.Records;
using CustomerTrack.State;
using Microsoft.Extensions.Logging;

namespace CustomerTrack.Detect;

/// <summary>Calls each customer of a batch once, writes all changed states in one durable write, then returns the deltas.</summary>
[GrainType(ShardKey.TypeName), ShardAffinity, KeepAlive]
internal sealed partial class ShardGrain(
    ICustomerStateStore store, IDimensionCatalog dimensions, SiloShards silo, ShardMoves moves, TimeProvider time, ILogger<ShardGrain> logger) : Grain, IShardGrain
{
    // Customers that leave with their shard are told so many at a time.
    private const int CustomersAtOnce = 256;

    private ShardId _shard;
    private DimensionDefinition _dimension = null!;
    private CustomerPool _customers = null!;
    private OwnedShard _owned = null!;
    private long _handovers;

    public override async Task OnActivateAsync(CancellationToken cancellationToken)
    {
        _shard = ShardKey.Parse(this.GetPrimaryKeyString());
        _dimension = dimensions.TryGet(_shard.Dimension, out var dimension)
            ? dimension
            : throw new DetectException($"No dimension of this silo is named '{_shard.Dimension}'.");
        _customers = new CustomerPool(_shard.Dimension, GrainFactory, time.GetUtcNow());
        var asked = time.GetTimestamp();
        var epoch = await store.AcquireAsync(_shard, cancellationToken);
        _owned = silo.Own(_shard, epoch, GrainContext, asked);
        LogAcquired(_shard, epoch);
        if (!silo.IsHere(_shard))
        {
            // Whoever called saw the cluster as it was.
            moves.Look();
        }
    }

    public override async Task OnDeactivateAsync(DeactivationReason reason, CancellationToken cancellationToken)
    {
        if (_owned is null)
        {
            return;
        }

        // From here on no customer answers from what this activation told it.
        silo.Leave(_owned);
        if (reason.ReasonCode != DeactivationReasonCode.ShuttingDown && !silo.IsHere(_shard))
        {
            foreach (var customers in _customers.Known.Chunk(CustomersAtOnce))
            {
                cancellationToken.ThrowIfCancellationRequested();
                await ForgetAsync(customers);
            }
        }
    }

    public async ValueTask<ShardResult> ApplyAsync(ShardBatch batch, CancellationToken cancellationToken)
    {
        // The caller gave up while the batch waited: its repetition waits behind it.
        var trace = ShardSpan.Begin(_shard.Dimension, _shard.Number, batch.Records.Length, time);
        cancellationToken.ThrowIfCancellationRequested();
        var now = time.GetUtcNow();
        _customers.Sweep(now);
        var customers = Slices(batch.Records, now);
        try
        {
            await FoldAsync(batch, customers, now, trace, cancellationToken);
            var result = Gather(customers, out var writes);
            if (writes.Count > 0)
            {
                var asked = time.GetTimestamp();
                var step = trace?.Step("write states", writes.Count);
                await store.WriteAsync(_shard, _owned.Epoch, writes, Source(batch), cancellationToken);
                trace?.Done(step);
                _owned.ConfirmedAt = asked;
            }

            foreach (var customer in customers)
            {
                customer.Known?.Version = customer.Folded.Version;
            }

            DetectInstruments.Called(_shard.Dimension, batch.IsBeside, customers);
            trace?.Succeeded(customers.Count, writes.Count, result.Deltas.Count);
            return result;
        }
        catch (Exception exception)
        {
            trace?.Failed(exception);
            LogForgotten(exception, _shard, customers.Count);
            await ForgetAsync([.. customers.Select(customer => customer.Known).OfType<KnownCustomer>()]);
            if (exception is StaleEpochException)
            {
                // Another activation owns the shard; this one has nothing left to do, and its customers' memory counts for nothing.
                silo.Leave(_owned);
                DeactivateOnIdle();
            }

            throw;
        }
    }

    private static WriteSource Source(ShardBatch batch)
    {
        if (batch.Owner.Length == 0)
        {
            return WriteSource.Alone;
        }

        var files = new List<long>(1);
        foreach (ref readonly var record in batch.Records.Span)
        {
            if (files.Count == 0 || (files[^1] != record.File && !files.Contains(record.File)))
            {
                files.Add(record.File);
            }
        }

        return new(batch.Owner, files);
    }

    private async ValueTask FoldAsync(ShardBatch batch, List<CustomerSlice> customers, DateTimeOffset now, ShardSpan? trace, CancellationToken cancellationToken)
    {
        var context = new DetectContext
        {
            OpenFloor = batch.OpenFloor,
            RecordedAt = SequenceText.FromTicks(now.UtcTicks),
            Redelivered = batch.Redelivered,
        };
        await FetchAsync(customers, trace, cancellationToken);
        var folding = trace?.Step("fold customers", customers.Count);
        var calls = Call(customers, context, cancellationToken);
        foreach (var customer in customers)
        {
            if (customer.Known is null)
            {
                customer.Folded = CustomerFold.Fold(_dimension, customer.Key, customer.StoredState!, customer.Records.Span, context, out _);
            }
        }

        await AnswersAsync(calls);
        trace?.Done(folding);

        // Customers that were collected since the shard last called them need their state again.
        var cold = customers.FindAll(customer => customer.Folded.NeedsState);
        if (cold.Count > 0)
        {
            await FetchAsync(cold, trace, cancellationToken);
            folding = trace?.Step("fold customers", cold.Count);
            await AnswersAsync(Call(cold, context, cancellationToken));
            trace?.Done(folding);
        }
    }

    private async ValueTask FetchAsync(List<CustomerSlice> customers, ShardSpan? trace, CancellationToken cancellationToken)
    {
        var needed = customers.FindAll(customer => customer.NeedsStoredState);
        if (needed.Count == 0)
        {
            return;
        }

        var step = trace?.Step("read states", needed.Count);
        var states = await store.GetAsync(_shard, needed.ConvertAll(customer => customer.Key), cancellationToken);
        for (var i = 0; i < states.Length; i++)
        {
            needed[i].StoredState = states[i] ?? [];
        }

        trace?.Done(step);
    }

    private List<(CustomerSlice Customer, ValueTask<Folded> Answer)> Call(List<CustomerSlice> customers, in DetectContext context, CancellationToken cancellationToken)
    {
        var calls = new List<(CustomerSlice, ValueTask<Folded>)>(customers.Count);
        foreach (var customer in customers)
        {
            if (customer.Known is not { } known)
            {
                continue;
            }

            if (customer.StoredState is not null)
            {
                known.Handover = ++_handovers;
            }

            var batch = new CustomerBatch
            {
                Records = customer.Records,
                StoredState = customer.StoredState,
                ExpectedVersion = known.Version,
                OpenFloor = context.OpenFloor,
                RecordedAt = context.RecordedAt,
                Redelivered = context.Redelivered,
                Epoch = _owned.Epoch,
                Handover = known.Handover,
                IsBeside = true,
            };
#pragma warning disable CA2012 // Each is awaited exactly once, in AnswersAsync; tasks instead would allocate once more per customer.
            calls.Add((customer, known.Grain.ApplyAsync(batch, cancellationToken)));
#pragma warning restore CA2012
        }

        return calls;
    }

    private static async ValueTask AnswersAsync(List<(CustomerSlice Customer, ValueTask<Folded> Answer)> calls)
    {
        // Every call is awaited, even after a failure: none may still be running when the batch is repeated.
        Exception? failure = null;
        foreach (var (customer, answer) in calls)
        {
            try
            {
                customer.Folded = await answer;
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

    private static ShardResult Gather(List<CustomerSlice> customers, out List<StateWrite> writes)
    {
        writes = new(customers.Count);
        var deltas = new List<Delta>();
        List<int>? tooLate = null;
        var counts = new List<FileCounts>(1);
        foreach (var customer in customers)
        {
            var answer = customer.Folded;
            if (answer.NeedsState)
            {
                throw new DetectException("A customer asked for its state although it was handed over.");
            }

            if (answer.State is { } state)
            {
                writes.Add(new StateWrite(customer.Key, state));
            }

            deltas.AddRange(answer.Deltas ?? []);
            Count(counts, customer.Records.Span[^1].File, answer.Counts);
            foreach (var index in answer.TooLate ?? [])
            {
                (tooLate ??= []).Add(customer.Offset + index);
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

    private List<CustomerSlice> Slices(ReadOnlyMemory<Record> records, DateTimeOffset now)
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

            customers.Add(new CustomerSlice(all[start].Key, _customers.Touch(all[start].Key, now), start, records[start..end]));
            start = end;
        }

        return customers;
    }

    private async ValueTask ForgetAsync(KnownCustomer[] customers)
    {
        // Not the batch's token: what storage did not take has to go even when the caller has given up.
        var calls = Array.ConvertAll(customers, known =>
        {
            known.Version = KnownCustomer.NotLoaded;
            return known.Grain.ForgetAsync(CancellationToken.None).AsTask();
        });
        foreach (var call in calls)
        {
            try
            {
                await call;
            }
            catch (Exception exception)
            {
                // The others must forget all the same. This one is told its stored state with its next batch.
                LogNotForgotten(exception, _shard);
            }
        }
    }

    [LoggerMessage(Level = LogLevel.Debug, Message = "Shard {Shard} is owned with epoch {Epoch}.")]
    private partial void LogAcquired(ShardId shard, long epoch);

    // The caller warns; here is the whole story for whoever looks into it.
    [LoggerMessage(Level = LogLevel.Debug, Message = "A batch of shard {Shard} failed; {Customers} customers drop what they hold in memory before it is repeated.")]
    private partial void LogForgotten(Exception exception, ShardId shard, int customers);

    [LoggerMessage(Level = LogLevel.Warning, Message = "A customer of shard {Shard} could not be told to forget what storage did not take; its reads may be ahead of storage for some minutes.")]
    private partial void LogNotForgotten(Exception exception, ShardId shard);
}
