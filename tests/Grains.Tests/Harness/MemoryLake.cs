using System.Globalization;
using System.Runtime.CompilerServices;
using CustomerTrack.Dimensions;
using CustomerTrack.Lake;
using CustomerTrack.Records;

namespace CustomerTrack.Tests;

/// <summary>A lake in memory that fails, or lets nothing through, when it is told to.</summary>
public sealed class MemoryLake : ILake
{
    private readonly Lock _lock = new();
    private readonly List<(LakeObject Object, Delta[] Deltas)> _objects = [];
    private int _written;

    /// <summary>Asked before each write.</summary>
    public Func<Fault>? WriteFault { get; set; }

    /// <summary>A write waits for it, whatever its cancellation says.</summary>
    public Task Gate { get; set; } = Task.CompletedTask;

    /// <summary>Completes when a write was tried.</summary>
    public TaskCompletionSource Tried { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>The deltas of each object, in the order of writing.</summary>
    public IReadOnlyList<Delta[]> Objects
    {
        get
        {
            lock (_lock)
            {
                return [.. _objects.Select(o => o.Deltas)];
            }
        }
    }

    public IEnumerable<Delta> Deltas => Objects.SelectMany(o => o);

    public async ValueTask<LakeObject> WriteAsync(
        DimensionDefinition dimension, IReadOnlyList<Delta> deltas, IReadOnlyDictionary<long, string> fileNames, CancellationToken cancellationToken = default)
    {
        cancellationToken.ThrowIfCancellationRequested();
        Tried.TrySetResult();
        await Gate;
        var fault = WriteFault?.Invoke() ?? Fault.None;
        Fail(fault, Fault.Before);
        Assert.All(deltas, delta => Assert.Contains(delta.File, fileNames.Keys));
        LakeObject written;
        lock (_lock)
        {
            written = new()
            {
                Dimension = dimension.Name,
                Name = string.Create(CultureInfo.InvariantCulture, $"{dimension.Name}/{++_written:D6}.parquet"),
                Rows = deltas.Count,
                Bytes = deltas.Sum(d => d.Content.Length),
            };

            // A copy of the bytes too: they may lie in blocks that are used again.
            _objects.Add((written, [.. deltas.Select(d => d with { Content = d.Content.ToArray() })]));
        }

        Fail(fault, Fault.After);
        return written;
    }

    public async IAsyncEnumerable<LakeObject> ListAsync(DimensionDefinition dimension, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        List<LakeObject> listed;
        lock (_lock)
        {
            listed = [.. _objects.Select(o => o.Object).Where(o => o.Dimension == dimension.Name)];
        }

        foreach (var item in listed)
        {
            yield return item;
            await Task.Yield();
        }
    }

    public ValueTask<LocalObject> OpenLocalAsync(LakeObject lakeObject, CancellationToken cancellationToken = default) =>
        throw new NotSupportedException("Nothing here reads objects as files.");

    private static void Fail(Fault fault, Fault when)
    {
        if (fault == when)
        {
            throw new LakeException("memory", "write", new IOException($"Told to fail {when}."));
        }
    }
}
