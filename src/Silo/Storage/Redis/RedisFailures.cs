using System.Globalization;
using CustomerTrack.State;
using StackExchange.Redis;

namespace CustomerTrack.Storage;

/// <summary>Puts into words what went wrong with Redis, and what to do about it.</summary>
internal static class RedisFailures
{
    private const string Credentials =
        $"wants a password, or another one: set {RedisOptions.SectionName}:{nameof(RedisOptions.Password)} or {nameof(RedisOptions.PasswordFile)}, and the user in {nameof(RedisOptions.Connection)} if it is not the default one.";

    private static readonly (string Code, string Sentence)[] Answers =
    [
        ("LOADING", "is still loading its data into memory, and answers when it has."),
        ("OOM", "has no memory left for more data (its 'maxmemory'), and takes no write until it has: give it more."),
        ("READONLY", "is a read-only replica: connect to the one that takes writes."),
        ("MISCONF", "takes no write because it cannot store what it was given: look for a full or failing disk in its log."),
        ("NOAUTH", Credentials),
        ("WRONGPASS", Credentials),
        ("NOPERM", "does not permit this user what is needed: scripts, and commands on hashes, sets, strings and sorted sets below the key prefix."),
        ("MASTERDOWN", "is a replica that has lost the server it copies."),
        ("NOREPLICAS", "takes no write because it has too few replicas ('min-replicas-to-write')."),
        ("CLUSTERDOWN", "is a node of a Redis Cluster, which is not supported; a single server, with replicas or without, is."),
        ("MOVED", "is a node of a Redis Cluster, which is not supported; a single server, with replicas or without, is."),
        ("BUSY", "is busy with a script, and answers when that has ended."),
    ];

    /// <summary>Whether waiting does not help: the password is missing or wrong.</summary>
    public static bool IsCredential(Exception cause) => cause is RedisConnectionException { FailureType: ConnectionFailureType.AuthenticationFailure }
        || CodeOf(cause) is "NOAUTH" or "WRONGPASS"
        || (cause.InnerException is { } inner && IsCredential(inner));

    /// <param name="doing">What was asked, as in: <c>Writing states</c>.</param>
    public static StateStoreException Of(string doing, string place, TimeSpan timeout, Exception cause) => new($"{doing} failed: Redis at {place} {Sentence(timeout, cause)}", cause);

    public static StateStoreException TimedOut(string doing, string place, TimeSpan timeout, Exception? cause) =>
        new($"{doing} failed: Redis at {place} {NoAnswer(timeout)}", cause);

    public static StateStoreException OtherStates(string place) => new(
        $"Redis at {place} no longer holds the states that this process works with: they were deleted, or others were put in their place. Nothing is read or written. "
        + "Put back what was there, or stop all silos and rebuild the states from the lake.",
        innerException: null);

    public static StateStoreException WentBack(string place, ShardId shard, string was, string isNow) => new(
        $"Redis at {place} went back in time: shard {shard} was at {was} and is at {isNow}. Acknowledged states are missing, and going on would contradict what the lake holds already. "
        + "Put back the newer data, or stop all silos and rebuild the states from the lake.",
        innerException: null);

    public static StateStoreException FloorWentBack(string place, long was, long isNow) => new(
        $"Redis at {place} went back in time: the lowest open landing file was {was} and is {isNow}. "
        + "Put back the newer data, or stop all silos and rebuild the states from the lake.",
        innerException: null);

    public static string Sentence(TimeSpan timeout, Exception cause)
    {
        if (CodeOf(cause) is { } code)
        {
            return Answers.First(answer => answer.Code == code).Sentence;
        }

        return cause switch
        {
            RedisServerException => $"answered: {cause.Message}",
            RedisConnectionException { FailureType: ConnectionFailureType.AuthenticationFailure } => Credentials,
            RedisConnectionException connection => $"cannot be reached ({connection.FailureType}); it is tried again all the time.",
            TimeoutException => NoAnswer(timeout),
            _ => $"cannot be reached: {cause.Message}",
        };
    }

    private static string NoAnswer(TimeSpan timeout) => string.Create(
        CultureInfo.InvariantCulture,
        $"gave no answer within {timeout.TotalSeconds:0.###} s ({RedisOptions.SectionName}:{nameof(RedisOptions.Timeout)}).");

    // An error inside a script comes with the script's story around it before Redis 7.
    private static string? CodeOf(Exception cause) => cause is RedisServerException
        ? Array.Find(Answers, answer => cause.Message.StartsWith(answer.Code + " ", StringComparison.Ordinal) || cause.Message.Contains($" -{answer.Code} ", StringComparison.Ordinal)).Code
        : null;
}
