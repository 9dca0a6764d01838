using CustomerTrack.SnowflakeEmulator;

var configuration = new ConfigurationBuilder()
    .AddEnvironmentVariables("SNOWFLAKE_EMULATOR_")
    .AddCommandLine(args)
    .Build();
var options = new EmulatorOptions();
try
{
    configuration.Bind(options, binder => binder.ErrorOnUnknownConfiguration = true);
}
catch (InvalidOperationException exception)
{
    Console.Error.WriteLine($"An option is unknown or has a wrong value (allowed are the properties of {nameof(EmulatorOptions)}): {exception.Message}");
    return 2;
}
await using var host = await EmulatorHost.StartAsync(options);
Console.WriteLine($"ready {host.Address} account {options.Account} seed {host.Seed}");
await host.WaitForShutdownAsync();
return 0;
