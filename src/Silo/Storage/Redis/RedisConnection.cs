using CustomerTrack.Cli;
using CustomerTrack.State;
using StackExchange.Redis;

namespace CustomerTrack.Storage;

/// <summary>
/// The connection to Redis, which is made again by itself. After each time it was lost the server is checked as at the start, before anything else is asked of it.
/// </summary>
internal sealed partial class RedisConnection : IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan ProgressPeriod = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan LookPeriod = TimeSpan.FromMilliseconds(100);

    private readonly ConnectionMultiplexer _multiplexer;
    private readonly RedisOptions _options;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private readonly SemaphoreSlim _checking = new(1);
    private int _connections = 1;
    private int _checked;
    private volatile Exception? _lost;

    private RedisConnection(ConnectionMultiplexer multiplexer, string place, RedisOptions options, TimeProvider time, ILogger logger)
    {
        _multiplexer = multiplexer;
        _options = options;
        _time = time;
        _logger = logger;
        Place = place;
        multiplexer.ConnectionFailed += Failed;
        multiplexer.ConnectionRestored += Restored;
    }

    /// <summary>Host and port, for sentences.</summary>
    public string Place { get; }

    /// <summary>Connects and checks the server. Waits for half a minute until it answers.</summary>
    /// <exception cref="CommandFailedException">It does not answer, or is not one that can be used; says which and why.</exception>
    public static async Task<RedisConnection> OpenAsync(ConfigurationOptions configuration, RedisOptions options, TimeProvider time, ILogger logger, CancellationToken cancellationToken)
    {
        var place = string.Join(", ", configuration.EndPoints.Select(Text));
        var deadline = new RedisDeadline(time, Patience);
        var told = time.GetTimestamp();
        while (true)
        {
            Exception cause;
            try
            {
                return await ConnectAsync(configuration, place, options, time, logger, cancellationToken);
            }
            catch (Exception failure) when (failure is RedisException or TimeoutException or IOException or System.Net.Sockets.SocketException or StateStoreException)
            {
                cause = failure is StateStoreException { InnerException: { } inner } ? inner : failure;
            }

            var why = RedisFailures.Sentence(options.Timeout, cause);
            if (deadline.Left == TimeSpan.Zero || RedisFailures.IsCredential(cause))
            {
                throw new CommandFailedException($"Redis at {place} {why} {RedisOptions.SectionName}:{nameof(RedisOptions.Connection)} says where it is.", cause);
            }

            if (time.GetElapsedTime(told) >= ProgressPeriod)
            {
                told = time.GetTimestamp();
                LogWaiting(logger, place, deadline.Left.TotalSeconds, why);
            }

            await Task.Delay(LookPeriod, time, cancellationToken);
        }
    }

    /// <summary>The limit of a call that begins now.</summary>
    public RedisDeadline Deadline() => new(_time, _options.Timeout);

    /// <summary>
    /// Asks Redis something. When it fails, what was asked may still happen, now or later.
    /// </summary>
    /// <param name="doing">What is asked, as in: <c>Writing states</c>.</param>
    /// <exception cref="StateStoreException">It failed, or took too long.</exception>
    public async ValueTask<T> AskAsync<T>(string doing, RedisDeadline deadline, Func<IDatabase, Task<T>> ask, CancellationToken cancellationToken)
    {
        if (_checked != Volatile.Read(ref _connections))
        {
            try
            {
                await CheckedAsync(deadline, cancellationToken);
            }
            catch (CommandFailedException unusable)
            {
                throw new StateStoreException($"{doing} failed: {unusable.Message}", unusable);
            }
        }

        return await RawAsync(doing, deadline, ask, cancellationToken);
    }

    /// <summary>Runs one of <see cref="RedisScripts"/>, whose first argument is the id of the states.</summary>
    /// <exception cref="StateStoreException">It failed, or the states are others now.</exception>
    public async ValueTask<string[]> RunAsync(string doing, RedisDeadline deadline, string script, RedisKey[] keys, RedisValue[] arguments, CancellationToken cancellationToken)
    {
        var answer = (string[])(await AskAsync(doing, deadline, database => database.ScriptEvaluateAsync(script, keys, arguments), cancellationToken))!;
        return answer[0] == RedisScripts.OtherId ? throw RedisFailures.OtherStates(Place) : answer;
    }

    /// <summary>What a call says that waited for others too long.</summary>
    public StateStoreException TimedOut(string doing) => RedisFailures.TimedOut(doing, Place, _options.Timeout, _lost);

    public async ValueTask DisposeAsync()
    {
        _multiplexer.ConnectionFailed -= Failed;
        _multiplexer.ConnectionRestored -= Restored;
        await _multiplexer.CloseAsync(allowCommandsToComplete: false);
        await _multiplexer.DisposeAsync();
        _checking.Dispose();
    }

    private static async Task<RedisConnection> ConnectAsync(
        ConfigurationOptions configuration, string place, RedisOptions options, TimeProvider time, ILogger logger, CancellationToken cancellationToken)
    {
        // A connection that goes on trying by itself does not say why it has to. This one does.
        var trial = configuration.Clone();
        trial.AbortOnConnectFail = true;
        trial.ConnectRetry = 1;
        await using (await ConnectionMultiplexer.ConnectAsync(trial).WaitAsync(cancellationToken))
        {
        }

        var connection = new RedisConnection(await ConnectionMultiplexer.ConnectAsync(configuration).WaitAsync(cancellationToken), place, options, time, logger);
        try
        {
            await connection.CheckedAsync(connection.Deadline(), cancellationToken);
            return connection;
        }
        catch
        {
            await connection.DisposeAsync();
            throw;
        }
    }

    private static string Text(System.Net.EndPoint endpoint) => endpoint is System.Net.DnsEndPoint named
        ? string.Create(System.Globalization.CultureInfo.InvariantCulture, $"{named.Host}:{named.Port}")
        : endpoint.ToString() ?? "";

    private async ValueTask CheckedAsync(RedisDeadline deadline, CancellationToken cancellationToken)
    {
        const string Doing = "Looking at the server";
        if (!await _checking.WaitAsync(deadline.Left, cancellationToken))
        {
            throw TimedOut(Doing);
        }

        try
        {
            var connections = Volatile.Read(ref _connections);
            if (_checked != connections)
            {
                await RedisServerCheck.RunAsync(Place, _options, async (command, arguments) =>
                    await RawAsync(Doing, deadline, database => database.ExecuteAsync(command, arguments), cancellationToken));
                _checked = connections;
            }
        }
        finally
        {
            _checking.Release();
        }
    }

    private async ValueTask<T> RawAsync<T>(string doing, RedisDeadline deadline, Func<IDatabase, Task<T>> ask, CancellationToken cancellationToken)
    {
        var left = deadline.Left;
        if (left == TimeSpan.Zero)
        {
            throw TimedOut(doing);
        }

        try
        {
            var answer = ask(_multiplexer.GetDatabase());
            try
            {
                return await answer.WaitAsync(left, _time, cancellationToken);
            }
            finally
            {
                if (!answer.IsCompleted)
                {
                    Forget(answer);
                }
            }
        }
        catch (Exception failure) when (failure is not ObjectDisposedException && !(failure is OperationCanceledException && cancellationToken.IsCancellationRequested))
        {
            // Whatever it is: a connection that breaks fails its calls with all kinds of exceptions, those of its own pipes for one.
            throw RedisFailures.Of(doing, Place, _options.Timeout, failure);
        }
    }

    // Nobody waits for it any more; how it ends is of no interest.
    private static void Forget(Task answer) => answer.ContinueWith(
        static task => _ = task.Exception, CancellationToken.None, TaskContinuationOptions.OnlyOnFaulted | TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);

    private void Failed(object? sender, ConnectionFailedEventArgs lost)
    {
        if (lost.ConnectionType != ConnectionType.Interactive)
        {
            return;
        }

        _lost = lost.Exception ?? new RedisConnectionException(lost.FailureType, lost.FailureType.ToString());
        Interlocked.Increment(ref _connections);
        LogLost(Place, lost.FailureType);
    }

    private void Restored(object? sender, ConnectionFailedEventArgs restored)
    {
        if (restored.ConnectionType == ConnectionType.Interactive)
        {
            Interlocked.Increment(ref _connections);
            LogRestored(Place);
        }
    }

    [LoggerMessage(Level = LogLevel.Information, Message = "Waiting for Redis, {Left:F0} s more: Redis at {Place} {Why}")]
    private static partial void LogWaiting(ILogger logger, string place, double left, string why);

    [LoggerMessage(Level = LogLevel.Warning, Message = "The connection to Redis at {Place} was lost ({Reason}); it is tried again all the time.")]
    private partial void LogLost(string place, ConnectionFailureType reason);

    [LoggerMessage(Level = LogLevel.Information, Message = "Redis at {Place} answers again.")]
    private partial void LogRestored(string place);
}
