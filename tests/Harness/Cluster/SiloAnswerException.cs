namespace CustomerTrack.Harness;

/// <summary>A silo answered a command with a failure; the message is the silo's own.</summary>
public sealed class SiloAnswerException(string message) : Exception(message);
