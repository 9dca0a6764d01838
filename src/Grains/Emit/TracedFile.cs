using System.Diagnostics;

namespace CustomerTrack.Emit;

/// <summary>A landing file that is traced: its own span, and that of one of its batches.</summary>
public readonly record struct TracedFile(ActivityContext File, ActivityContext Batch);
