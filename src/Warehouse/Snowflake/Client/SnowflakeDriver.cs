using System.Data.Common;
using System.Runtime.Loader;

namespace CustomerTrack.Snowflake;

/// <summary>Finds Snowflake's ADO.NET driver by the name of its type: nothing here is compiled against it.</summary>
internal static class SnowflakeDriver
{
    private const string InvariantName = "Snowflake.Data.Client";
    private const string TypeName = "Snowflake.Data.Client.SnowflakeDbFactory, Snowflake.Data";

    private static readonly Lock Lock = new();
    private static readonly HashSet<string> Folders = new(StringComparer.Ordinal);

    /// <param name="folder">Where the driver and what it needs lie; null where the program was built with it.</param>
    /// <exception cref="SnowflakeException">It is not there.</exception>
    public static DbProviderFactory Load(string? folder)
    {
        // Before its first type is touched: it would look for cloud platforms on the network, and load native code.
        SetWhereUnset("SNOWFLAKE_DISABLE_PLATFORM_DETECTION");
        SetWhereUnset("SF_DISABLE_MINICORE");
        if (!string.IsNullOrWhiteSpace(folder))
        {
            ResolveFrom(Path.GetFullPath(folder));
        }

        return Load(InvariantName, TypeName, folder);
    }

    internal static DbProviderFactory Load(string invariantName, string typeName, string? folder)
    {
        try
        {
            DbProviderFactories.RegisterFactory(invariantName, typeName);
            return DbProviderFactories.GetFactory(invariantName);
        }
        catch (Exception exception) when (exception is ArgumentException or InvalidOperationException or IOException or BadImageFormatException or TypeInitializationException)
        {
            const string Option = $"{SnowflakeOptions.SectionName}:{nameof(SnowflakeOptions.DriverFolder)}";
            throw new SnowflakeException(
                string.IsNullOrWhiteSpace(folder)
                    ? $"The ADO.NET driver Snowflake.Data is not part of this build. Build with -p:SnowflakeDriver=true where the package feed has it, set {Option} to a folder with Snowflake.Data.dll and what it needs, or set {SnowflakeOptions.SectionName}:{nameof(SnowflakeOptions.Client)} to SqlApi, which needs no driver."
                    : $"{Option} is '{folder}'; no Snowflake.Data.dll that can be loaded, with what it needs, is in it: {exception.Message}",
                exception);
        }
    }

    private static void ResolveFrom(string folder)
    {
        lock (Lock)
        {
            if (!Folders.Add(folder))
            {
                return;
            }
        }

        AssemblyLoadContext.Default.Resolving += (context, name) =>
        {
            var path = Path.Combine(folder, name.Name + ".dll");
            return File.Exists(path) ? context.LoadFromAssemblyPath(path) : null;
        };
    }

    private static void SetWhereUnset(string variable)
    {
        if (string.IsNullOrEmpty(Environment.GetEnvironmentVariable(variable)))
        {
            Environment.SetEnvironmentVariable(variable, "true");
        }
    }
}
