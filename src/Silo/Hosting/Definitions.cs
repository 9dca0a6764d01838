using CustomerTrack.Cli;
using CustomerTrack.Dimensions;

namespace CustomerTrack.Hosting;

/// <summary>The dimensions a command was given.</summary>
internal static class Definitions
{
    /// <exception cref="UsageException">A definition is wrong; every error of every file is listed.</exception>
    public static DimensionCatalog Load(CommonArguments arguments)
    {
        try
        {
            return DimensionReader.LoadAll(arguments.Dimensions);
        }
        catch (DefinitionException wrong)
        {
            throw new UsageException(string.Join(Environment.NewLine, wrong.Errors));
        }
    }

    /// <summary>The dimension a person means.</summary>
    /// <param name="name">What was said; null where nothing was.</param>
    /// <param name="option">The option it is said with, for the message.</param>
    /// <exception cref="UsageException">There is none of that name, or several and none was named.</exception>
    public static DimensionDefinition Pick(IDimensionCatalog dimensions, string? name, string option)
    {
        var names = string.Join(", ", dimensions.All.Select(d => d.Name));
        if (name is null)
        {
            return dimensions.All.Count == 1
                ? dimensions.All[0]
                : throw new UsageException($"Several dimensions are loaded ({names}); say which with {option} NAME.");
        }

        return dimensions.TryGet(name, out var dimension)
            ? dimension
            : throw new UsageException($"{option} is '{name}'; the dimensions are {names}.");
    }

    /// <summary>Checks that what a lake holds is described: a dimension nobody looks at would pass every check.</summary>
    /// <param name="held">The dimensions the lake has objects of.</param>
    /// <exception cref="UsageException">One of them is not loaded.</exception>
    public static void MustCover(IDimensionCatalog dimensions, DataFolder folder, IEnumerable<string> held)
    {
        var unknown = held.Where(name => !dimensions.TryGet(name, out _)).Order(StringComparer.Ordinal).ToList();
        if (unknown.Count > 0)
        {
            throw new UsageException(
                $"The data folder '{folder.Root}' holds {string.Join(", ", unknown)}, but the definitions are of {string.Join(", ", dimensions.All.Select(d => d.Name))}; name the missing with --dimension FILE.");
        }
    }
}
