using CustomerTrack.Cli;

// Verbs join here as the stages they need do.
return await CommandLine.RunAsync(CommandLine.Create(new(AppContext.BaseDirectory), []), args, CommandOutput.OfConsole(), CancellationToken.None);
