using System.Text.Json;
using CustomerTrack.Cli.Output;
using CustomerTrack.Ingest;
using CustomerTrack.Lake;

namespace CustomerTrack.Cluster;

/// <summary>Reports of landing files as notes on the board, under their dimension and name, for a day.</summary>
internal sealed class ReportNotes(IClusterBoard board, ClusterSilos silos) : IFileReportBoard
{
    private static readonly TimeSpan Keep = TimeSpan.FromDays(1);

    public ValueTask PostDurableAsync(FileReport report, IReadOnlyCollection<LakeObject> objects, CancellationToken cancellationToken = default) =>
        PostAsync(new() { Silo = silos.Self, IsFinished = false, Report = report, Objects = [.. objects.Select(item => item.Name)] }, cancellationToken);

    public ValueTask PostFinishedAsync(FileReport report, CancellationToken cancellationToken = default) =>
        PostAsync(new() { Silo = silos.Self, IsFinished = true, Report = report, Objects = [] }, cancellationToken);

    /// <summary>The notes of these files, in their order; null where there is none.</summary>
    public async ValueTask<IReadOnlyList<ReportNote?>> ReadAsync(IReadOnlyList<(string Dimension, string Name)> files, CancellationToken cancellationToken)
    {
        var notes = await board.ReadAsync([.. files.Select(file => NameOf(file.Dimension, file.Name))], cancellationToken);
        return [.. notes.Select(note => note is null ? null : JsonSerializer.Deserialize<ReportNote>(note, ResultJson.Options))];
    }

    private static string NameOf(string dimension, string file) => $"report/{dimension}/{file}";

    private ValueTask PostAsync(ReportNote note, CancellationToken cancellationToken) =>
        board.PostAsync(NameOf(note.Report.Dimension, note.Report.Name), JsonSerializer.SerializeToUtf8Bytes(note, ResultJson.Options), Keep, cancellationToken);
}
