using CustomerTrack.Cli;
using CustomerTrack.Cli.Verbs;
using CustomerTrack.Hosting;
using CustomerTrack.Rebuild;

var output = CommandOutput.OfConsole();
var common = new CommonOptions(AppContext.BaseDirectory);
var pipelines = new PipelineConnector();
var snowflake = new SnowflakeSetup(output, SnowflakeConnection.Open);
var root = CommandLine.Create(common,
[
    RunVerb.Create(common, new Service(output).RunAsync),
    DemoVerb.Create(common, new Demo(output).RunAsync),
    GenerateVerb.Create(common, new Feed(output).RunAsync),
    IngestVerb.Create(common, pipelines, output),
    QueryVerb.Create(common, pipelines, output),
    HistoryVerb.Create(common, pipelines, output),
    StatusVerb.Create(common, pipelines, output),
    HealthVerb.Create(output),
    VerifyVerb.Create(common, pipelines, output),
    RebuildVerb.Create(common, output, (arguments, progress, token) => new RebuildRun(arguments, progress).RunAsync(token)),
    RejectsVerb.Create(common, pipelines, output),
    SnowflakeVerb.Create(common, snowflake.PrintAsync, snowflake.ApplyAsync),
]);
return await CommandLine.RunAsync(root, args, output, CancellationToken.None);
