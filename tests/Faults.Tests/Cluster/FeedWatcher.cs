using System.Collections.Concurrent;
using CustomerTrack.Harness;

namespace CustomerTrack.Faults;

/// <summary>Follows the live changes of one silo and notes all of them.</summary>
internal sealed class FeedWatcher : IAsyncDisposable
{
    private readonly CancellationTokenSource _enough;
    private readonly ChangeReader _reader;
    private readonly Task _reading;

    private FeedWatcher(ChangeReader reader, CancellationToken cancellationToken)
    {
        _reader = reader;
        _enough = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        _reading = ReadAsync(_enough.Token);
    }

    /// <summary>Keys with the city that is new, in the order in which they came.</summary>
    public ConcurrentQueue<string> Seen { get; } = new();

    /// <summary>Reasons of gaps.</summary>
    public ConcurrentQueue<string> Gaps { get; } = new();

    /// <summary>Opens the feed; what changes after this returns is on it.</summary>
    public static async Task<FeedWatcher> OpenAsync(ClusterSilo silo, CancellationToken cancellationToken) =>
        new(await ChangeReader.OpenAsync(silo.Http, lastId: null, cancellationToken), cancellationToken);

    public async ValueTask DisposeAsync()
    {
        await _enough.CancelAsync();
        await _reading.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        await _reader.DisposeAsync();
        _enough.Dispose();
    }

    private async Task ReadAsync(CancellationToken cancellationToken)
    {
        while (true)
        {
            var (name, data) = await _reader.NextAsync(cancellationToken);
            if (name == "gap")
            {
                Gaps.Enqueue(data.GetProperty("reason").GetString()!);
            }
            else
            {
                Assert.Equal("change", name);
                var city = data.GetProperty("fields").EnumerateArray().Single(field => field.GetProperty("name").GetString() == "city");
                Seen.Enqueue($"{data.GetProperty("key").GetString()} {city.GetProperty("new").GetString()}");
            }
        }
    }
}
