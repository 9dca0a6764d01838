namespace CustomerTrack.Generator;

/// <summary>Progress that is seen at once, on the reporting thread.</summary>
internal sealed class OnProgress(Action<GeneratorProgress> seen) : IProgress<GeneratorProgress>
{
    public void Report(GeneratorProgress value) => seen(value);
}
