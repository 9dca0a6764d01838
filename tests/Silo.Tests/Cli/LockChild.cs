using CustomerTrack.Cli.Running;

namespace CustomerTrack.Cli;

/// <summary>Holds a data folder until it is killed.</summary>
internal static class LockChild
{
    public const string Argument = "--lock-child";

    public static async Task<int> RunAsync(string[] args)
    {
        using var held = await ProcessLock.AcquireAsync(DataFolder.At(args[0]), TimeProvider.System, CancellationToken.None);
        held.Publish(new("http://127.0.0.1:8080"), DateTimeOffset.UtcNow);
        Console.WriteLine("held");
        Console.ReadLine();
        return 0;
    }
}
