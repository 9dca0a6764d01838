using System.Globalization;
using System.Text.Json;
using CustomerTrack.Records;

namespace CustomerTrack.Dimensions;

/// <summary>
/// Reads dimension definitions (docs/dimensions.md describes them, dimensions/dimension.schema.json is their schema). Whatever is
/// wrong in a file is reported together; nothing is guessed and no member is ignored.
/// </summary>
public static class DimensionReader
{
    internal static readonly string[] Members =
    [
        "$schema", "name", "key", "sequence", "ordinal", "operation", "missing", "null", "columns", "pii", "lateness", "maxFutureSkew", "unknownColumns",
    ];

    /// <summary>Reads several files into one catalog.</summary>
    /// <exception cref="DefinitionException">At least one definition is wrong, or two claim the same table name; all errors of all files.</exception>
    public static DimensionCatalog LoadAll(IEnumerable<string> paths)
    {
        var dimensions = new List<DimensionDefinition>();
        var tables = new Dictionary<string, string>(StringComparer.Ordinal);
        var errors = new List<string>();
        foreach (var path in paths)
        {
            try
            {
                var dimension = Load(path);
                dimensions.Add(dimension);
                foreach (var table in (ReadOnlySpan<string>)[dimension.Name, dimension.Name + "_history"])
                {
                    if (!tables.TryAdd(table, Path.GetFileName(path)))
                    {
                        errors.Add($"{Path.GetFileName(path)}: $.name: the table '{table}' belongs to the dimension in {tables[table]} already");
                    }
                }
            }
            catch (DefinitionException wrong)
            {
                errors.AddRange(wrong.Errors);
            }
        }

        return errors.Count == 0 ? new(dimensions) : throw new DefinitionException(errors);
    }

    /// <summary>Reads one file.</summary>
    /// <exception cref="DefinitionException">It is missing, not JSON or wrong.</exception>
    public static DimensionDefinition Load(string path)
    {
        try
        {
            return Parse(Path.GetFileName(path), File.ReadAllBytes(path));
        }
        catch (Exception missing) when (missing is FileNotFoundException or DirectoryNotFoundException)
        {
            throw new DefinitionException([$"{path}: the file does not exist"]);
        }
    }

    /// <summary>Reads a definition.</summary>
    /// <param name="file">The name errors begin with.</param>
    /// <param name="json">UTF-8, with or without a byte order mark.</param>
    /// <exception cref="DefinitionException">It is not JSON or wrong.</exception>
    public static DimensionDefinition Parse(string file, ReadOnlyMemory<byte> json)
    {
        if (json.Span.StartsWith("\uFEFF"u8))
        {
            json = json[3..];
        }

        JsonDocument document;
        try
        {
            document = JsonDocument.Parse(json, new JsonDocumentOptions { AllowDuplicateProperties = false });
        }
        catch (JsonException broken)
        {
            throw new DefinitionException([$"{file}: {broken.Path ?? "$"}: not readable as JSON: {broken.Message}"]);
        }

        using (document)
        {
            var errors = new DefinitionErrors(file);
            var dimension = Read(document.RootElement, errors);
            return errors.All.Count == 0 ? dimension! : throw new DefinitionException(errors.All);
        }
    }

    private static DimensionDefinition? Read(JsonElement element, DefinitionErrors errors)
    {
        if (DefinitionObject.Open(element, "$", errors, Members) is not { } root)
        {
            return null;
        }

        var name = root.RequiredText("name", NameRules.ExpectedName);
        if (name is not null && !NameRules.IsName(name))
        {
            root.Error("name", $"'{name}' found, expected {NameRules.ExpectedName}");
        }

        var all = ColumnsReader.Read(root, errors);
        var key = ReadKey(root, all);
        var columns = all.Where(column => !key.Any(part => part.Name == column.Name)).ToList();
        var sequence = SequenceReader.Read(root, errors);
        var operation = OperationReader.Read(root, errors);
        var ordinal = root.Text("ordinal", "the name of an int64 column, or null");
        CheckRoles(root, key, sequence, ordinal, operation);

        var keepMissing = root.OneOf("missing", "null", "null", "keep") == "keep";
        var keepNull = root.OneOf("null", "value", "value", "keep") == "keep";
        if (keepNull && !keepMissing)
        {
            root.Error("null", "'keep' needs \"missing\": \"keep\" as well: a null cannot say less than a column that is not there");
        }

        var pii = root.Texts("pii", "an array of column names");
        foreach (var column in pii)
        {
            if (!key.Any(part => part.Name == column) && !columns.Any(data => data.Name == column))
            {
                root.Error("pii", $"'{column}' is neither a key column nor in columns");
            }
        }

        var unknown = root.OneOf("unknownColumns", "ignore", "ignore", "reject") == "reject" ? UnknownColumns.Reject : UnknownColumns.Ignore;
        var lateness = sequence is null ? null : ReadLateness(root, sequence);
        var skew = ReadSkew(root, sequence);
        return name is null || sequence is null || errors.All.Count > 0
            ? null
            : new DimensionDefinition
            {
                Name = name,
                Key = key,
                Sequence = sequence,
                OrdinalColumn = ordinal,
                Operation = operation,
                KeepMissing = keepMissing,
                KeepNull = keepNull,
                Columns = columns,
                Pii = pii.ToHashSet(StringComparer.Ordinal),
                Lateness = lateness,
                MaxFutureSkew = skew,
                UnknownColumns = unknown,
            };
    }

