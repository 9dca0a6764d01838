using System.Globalization;
using System.Runtime.InteropServices;
using CustomerTrack.Cli;
using CustomerTrack.Cluster;
using CustomerTrack.Ingest;
using CustomerTrack.State;
using Microsoft.Extensions.Options;
using StackExchange.Redis;

namespace CustomerTrack.Storage;

/// <summary>All that the silos of a cluster share in one Redis: states, open landing files, seats and notes.</summary>
internal sealed partial class RedisStates : IAsyncDisposable
{
    internal const string FormatVersion = "1";

    private const int Tcp = 6;
    private const int TcpUserTimeout = 18;
    private static readonly TimeSpan LongestConnect = TimeSpan.FromSeconds(5);

    private readonly RedisConnection _redis;
    private readonly RedisHeartbeat _heartbeat;
    private readonly RedisFileRegistry _files;

    private RedisStates(RedisConnection redis, RedisHeartbeat heartbeat, RedisKeys keys, string stateId, int shards, ILogger logger)
    {
        _redis = redis;
        _heartbeat = heartbeat;
        StateId = stateId;
        Store = new RedisStateStore(redis, keys, stateId, shards, logger);
        _files = new(redis, keys, stateId);
        Board = new RedisClusterBoard(redis, keys, stateId);
        SessionKeys = new(redis, keys, stateId);
    }

    public ICustomerStateStore Store { get; }

    /// <summary>The id of the states, 32 hexadecimal digits: made once, at random, and kept beside them. What is written from them elsewhere says it, so that no other states go on with it.</summary>
    public string StateId { get; }

    public IFileRegistry Files => _files;

    public IClusterBoard Board { get; }

    /// <summary>With what all silos protect sessions of the dashboard.</summary>
    public RedisSessionKeys SessionKeys { get; }

    /// <summary>Connects, looks whether the server can be trusted with states, and finds those of the service or begins them.</summary>
    /// <param name="shards">Of the settings; null takes the stored number, or the default for new states.</param>
    /// <exception cref="CommandFailedException">The server does not answer, cannot be used, or holds what this program cannot read.</exception>
    /// <exception cref="OptionsValidationException">The states were made with another number of shards than is configured.</exception>
    public static async Task<RedisStates> OpenAsync(
        RedisOptions options, string serviceId, int? shards, TimeProvider time, ILoggerFactory loggers, CancellationToken cancellationToken)
    {
        var logger = loggers.CreateLogger<RedisStates>();
        var redis = await RedisConnection.OpenAsync(Configure(options), options, time, logger, cancellationToken);
        try
        {
            var keys = new RedisKeys(options.KeyPrefix, serviceId);
            var process = RedisHeartbeat.NewProcess();
            var made = Guid.NewGuid().ToString("N");
            var meta = (string[])(await redis.AskAsync("Opening the states", redis.Deadline(), database => database.ScriptEvaluateAsync(
                RedisScripts.Open,
                [keys.Meta, keys.Processes],
                [made, FormatVersion, shards ?? StateOptions.DefaultShards, process]), cancellationToken))!;
            var (id, count) = Read(meta, redis.Place, serviceId, shards);
            LogOpened(logger, redis.Place, serviceId, count, id == made ? " They are new." : "");
            return new(redis, RedisHeartbeat.Begin(redis, keys, process, time), keys, id, count, logger);
        }
        catch (StateStoreException failure)
        {
            await redis.DisposeAsync();
            throw new CommandFailedException(failure.Message, failure);
        }
        catch
        {
            await redis.DisposeAsync();
            throw;
        }
    }

