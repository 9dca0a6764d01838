namespace CustomerTrack.Audit;

/// <summary>Something could not be recorded, and so was not done.</summary>
internal sealed class AuditException(string message, Exception inner) : Exception(message, inner);
