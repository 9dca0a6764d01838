using System.ComponentModel;
using System.Diagnostics;

namespace CustomerTrack.Snowflake.Tests.Parsers;

/// <summary>A program that is installed, or not.</summary>
internal static class Program
{
    /// <returns>What it wrote and its exit code; null when there is no such program.</returns>
    public static async Task<(string Out, string Error, int ExitCode)?> RunAsync(string name, string folder, string input, params string[] arguments)
    {
        using var process = new Process
        {
            StartInfo = new(name, arguments) { WorkingDirectory = folder, RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true },
        };
        try
        {
            process.Start();
        }
        catch (Win32Exception)
        {
            return null;
        }

        var output = process.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
        var error = process.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
        try
        {
            await process.StandardInput.WriteAsync(input);
            process.StandardInput.Close();
            await process.WaitForExitAsync(TestContext.Current.CancellationToken);
        }
        catch (OperationCanceledException)
        {
            process.Kill(entireProcessTree: true);
            throw;
        }

        return (await output, await error, process.ExitCode);
    }
}
