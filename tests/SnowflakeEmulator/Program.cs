using CustomerTrack.SnowflakeEmulator;

var configuration = new ConfigurationBuilder()
    .AddEnvironmentVariables("SNOWFLAKE_EMULATOR_")
    .AddCommandLine(args)
    .Build();
var options = new EmulatorOptions();
configuration.Bind(options, binder => binder.ErrorOnUnknownConfiguration = true);
await using var host = await EmulatorHost.StartAsync(options);
Console.WriteLine($"ready {host.Address} account {options.Account} seed {host.Seed}");
await host.WaitForShutdownAsync();
