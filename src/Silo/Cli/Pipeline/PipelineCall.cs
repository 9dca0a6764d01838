namespace CustomerTrack.Cli.Pipeline;

/// <summary>Answers one call: reads its request as JSON and writes the answer's lines.</summary>
internal delegate Task PipelineCall(Stream request, AnswerWriter answer, CancellationToken cancellationToken);
