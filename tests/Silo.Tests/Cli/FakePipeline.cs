using CustomerTrack.Cli.Output;
using CustomerTrack.Cli.Pipeline;

namespace CustomerTrack.Cli;

/// <summary>Answers commands from memory, remembers what it was asked, and fails on demand.</summary>
internal sealed class FakePipeline : IPipelineClient, IPipelineConnector
{
    public List<object?> Asked { get; } = [];

    public CommonArguments? Connected { get; private set; }

    public Exception? Failure { get; set; }

    public bool Agrees { get; set; } = true;

    /// <summary>Rows of a query; the failure, when there is one, comes after them.</summary>
    public object?[][] Rows { get; set; } = [["C1", 1, true, null], ["Zoë", 2.50m, false, "x"]];

    public Task<IPipelineClient> ConnectAsync(CommonArguments arguments, CancellationToken cancellationToken)
    {
        Connected = arguments;
        return Task.FromResult<IPipelineClient>(this);
    }

    public Task<Result> QueryAsync(string sql, CancellationToken cancellationToken) => ResultOf(sql);

    public Task<Result> HistoryAsync(HistoryRequest request, CancellationToken cancellationToken) => ResultOf(request);

    public Task<Result> StatusAsync(CancellationToken cancellationToken) => ResultOf(null);

    public Task<Result> RejectsAsync(string? reason, CancellationToken cancellationToken) => ResultOf(reason);

    public Task<VerifyReport> VerifyAsync(VerifyRequest request, CancellationToken cancellationToken) => Answer(null, new VerifyReport
    {
        Agrees = Agrees,
        Customers = 1000,
        Versions = 2000,
        Seconds = 1.5,
        Differences = Agrees ? [] : ["customer C1: the table ends at 5, the state at 6"],
    });

    public Task<ReplayReport> ReplayRejectsAsync(string? reason, CancellationToken cancellationToken) => Answer(reason, new ReplayReport
    {
        Records = 3,
        Accepted = 1,
        Quarantined = new Dictionary<string, long> { ["bad_value"] = 2 },
    });

    public Task<IngestReport> IngestAsync(IngestRequest request, IProgress<IngestProgress> progress, CancellationToken cancellationToken)
    {
        progress.Report(new() { Rows = 5, BytesRead = 50, BytesTotal = 100 });
        return Answer(request, new IngestReport
        {
            UnknownColumns = new Dictionary<string, long>(),
            SequenceConflicts = 0,
            Files = 1,
            Rows = 10,
            Accepted = 9,
            Quarantined = new Dictionary<string, long> { ["null_key"] = 1 },
            RejectedFiles = [],
            NoOps = 2,
            Opened = 7,
            Closed = 3,
            Retracted = 0,
            Seconds = 0.5,
        });
    }

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    private Task<T> Answer<T>(object? asked, T answer)
    {
        Asked.Add(asked);
        return Failure is null ? Task.FromResult(answer) : Task.FromException<T>(Failure);
    }

    private Task<Result> ResultOf(object? asked)
    {
        Asked.Add(asked);
        return Task.FromResult(new Result(["id", "n", "on", "text"], ReadAsync(), this));
    }

    private async IAsyncEnumerable<IReadOnlyList<Cell>> ReadAsync()
    {
        foreach (var row in Rows)
        {
            await Task.Yield();
            yield return [.. row.Select(Cell.Of)];
        }

        if (Failure is not null)
        {
            throw Failure;
        }
    }
}
