using Microsoft.Extensions.Logging;

namespace CustomerTrack.Ingest;

/// <content>How a file ends: rejected, archived, given up to whoever has it by now, or given back.</content>
public sealed partial class LandingReader
{
    private FileProgress Begin(ClaimedFile file, FileInHand claim)
    {
        var now = _time.GetUtcNow();
        IngestInstruments.Stage(file.Dimension.Name, "wait claim", file.VisibleAt, claim.ClaimedAt);
        IngestInstruments.Stage(file.Dimension.Name, "wait read", claim.ClaimedAt, now);
        return new(file, claim, new QuarantineWriter(_folder, file)) { ReadAt = now, GatheringSince = now, Trace = FileTrace.Start(file, claim.ClaimedAt, now) };
    }

    private void ReadToItsEnd(FileProgress progress)
    {
        var now = _time.GetUtcNow();
        progress.Stepped(now);
        IngestInstruments.Stage(progress.File.Dimension.Name, "parse", progress.ReadAt, now);
        progress.Trace?.Hop("parse", progress.ReadAt, now, new("customertrack.rows", progress.Report().Rows), new("customertrack.bytes", progress.File.Bytes));
    }

    private async Task RejectAsync(FileProgress progress, UnreadableFileException exception, CancellationToken stoppingToken)
    {
        var file = progress.File;
        var isRejected = await PatientlyAsync(
            async () =>
            {
                if (progress.Claim.IsOver || !await _zone.HoldsAsync(file, stoppingToken))
                {
                    return false;
                }

                await _board.PostFinishedAsync(progress.Report() with { State = FileState.Rejected, Error = exception.Message }, stoppingToken);
                return await _zone.RejectAsync(file, exception.Reason, exception.Message, stoppingToken);
            },
            (why, backoff) =>
            {
                _heldUp[file.Number] = $"The landing file '{file.Name}' cannot be read, and cannot be rejected: {why}";
                LogNotRejected(why, file.Name, backoff);
            },
            stoppingToken);
        if (!isRejected)
        {
            await GiveUpAsync(progress);
        }
        else if (TryEnd(progress))
        {
            LogRejected(file.Dimension.Name, file.Name, exception.Reason);
            progress.Rejected(exception.Message);
            _reports.Finish(progress);
            IngestInstruments.Finished(progress.Report(), progress.Times);
            progress.Trace?.Fail(_time.GetUtcNow(), exception.Reason);
        }
    }

    private async Task FinishAsync(FileProgress progress)
    {
        try
        {
            if (!await ArchiveAsync(progress))
            {
                await GiveUpAsync(progress);
                return;
            }
        }
        catch (OperationCanceledException) when (_abandon.IsCancellationRequested)
        {
            progress.Trace?.End(_time.GetUtcNow(), "abandoned", progress.Report());
            return;
        }

        if (!TryEnd(progress))
        {
            // Given up just before, although it could be archived.
            return;
        }

        var dimension = progress.File.Dimension.Name;
        var archivedAt = _time.GetUtcNow();
        progress.Archived(archivedAt);
        IngestInstruments.Stage(dimension, "archive", progress.LastStepAt, archivedAt);
        progress.Trace?.Hop("archive", progress.LastStepAt, archivedAt);
        try
        {
            foreach (var lakeObject in progress.Objects)
            {
                await _loads.WaitLoadedAsync(lakeObject, _abandon.Token);
            }

            var queryableAt = _time.GetUtcNow();
            progress.Queryable(queryableAt);
            IngestInstruments.Stage(dimension, "wait queryable", archivedAt, queryableAt);
            progress.Trace?.Hop("wait queryable", archivedAt, queryableAt);
            await PostFinishedAsync(progress);
        }
        catch (OperationCanceledException)
        {
            // Stopping: the objects are loaded at the next start, or by another process.
        }

        var report = progress.Report();
        if (report.Counts.Conflicts > 0)
        {
            LogConflicts(report.Dimension, report.Name, report.Counts.Conflicts);
        }

        _reports.Finish(progress);
        if (progress.Trace is { } trace)
        {
            trace.Within(() => IngestInstruments.Finished(report, progress.Times));
            trace.End(report.QueryableAt ?? archivedAt, report.State == FileState.Queryable ? "queryable" : "archived", report);
        }
        else
        {
            IngestInstruments.Finished(report, progress.Times);
        }
    }