    private static List<Column> ReadKey(DefinitionObject root, IReadOnlyList<Column> columns)
    {
        var key = new List<Column>();
        if (root.Get("key") is null)
        {
            root.Error("key", "missing, expected an array with at least one column name");
        }
        else if (root.Get("key") is { ValueKind: JsonValueKind.Array } array && array.GetArrayLength() == 0)
        {
            root.Error("key", "empty, expected at least one column name");
        }

        foreach (var name in root.Texts("key", "an array of column names"))
        {
            if (NameRules.CheckColumn(name) is { } fault)
            {
                root.Error("key", fault);
            }
            else if (key.Any(part => part.Name.Equals(name, StringComparison.OrdinalIgnoreCase)))
            {
                root.Error("key", $"'{name}' stands twice; names that differ only in case are the same column in a table");
            }

            var typed = columns.FirstOrDefault(column => column.Name == name);
            if (typed is not null && typed.Type.Kind is ColumnKind.Double or ColumnKind.Json)
            {
                root.Error($"columns.{name}.type", $"'{typed.Type}' cannot be a key; a key column is text, int64, decimal(p,s), boolean, date or timestamp");
            }

            if (root.Get("columns") is { ValueKind: JsonValueKind.Object } all && all.TryGetProperty(name, out var column)
                && column.ValueKind == JsonValueKind.Object && column.TryGetProperty("history", out _))
            {
                root.Error($"columns.{name}.history", "a key column has no history: another value is another key");
            }

            key.Add(new(name, typed?.Type ?? new(ColumnKind.Text)));
        }

        return key;
    }

    /// <summary>A column that orders or interprets records cannot identify them as well, nor do two such jobs.</summary>
    private static void CheckRoles(DefinitionObject root, List<Column> key, SequenceDefinition? sequence, string? ordinal, OperationDefinition? operation)
    {
        var roles = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var part in key)
        {
            roles.TryAdd(part.Name, "key");
        }

        foreach (var (name, member) in (ReadOnlySpan<(string?, string)>)[(sequence?.Column, "sequence.column"), (ordinal, "ordinal"), (operation?.Column, "operation.column")])
        {
            if (name is not null && !roles.TryAdd(name, member))
            {
                root.Error(member, $"'{name}' is already used by {roles[name]}; expected another column");
            }
        }
    }

    private static long? ReadLateness(DefinitionObject root, SequenceDefinition sequence)
    {
        if (root.Get("lateness") is not { } value)
        {
            return null;
        }

        if (sequence.Type.Kind == ColumnKind.Timestamp)
        {
            if (value.ValueKind == JsonValueKind.String && Durations.TryParse(value.GetString()!, out var duration))
            {
                return duration.Ticks / TimeSpan.TicksPerMicrosecond;
            }

            root.Error("lateness", $"{DefinitionObject.Describe(value)} found, expected {Durations.Expected} because the sequence is a timestamp");
            return null;
        }

        if (value.ValueKind == JsonValueKind.Number && SequenceText.TryParse(value.GetRawText(), sequence.Type, out var number) && number >= 0)
        {
            return number;
        }

        root.Error("lateness", string.Create(CultureInfo.InvariantCulture, $"{DefinitionObject.Describe(value)} found, expected a number of at least 0 that is a {sequence.Type} as the sequence is"));
        return null;
    }

    private static TimeSpan ReadSkew(DefinitionObject root, SequenceDefinition? sequence)
    {
        var skew = TimeSpan.FromMinutes(5);
        if (root.Get("maxFutureSkew") is null || root.Text("maxFutureSkew", Durations.Expected) is not { } text)
        {
            return skew;
        }

        if (!Durations.TryParse(text, out skew))
        {
            root.Error("maxFutureSkew", $"'{text}' found, expected {Durations.Expected}");
        }
        else if (sequence is not null && (sequence.Type.Kind != ColumnKind.Timestamp || sequence.Source == SequenceSource.Arrival))
        {
            root.Error("maxFutureSkew", "only a timestamp sequence from a column or a file name can be ahead of the clock; remove it");
        }

        return skew;
    }
}
