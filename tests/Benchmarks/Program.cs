using System.CommandLine;
using CustomerTrack.Benchmarks;

var json = new Option<string?>("--json") { HelpName = "FILE", Description = "Where the figures go as JSON.", Recursive = true };
var quick = new Option<bool>("--quick") { Description = "A small run that only shows that everything works; its figures mean nothing.", Recursive = true };
var root = new RootCommand("Measures CustomerTrack on this machine.") { json, quick };
root.Add(PipelineVerb.Create(quick, json));
root.Add(MicroVerb.Create(quick, json));
root.Add(ClusterVerb.Create(quick, json));
root.Add(SilosVerb.Create(quick, json));
root.Add(WatchedVerb.Create(quick, json));
return await root.Parse(args).InvokeAsync();
