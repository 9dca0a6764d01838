using System.Security.Cryptography;
using CustomerTrack.S3;
using Microsoft.Extensions.Logging;

namespace CustomerTrack.Ingest;

/// <summary>
/// Owners by leases: an object per process that it writes anew again and again. A process whose lease was not renewed for a minute, by the
/// store's own clock, counts as ended. An earlier process on the same data folder counts as ended at once, since this one holds the folder's lock.
/// A process that was only paused may go on with files that others took over: numbers, revisions and archive names are the same then.
/// </summary>
internal sealed partial class S3Leases(S3Bucket bucket, S3LandingKeys keys, LandingFolders folder, TimeSpan renewal, TimeSpan lease, TimeProvider time, ILogger logger) : IClaimOwners
{
    private const int NameBytes = 6;

    /// <summary>How often a lease is renewed, and how long it holds, in ordinary life.</summary>
    public static readonly TimeSpan Renewal = TimeSpan.FromSeconds(10);

    public static readonly TimeSpan Lease = TimeSpan.FromSeconds(60);

    private static readonly TimeSpan LeavePatience = TimeSpan.FromSeconds(5);

    private readonly CancellationTokenSource _stopping = new();
    private readonly SemaphoreSlim _looking = new(1, 1);
    private Dictionary<string, DateTimeOffset> _leases = new(StringComparer.Ordinal);
    private string _folderName = "";
    private string? _name;
    private Task? _renewing;
    private long _looked;

    /// <inheritdoc/>
    /// <remarks>Nobody is told: a lease that was not renewed is found by looking.</remarks>
    public event Action? Ended
    {
        add { }
        remove { }
    }

    /// <inheritdoc/>
    public string Writer => "";

    /// <inheritdoc/>
    public string Name => _name ?? throw new InvalidOperationException("The process has not entered yet.");

    /// <inheritdoc/>
    public async ValueTask EnterAsync(CancellationToken cancellationToken)
    {
        _folderName = ReadFolderName();
        _name ??= $"{_folderName}-{Random()}";
        await bucket.PutAsync(keys.Owner(_name), ReadOnlyMemory<byte>.Empty, cancellationToken);
        await LookAsync(cancellationToken);
        _renewing ??= Task.Run(RenewAsync, CancellationToken.None);
    }

    /// <inheritdoc/>
    public async ValueTask<bool> IsAliveAsync(string owner, CancellationToken cancellationToken)
    {
        if (owner == Name)
        {
            return true;
        }

        if (owner.StartsWith(_folderName + "-", StringComparison.Ordinal))
        {
            return false;
        }

        if (time.GetElapsedTime(_looked) >= renewal || !_leases.ContainsKey(owner))
        {
            await LookAsync(cancellationToken);
        }

        // Both times are the store's: this machine's clock has no part in it.
        return _leases.TryGetValue(owner, out var renewed) && _leases.TryGetValue(Name, out var own) && own - renewed < lease;
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await _stopping.CancelAsync();
        if (_renewing is not null)
        {
            await _renewing;
            using var patience = new CancellationTokenSource(LeavePatience);
            try
            {
                await bucket.DeleteAsync(keys.Owner(Name), patience.Token);
            }
            catch (Exception failure) when (failure is S3Exception or OperationCanceledException)
            {
                // It ends by itself in a minute.
                LogNotLeft(failure.Message);
            }
        }

        _stopping.Dispose();
        _looking.Dispose();
    }

    private static string Random() => Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(NameBytes));

    private string ReadFolderName()
    {
        if (!File.Exists(folder.BucketOwner))
        {
            Directory.CreateDirectory(Path.GetDirectoryName(folder.BucketOwner)!);
            DurableFile.Write(folder.BucketOwner, DurableFile.Temporary(folder.BucketOwner), System.Text.Encoding.ASCII.GetBytes(Random()));
        }

        var name = File.ReadAllText(folder.BucketOwner).Trim();
        return name.Length == 2 * NameBytes && name.All(char.IsAsciiHexDigitLower)
            ? name
            : throw new InvalidDataException($"'{folder.BucketOwner}' is damaged; expected {2 * NameBytes} hexadecimal digits. Delete it: files in the bucket that were not finished come back a minute later then.");
    }

    private async Task RenewAsync()
    {
        while (true)
        {
            try
            {
                await Task.Delay(renewal, time, _stopping.Token);
                await bucket.PutAsync(keys.Owner(Name), ReadOnlyMemory<byte>.Empty, _stopping.Token);
            }
            catch (OperationCanceledException) when (_stopping.IsCancellationRequested)
            {
                return;
            }
            catch (S3Exception failure)
            {
                LogNotRenewed(failure.Message);
            }
        }
    }

    private async Task LookAsync(CancellationToken cancellationToken)
    {
        await _looking.WaitAsync(cancellationToken);
        try
        {
            var leases = new Dictionary<string, DateTimeOffset>(StringComparer.Ordinal);
            await foreach (var lease in bucket.ListAsync(keys.Owners, startAfter: null, cancellationToken))
            {
                leases[lease.Key[keys.Owners.Length..]] = lease.WrittenAt;
            }

            _leases = leases;
            _looked = time.GetTimestamp();
        }
        finally
        {
            _looking.Release();
        }
    }

    [LoggerMessage(LogLevel.Warning, "The lease on claimed files could not be renewed; after a minute others may take them over: {Why}")]
    private partial void LogNotRenewed(string why);

    [LoggerMessage(LogLevel.Warning, "The lease on claimed files could not be given back; it ends by itself in a minute: {Why}")]
    private partial void LogNotLeft(string why);
}
