namespace CustomerTrack.Tests.Ingest;

/// <summary>Tests that measure the whole process: no other test runs meanwhile.</summary>
[CollectionDefinition(nameof(AloneGroup), DisableParallelization = true)]
public sealed class AloneGroup;
