using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace CustomerTrack.Audit;

/// <summary>
/// Who read or replayed what, in files that are only ever appended to, one a day (UTC) and silo. An answer with personal data leaves after
/// its record is written; where that fails, nothing is answered.
/// </summary>
internal sealed partial class AuditLog(AuditFolder folder, KeyHash keys, TimeProvider time, ILogger<AuditLog> logger)
{
    private static readonly JsonSerializerOptions Format = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
        Converters = { new JsonStringEnumConverter(JsonNamingPolicy.SnakeCaseLower) },
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    private readonly Lock _gate = new();

    /// <summary>What stands for a customer in a record.</summary>
    public string HashOf(string dimension, string key) => keys.Of(dimension, key);

    /// <summary>Records something; when it returns the record is in its file.</summary>
    /// <exception cref="AuditException">It could not be written.</exception>
    public void Write(AuditEntry entry)
    {
        var now = time.GetUtcNow();
        var line = new AuditLine
        {
            At = now.UtcDateTime,
            Who = entry.Who,
            By = entry.By,
            Action = entry.Action,
            Dimension = entry.Dimension,
            KeyHashes = entry.KeyHashes,
            Outcome = entry.Outcome,
        };
        var bytes = JsonSerializer.SerializeToUtf8Bytes(line, Format);
        var path = folder.FileOf(DateOnly.FromDateTime(now.UtcDateTime));
        try
        {
            lock (_gate)
            {
                Directory.CreateDirectory(folder.Path);

                // In one write, so that a process that dies leaves whole lines.
                using var file = new FileStream(path, FileMode.Append, FileAccess.Write, FileShare.ReadWrite, bufferSize: 0);
                file.Write([.. bytes, (byte)'\n']);
            }
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            LogUnwritten(e, path);
            throw new AuditException($"It cannot be recorded in the audit log, and is therefore not done: {e.Message}", e);
        }

        LogEntry(entry.Who, entry.By, entry.Action, entry.Dimension, entry.Outcome, entry.KeyHashes?.Count ?? 0);
    }

    [LoggerMessage(Level = LogLevel.Information, Message = "Audit: {Who} ({By}) {Action} of {Dimension}: {Outcome}; {Customers} customers named.")]
    private partial void LogEntry(string who, AuditSource by, AuditAction action, string? dimension, AuditOutcome outcome, int customers);

    [LoggerMessage(Level = LogLevel.Error, Message = "The audit log '{Path}' cannot be written to; what it would record is refused.")]
    private partial void LogUnwritten(Exception exception, string path);
}
