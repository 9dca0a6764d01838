using CustomerTrack.Harness;
using CustomerTrack.S3Server;

namespace CustomerTrack.Faults;

/// <summary>Carries files that appear in the site's landing folders into a bucket, as a producer elsewhere would put them there.</summary>
internal sealed class BucketCarrier : IAsyncDisposable
{
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(50);

    private readonly CancellationTokenSource _enough = new();
    private readonly ClusterSite _site;
    private readonly TestBucket _bucket;
    private readonly Task _carrying;

    public BucketCarrier(ClusterSite site, TestBucket bucket)
    {
        _site = site;
        _bucket = bucket;
        _carrying = CarryAsync();
    }

    /// <summary>What lies in the landing prefix of the bucket, or is claimed there.</summary>
    /// <exception cref="Exception">Carrying broke down.</exception>
    public async Task<IReadOnlyList<string>> UnfinishedAsync(CancellationToken cancellationToken)
    {
        if (_carrying.IsFaulted)
        {
            await _carrying;
        }

        // What a silo put there to see whether it can is not a claim.
        return [.. (await _bucket.KeysAsync(cancellationToken)).Where(key =>
            key.StartsWith("landing/", StringComparison.Ordinal) || (key.StartsWith("claims/", StringComparison.Ordinal) && key != "claims/_check"))];
    }

    public async ValueTask DisposeAsync()
    {
        await _enough.CancelAsync();
        await _carrying;
        _enough.Dispose();
    }

    private async Task CarryAsync()
    {
        while (!_enough.IsCancellationRequested)
        {
            foreach (var file in _site.Unfinished)
            {
                var path = Path.Combine(_site.Data, "landing", file);
                await _bucket.PutAsync($"landing/{file}", await File.ReadAllBytesAsync(path), CancellationToken.None);
                File.Delete(path);
            }

            await Task.Delay(Pause, _enough.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }
}