    /// <summary>False when another process has the file by now.</summary>
    private Task<bool> ArchiveAsync(FileProgress progress) => PatientlyAsync(
        async () =>
        {
            if (progress.Claim.IsOver || !await _zone.HoldsAsync(progress.File, _abandon.Token))
            {
                return false;
            }

            await progress.CompleteQuarantineAsync(_abandon.Token);
            await _board.PostDurableAsync(progress.Report(), progress.Objects, _abandon.Token);
            return await _zone.ArchiveAsync(progress.File, _abandon.Token);
        },
        (why, backoff) =>
        {
            _heldUp[progress.File.Number] = $"The landing file '{progress.File.Name}' is done but cannot be archived: {why}";
            LogNotArchived(why, progress.File.Name, backoff);
        },
        _abandon.Token);

    private async Task PostFinishedAsync(FileProgress progress) => await PatientlyAsync(
        async () =>
        {
            await _board.PostFinishedAsync(progress.Report(), _abandon.Token);
            return true;
        },
        (why, backoff) => LogNotPosted(why, progress.File.Name, backoff),
        _abandon.Token);

    /// <summary>Whether the file that could not be read is not there because another process has taken it over.</summary>
    private async ValueTask<bool> IsLostAsync(FileProgress progress, CancellationToken stoppingToken)
    {
        try
        {
            return !await _zone.HoldsAsync(progress.File, stoppingToken);
        }
        catch (Exception exception) when (PassesAgain(exception))
        {
            // Not known: it is read again.
            return false;
        }
    }

    /// <summary>Ends the work on a file that another process has by now, or that comes again to this one. Nothing of it is moved.</summary>
    private async Task GiveUpAsync(FileProgress progress)
    {
        await progress.DropQuarantineAsync(CancellationToken.None);
        if (!TryEnd(progress))
        {
            return;
        }

        _reports.GaveUp(progress.File.Number, progress.Claim);
        progress.Trace?.End(_time.GetUtcNow(), "given_up", progress.Report());
        _zone.LetGo(progress.File);
        IngestInstruments.GaveUp(progress.File.Dimension.Name);
        LogGivenUp(progress.File.Dimension.Name, progress.File.Name);
    }

    /// <summary>Frees the place of a file that was begun; false when that was done before.</summary>
    private bool TryEnd(FileProgress progress)
    {
        _heldUp.TryRemove(progress.File.Number, out _);
        if (!progress.Claim.TryEnd())
        {
            return false;
        }

        _inHand.TryRemove(progress.Claim, out _);
        _places.Release();
        IngestInstruments.Open(progress.File.Dimension.Name, -1);
        return true;
    }

    private async Task ReturnAsync(Func<FileInHand, bool> which, CancellationToken cancellationToken)
    {
        if (_zone.Writer.Length == 0)
        {
            // Alone: nobody could go on with them but the next process on the folder, which takes them anyway.
            return;
        }

        var files = _inHand.Where(file => which(file.Key)).ToList();
        foreach (var (claim, file) in files)
        {
            _inHand.TryRemove(claim, out _);
            _reports.GaveUp(file.Number, claim);
        }

        try
        {
            await _zone.ReturnAsync([.. files.Select(file => file.Value)], cancellationToken);
        }
        catch (Exception exception) when (PassesAgain(exception) || exception is OperationCanceledException)
        {
            LogNotReturned(exception.Message);
        }
    }

    // Without the message: it may quote a header, which in a file that has none is somebody's record. The note has it.
    [LoggerMessage(Level = LogLevel.Error, Message = "{Dimension} file {File} was rejected whole: {Reason}.")]
    private partial void LogRejected(string dimension, string file, string reason);

    [LoggerMessage(Level = LogLevel.Warning, Message = "{Dimension} file {File} is given up: another process has it by now, or this one reads it again.")]
    private partial void LogGivenUp(string dimension, string file);

    [LoggerMessage(Level = LogLevel.Warning, Message = "Unfinished landing files could not be given back; other silos take them over once this one counts as dead: {Why}")]
    private partial void LogNotReturned(string why);

    [LoggerMessage(Level = LogLevel.Warning, Message = "sequence_conflict: {Conflicts} records of {Dimension} file {File} differ from another record of the same key and sequence, with no ordinal to decide; the survivor was chosen by content.")]
    private partial void LogConflicts(string dimension, string file, long conflicts);

    [LoggerMessage(Level = LogLevel.Warning, Message = "Landing file {File} is done, which could not be said to other processes; tried again in {Backoff}: {Why}")]
    private partial void LogNotPosted(string why, string file, TimeSpan backoff);

    [LoggerMessage(Level = LogLevel.Warning, Message = "Landing file {File} cannot be read, and could not be rejected; tried again in {Backoff}: {Why}")]
    private partial void LogNotRejected(string why, string file, TimeSpan backoff);

    [LoggerMessage(Level = LogLevel.Warning, Message = "Landing file {File} is done but could not be archived; tried again in {Backoff}: {Why}")]
    private partial void LogNotArchived(string why, string file, TimeSpan backoff);
}
