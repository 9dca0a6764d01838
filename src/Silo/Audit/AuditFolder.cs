using System.Globalization;

namespace CustomerTrack.Audit;

/// <summary>Where the audit log is. Silos that share the folder write a file each.</summary>
/// <param name="Silo">The silo's name; null for a process that is alone.</param>
internal sealed record AuditFolder(string Path, string? Silo)
{
    /// <summary>With what keys are hashed.</summary>
    public string Secret => System.IO.Path.Combine(Path, "key-hash.secret");

    public string FileOf(DateOnly day) => System.IO.Path.Combine(
        Path, string.Create(CultureInfo.InvariantCulture, $"{day:yyyy-MM-dd}{(Silo is null ? "" : "." + Silo)}.ndjson"));
}
