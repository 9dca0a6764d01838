using CustomerTrack.Dimensions;
using CustomerTrack.Lake;
using CustomerTrack.Merge;

namespace CustomerTrack.Snowflake;

/// <summary>
/// Holds what is in Snowflake against the definitions. What cannot be changed without losing something (a key, a type, the place a
/// stage reads, how a pipe is told) is refused with a sentence; nothing is changed here.
/// </summary>
internal sealed class SnowflakeShape(SnowflakeScripts scripts, SnowflakeOptions options, SnowflakeCatalog catalog)
{
    private readonly SnowflakeNames _names = new(options);

    /// <exception cref="ApplyException">The integration does not fit.</exception>
    public async Task CheckIntegrationAsync(CancellationToken cancellationToken)
    {
        var properties = await catalog.IntegrationAsync(options.StorageIntegration, cancellationToken);
        if (properties.Count == 0)
        {
            return;
        }

        var role = properties.GetValueOrDefault("STORAGE_AWS_ROLE_ARN", "");
        if (role != options.StorageRoleArn)
        {
            throw new ApplyException(
                $"The storage integration {options.StorageIntegration} uses the AWS role '{role}', but {SnowflakeOptions.SectionName}:{nameof(options.StorageRoleArn)} is '{options.StorageRoleArn}'. "
                + $"Change one of them; in Snowflake: ALTER STORAGE INTEGRATION {options.StorageIntegration} SET STORAGE_AWS_ROLE_ARN = {SnowflakeColumns.Literal(options.StorageRoleArn!)};");
        }

        var locations = properties.GetValueOrDefault("STORAGE_ALLOWED_LOCATIONS", "").Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
        if (!locations.Any(location => location == "*" || scripts.Location.StartsWith(location, StringComparison.Ordinal)))
        {
            throw new ApplyException(
                $"The storage integration {options.StorageIntegration} allows {string.Join(", ", locations)}, but the lake is at {scripts.Location}. In Snowflake: "
                + $"ALTER STORAGE INTEGRATION {options.StorageIntegration} SET STORAGE_ALLOWED_LOCATIONS = ({string.Join(", ", locations.Append(scripts.Location).Select(SnowflakeColumns.Literal))});");
        }
    }

    /// <summary>Checks a dimension's objects and returns the tables that lack columns.</summary>
    /// <exception cref="ApplyException">Something does not fit the definition or the settings.</exception>
    public async Task<IReadOnlySet<string>> CheckAsync(DimensionDefinition dimension, CancellationToken cancellationToken)
    {
        await CheckStageAsync(dimension, cancellationToken);
        await CheckPipeAsync(dimension, cancellationToken);
        var lacking = new HashSet<string>(StringComparer.Ordinal);
        var columns = TableColumns.History(dimension).ToList();
        var current = TableColumns.Current(dimension).ToList();
        foreach (var (table, expected) in (IEnumerable<(string, IEnumerable<(string Name, string Type, bool Nullable)>)>)
            [
                (_names.Deltas(dimension), columns.Select(column => (column.Name, SnowflakeColumns.LoadedTypeName(column.Type), column.Nullable))),
                (_names.Batch(dimension), columns.Select(column => (column.Name, SnowflakeColumns.TypeName(column.Type), column.Nullable))),
                (_names.History(dimension), columns.Select(column => (column.Name, SnowflakeColumns.TypeName(column.Type), column.Nullable))),
                (_names.Current(dimension), current.Select(column => (column.Name, SnowflakeColumns.TypeName(column.Type), column.Nullable))),
            ])
        {
            if (await CheckTableAsync(dimension, table, expected, cancellationToken))
            {
                lacking.Add(table);
            }
        }

        return lacking;
    }

    private static string Spelled(string type) => type.StartsWith("VARCHAR", StringComparison.OrdinalIgnoreCase) ? "VARCHAR" : type.Replace(" ", "", StringComparison.Ordinal).ToUpperInvariant();

