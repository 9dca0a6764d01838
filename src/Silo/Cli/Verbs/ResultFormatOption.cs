using System.CommandLine;
using CustomerTrack.Cli.Output;

namespace CustomerTrack.Cli.Verbs;

/// <summary><c>--format table|csv|json</c>.</summary>
internal static class ResultFormatOption
{
    public static Option<ResultFormat> Create() => Choice.Create<ResultFormat>("--format", "How rows are printed.");
}
