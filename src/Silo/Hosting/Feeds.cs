using System.ComponentModel.DataAnnotations;
using CustomerTrack.Cli;
using CustomerTrack.Dimensions;
using CustomerTrack.Generator;

namespace CustomerTrack.Hosting;

/// <summary>The generator as commands use it.</summary>
internal static class Feeds
{
    /// <summary>The generator's options; <paramref name="otherwise"/> changes those that were neither configured nor given.</summary>
    public static GeneratorOptions Options(IConfiguration configuration, Action<GeneratorOptions, Func<string, bool>>? otherwise = null)
    {
        var section = configuration.GetSection(GeneratorOptions.SectionName);
        var options = section.Get<GeneratorOptions>() ?? new();
        otherwise?.Invoke(options, name => section[name] is null);
        return options;
    }

    /// <summary>The dimension to feed: the one that was named, the only one, or the shipped <c>customer</c>.</summary>
    public static DimensionDefinition Dimension(IDimensionCatalog dimensions, string? name) =>
        Definitions.Pick(dimensions, name ?? (dimensions.TryGet("customer", out _) ? "customer" : null), "--into");

    /// <exception cref="UsageException">The options or the dimension cannot be used; says why.</exception>
    public static async Task<FeedResult> RunAsync(
        GeneratorOptions options, DimensionDefinition dimension, string folder, string? answers, IProgress<GeneratorProgress>? progress, CancellationToken cancellationToken)
    {
        try
        {
            return await Task.Run(() => FeedRun.RunAsync(options, dimension, folder, answers, progress, TimeProvider.System, cancellationToken), CancellationToken.None);
        }
        catch (ValidationException wrong)
        {
            throw new UsageException(wrong.Message);
        }
        catch (IOException failure)
        {
            throw new CommandFailedException($"The feed could not be written to '{folder}': {failure.Message}", failure);
        }
    }
}
