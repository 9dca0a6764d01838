using System.Diagnostics;

namespace CustomerTrack.Benchmarks;

/// <summary>What this process has used up to a moment.</summary>
internal sealed record ResourceUse(TimeSpan Cpu, TimeSpan? MachineCpu, long AllocatedBytes, int Gen0, int Gen2, TimeSpan Pauses)
{
    public static ResourceUse Now()
    {
        using var process = Process.GetCurrentProcess();
        return new(process.TotalProcessorTime, Machine.BusyTime(), GC.GetTotalAllocatedBytes(precise: true), GC.CollectionCount(0), GC.CollectionCount(2), GC.GetTotalPauseDuration());
    }

    /// <summary>The most memory the process ever had, in bytes.</summary>
    public static long PeakResidentBytes()
    {
        using var process = Process.GetCurrentProcess();
        return process.PeakWorkingSet64;
    }

    /// <summary>What other processes used at the same time: a measurement beside busy neighbours says little.</summary>
    public TimeSpan? OthersCpu => MachineCpu - Cpu;

    public ResourceUse Since(ResourceUse before) =>
        new(Cpu - before.Cpu, MachineCpu - before.MachineCpu, AllocatedBytes - before.AllocatedBytes, Gen0 - before.Gen0, Gen2 - before.Gen2, Pauses - before.Pauses);
}
