namespace CustomerTrack.Cli.Output;

/// <summary>Prints rows as they come.</summary>
internal static class ResultPrinter
{
    /// <returns>How many rows there were.</returns>
    public static Task<long> PrintAsync(Result result, ResultFormat format, CommandOutput output, CancellationToken cancellationToken) => format switch
    {
        ResultFormat.Csv => CsvFormat.PrintAsync(result, output.Out, cancellationToken),
        ResultFormat.Json => JsonFormat.PrintAsync(result, output.Out, cancellationToken),
        _ => TableFormat.PrintAsync(result, output, cancellationToken),
    };
}