    /// <summary>How to connect, for the states and for the table of silos alike.</summary>
    /// <exception cref="CommandFailedException">The settings cannot be used; says which and why, and no password.</exception>
    public static ConfigurationOptions Configure(RedisOptions options)
    {
        if (string.IsNullOrWhiteSpace(options.Connection))
        {
            throw new CommandFailedException($"{Setting(nameof(RedisOptions.Connection))} is not set; a cluster needs the host and port of its Redis, as in 'redis:6379'.");
        }

        ConfigurationOptions configuration;
        try
        {
            configuration = ConfigurationOptions.Parse(options.Connection);
        }
        catch (Exception failure) when (failure is ArgumentException or FormatException)
        {
            // Neither its value nor what the parser says of it: a password may be in either.
            throw new CommandFailedException($"{Setting(nameof(RedisOptions.Connection))} cannot be read; expected is host:port, followed by options as in 'redis:6379,ssl=true,user=ct'.");
        }

        if (configuration.EndPoints.Count == 0)
        {
            throw new CommandFailedException($"{Setting(nameof(RedisOptions.Connection))} names no server; expected is host:port, followed by options as in 'redis:6379,ssl=true,user=ct'.");
        }

        configuration.Password = Password(options) ?? configuration.Password;
        configuration.ClientName = "customertrack";
        configuration.AbortOnConnectFail = false;
        configuration.ReconnectRetryPolicy = new LinearRetry(1000);
        configuration.ConnectTimeout = (int)Math.Min(options.Timeout.TotalMilliseconds, LongestConnect.TotalMilliseconds);
        configuration.SyncTimeout = configuration.AsyncTimeout = (int)options.Timeout.TotalMilliseconds;

        // One server, which needs no vote, and nothing that its other users would hear of.
        configuration.TieBreaker = "";
        configuration.ConfigurationChannel = "";

        // Customers' keys must not get into messages.
        configuration.IncludeDetailInExceptions = false;
        if (OperatingSystem.IsLinux())
        {
            // A cut network is noticed in this time, not when the system gives up, after a quarter of an hour.
            var milliseconds = (int)options.Timeout.TotalMilliseconds;
            configuration.BeforeSocketConnect = (_, _, socket) => socket.SetRawSocketOption(Tcp, TcpUserTimeout, MemoryMarshal.AsBytes([milliseconds]));
        }

        return configuration;
    }

    public async ValueTask DisposeAsync()
    {
        await _heartbeat.DisposeAsync();
        await _redis.DisposeAsync();
        _files.Dispose();
    }

    private static string Setting(string name) => $"{RedisOptions.SectionName}:{name}";

    private static string? Password(RedisOptions options)
    {
        if (string.IsNullOrEmpty(options.PasswordFile))
        {
            return string.IsNullOrEmpty(options.Password) ? null : options.Password;
        }

        if (!string.IsNullOrEmpty(options.Password))
        {
            throw new CommandFailedException($"{Setting(nameof(RedisOptions.Password))} and {Setting(nameof(RedisOptions.PasswordFile))} are both set; allowed is one of them.");
        }

        try
        {
            return File.ReadAllText(options.PasswordFile).TrimEnd('\r', '\n') is { Length: > 0 } password
                ? password
                : throw new CommandFailedException($"The file '{options.PasswordFile}' of {Setting(nameof(RedisOptions.PasswordFile))} is empty; expected is a password.");
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            throw new CommandFailedException($"The file of {Setting(nameof(RedisOptions.PasswordFile))} cannot be read: {failure.Message}", failure);
        }
    }

    private static (string Id, int Shards) Read(string[] meta, string place, string serviceId, int? configured)
    {
        if (RedisStateRebuild.IsMark(meta[0]))
        {
            throw new CommandFailedException(
                $"The states of the service '{serviceId}' in Redis at {place} are being rebuilt, or a rebuild of them was cut short: run 'customertrack rebuild' to its end. Nothing is lost meanwhile.");
        }

        if (meta is not [{ Length: 32 } id, var format, var shards] || !int.TryParse(shards, NumberStyles.None, CultureInfo.InvariantCulture, out var count))
        {
            throw new CommandFailedException($"Redis at {place} holds data of the service '{serviceId}', but not that of a CustomerTrack state store.");
        }

        if (format != FormatVersion)
        {
            throw new CommandFailedException($"The states of the service '{serviceId}' in Redis at {place} have format {format}; this program reads format {FormatVersion}.");
        }

        return configured is null || configured == count
            ? (id, count)
            : throw new OptionsValidationException(StateOptions.SectionName, typeof(StateOptions),
            [
                $"{StateOptions.SectionName}:{nameof(StateOptions.Shards)} is {configured}, but the states of the service '{serviceId}' in Redis at {place} were made with {count} shards, "
                + $"which is fixed for good; allowed here: {count}, or no value.",
            ]);
    }

    [LoggerMessage(Level = LogLevel.Information, Message = "Opened the states of the service '{Service}' in Redis at {Place}, with {Shards} shards.{News}")]
    private static partial void LogOpened(ILogger logger, string place, string service, int shards, string news);
}
