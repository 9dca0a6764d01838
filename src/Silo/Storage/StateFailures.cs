using CustomerTrack.State;

namespace CustomerTrack.Storage;

/// <summary>Puts into words what went wrong with the store, and what to do about it.</summary>
internal static class StateFailures
{
    public static StateStoreException Open(string folder, Exception cause) => new(
        cause.Message.Contains("LOCK", StringComparison.Ordinal) && cause.Message.Contains("lock", StringComparison.Ordinal)
            ? $"The state in '{folder}' is in use by another process; only one can have it open."
            : $"The state in '{folder}' cannot be opened: {cause.Message}",
        cause);

    public static StateStoreException Read(string folder, Exception cause) => new($"Reading the state in '{folder}' failed: {cause.Message}", cause);

    // RocksDB refuses writes after a failed one. It looks for free space every few seconds and goes on by itself when there
    // is some; after any other failure only opening the folder anew helps.
    public static StateStoreException Write(string folder, Exception cause) => new(
        cause.Message.Contains("No space left on device", StringComparison.Ordinal)
            ? $"The state in '{folder}' cannot be written: the disk is full. Writes succeed again a few seconds after space was freed. ({cause.Message})"
            : $"The state in '{folder}' cannot be written: {cause.Message} If this stays after the cause is gone, restart the process.",
        cause);
}