    private async Task CheckStageAsync(DimensionDefinition dimension, CancellationToken cancellationToken)
    {
        var name = _names.Stage(dimension);
        var stages = await catalog.ShowAsync("STAGES", _names.InternalSchema, cancellationToken);
        if (!stages.TryGetValue(SnowflakeCatalog.Own(name), out var stage))
        {
            return;
        }

        var (url, wanted) = (stage.GetValueOrDefault("url"), scripts.StageUrl(dimension));
        if (url != wanted)
        {
            throw new ApplyException(
                $"The stage {name} reads {url}, but the lake of dimension '{dimension.Name}' is at {wanted}. A stage is not moved, because objects that were announced and not loaded yet would be lost: "
                + "restore the bucket and prefix, or take another InternalSchema for the new lake.");
        }

        var integration = stage.GetValueOrDefault("storage_integration") ?? "";
        if (!integration.Equals(SnowflakeNames.InCatalog(options.StorageIntegration), StringComparison.Ordinal))
        {
            throw new ApplyException(
                $"The stage {name} uses the storage integration {integration}, but {SnowflakeOptions.SectionName}:{nameof(options.StorageIntegration)} is '{options.StorageIntegration}'. "
                + $"In Snowflake: ALTER STAGE {name} SET STORAGE_INTEGRATION = {options.StorageIntegration};");
        }
    }

    private async Task CheckPipeAsync(DimensionDefinition dimension, CancellationToken cancellationToken)
    {
        var name = _names.Pipe(dimension);
        var pipes = await catalog.ShowAsync("PIPES", _names.InternalSchema, cancellationToken);
        if (!pipes.TryGetValue(SnowflakeCatalog.Own(name), out var pipe))
        {
            return;
        }

        var existing = string.IsNullOrEmpty(pipe.GetValueOrDefault("notification_channel")) ? SnowflakeNotification.Rest : SnowflakeNotification.AutoIngest;
        if (existing != options.Notification)
        {
            throw new ApplyException(
                $"The pipe {name} was made for {nameof(options.Notification)} {existing}, but {SnowflakeOptions.SectionName}:{nameof(options.Notification)} is '{options.Notification}'. A pipe is not replaced, because it would forget what it loaded. "
                + $"Restore the setting; or stop the pipeline, wait until everything is loaded, DROP PIPE {name}, and apply again: objects that come twice are merged once.");
        }

        var definition = SnowflakeNames.InCatalog(pipe.GetValueOrDefault("definition") ?? "");
        foreach (var part in (ReadOnlySpan<string>)[_names.Deltas(dimension), _names.Stage(dimension)])
        {
            if (!definition.Contains(SnowflakeNames.InCatalog(part), StringComparison.Ordinal))
            {
                throw new ApplyException($"The pipe {name} exists with another definition, which does not name {part}. It is not replaced, because it would forget what it loaded: remove it by hand and apply again, or take another InternalSchema.");
            }
        }
    }

    private async Task<bool> CheckTableAsync(DimensionDefinition dimension, string table, IEnumerable<(string Name, string Type, bool Nullable)> expected, CancellationToken cancellationToken)
    {
        var existing = await catalog.ColumnsAsync(table, cancellationToken);
        if (existing.Count == 0)
        {
            return false;
        }

        var lacks = false;
        var known = new HashSet<string>(StringComparer.Ordinal);
        foreach (var (name, type, nullable) in expected)
        {
            var own = SnowflakeCatalog.Own(SqlName.Quote(name));
            known.Add(own);
            if (!existing.TryGetValue(own, out var column))
            {
                lacks = nullable ? true : throw Refused(dimension, table, $"column '{name}' is new and part of the key");
            }
            else if (Spelled(column.Type) != type)
            {
                throw Refused(dimension, table, $"{(name is LakeFormat.ValidFrom or LakeFormat.ValidTo ? "the sequence" : $"column '{name}'")} is {type} in the definition, but the table has {column.Type}");
            }
            else if (column.Nullable != nullable)
            {
                throw Refused(dimension, table, $"column '{name}' is {(nullable ? "not part of the key" : "part of the key")} in the definition, but the table was made the other way");
            }
        }

        return existing.FirstOrDefault(column => !column.Value.Nullable && !known.Contains(column.Key)) is { Key: not null } removed
            ? throw Refused(dimension, table, $"the table's column '{removed.Key}' is part of the key and not in the definition")
            : lacks;
    }

    private static ApplyException Refused(DimensionDefinition dimension, string table, string what) =>
        new($"Dimension '{dimension.Name}': {what} ({table}). Restore the definition, or take another InternalSchema and Schema for it and load the lake anew.");
}
