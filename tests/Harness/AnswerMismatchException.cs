namespace CustomerTrack.Harness;

/// <summary>The tables are not what the answer key says.</summary>
public sealed class AnswerMismatchException(string message) : Exception(message);
