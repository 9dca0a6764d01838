using System.Globalization;
using System.Runtime;
using System.Runtime.InteropServices;

namespace CustomerTrack.Benchmarks;

/// <summary>Where figures were measured.</summary>
internal static class Machine
{
    public static IReadOnlyDictionary<string, string> Describe() => new Dictionary<string, string>
    {
        ["measuredAt"] = DateTime.UtcNow.ToString("O", CultureInfo.InvariantCulture),
        ["system"] = RuntimeInformation.OSDescription,
        ["architecture"] = RuntimeInformation.ProcessArchitecture.ToString(),
        ["processor"] = Processor(),
        ["processors"] = Environment.ProcessorCount.ToString(CultureInfo.InvariantCulture),
        ["memoryMegabytes"] = (GC.GetGCMemoryInfo().TotalAvailableMemoryBytes >> 20).ToString(CultureInfo.InvariantCulture),
        ["runtime"] = RuntimeInformation.FrameworkDescription,
        ["garbageCollector"] = GCSettings.IsServerGC ? "server" : "workstation",
    };

    /// <summary>Processor time that all processes of the machine have used so far; null where the system does not say.</summary>
    public static TimeSpan? BusyTime()
    {
        const string Statistics = "/proc/stat";
        const double TicksPerSecond = 100;
        const int Idle = 3;
        const int WaitingForDisk = 4;
        const int Guest = 8;
        if (!File.Exists(Statistics))
        {
            return null;
        }

        var ticks = File.ReadLines(Statistics).First().Split(' ', StringSplitOptions.RemoveEmptyEntries).Skip(1).Take(Guest)
            .Select(value => long.Parse(value, CultureInfo.InvariantCulture)).ToList();
        return TimeSpan.FromSeconds((ticks.Sum() - ticks[Idle] - ticks[WaitingForDisk]) / TicksPerSecond);
    }

    private static string Processor()
    {
        const string CpuInfo = "/proc/cpuinfo";
        var line = File.Exists(CpuInfo) ? File.ReadLines(CpuInfo).FirstOrDefault(text => text.StartsWith("model name", StringComparison.Ordinal)) : null;
        return line?[(line.IndexOf(':', StringComparison.Ordinal) + 1)..].Trim() ?? "unknown";
    }
}
