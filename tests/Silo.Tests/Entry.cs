using CustomerTrack.Cli;
using CustomerTrack.Storage;
using Xunit.MicrosoftTestingPlatform;
using Xunit.Runner.InProc.SystemConsole;

namespace CustomerTrack;

/// <summary>Runs the tests, or plays the process that a test starts and kills.</summary>
internal static class Entry
{
    public static Task<int> Main(string[] args) => args switch
    {
        [StateChild.Argument, ..] => StateChild.RunAsync(args[1..]),
        [LockChild.Argument, ..] => LockChild.RunAsync(args[1..]),
        [StateBenchmark.Argument, ..] => StateBenchmark.RunAsync(args[1..]),
        _ when args.Any(arg => arg is "--server" or "--internal-msbuild-node") => TestPlatformTestFramework.RunAsync(args, SelfRegisteredExtensions.AddSelfRegisteredExtensions),
        _ => ConsoleRunner.Run(args),
    };
}
