using System.ComponentModel.DataAnnotations;
using System.Globalization;
using CustomerTrack.Dimensions;

namespace CustomerTrack.Generator;

/// <summary>Checked options and a dimension the population can fill.</summary>
internal sealed class FeedPlan
{
    private static readonly Dictionary<string, Trait> Known = new(StringComparer.Ordinal)
    {
        ["first_name"] = Trait.FirstName,
        ["last_name"] = Trait.LastName,
        ["email"] = Trait.Email,
        ["street"] = Trait.Street,
        ["city"] = Trait.City,
        ["state"] = Trait.State,
        ["country"] = Trait.Country,
    };

    private FeedPlan(GeneratorOptions options, DimensionDefinition definition)
    {
        Options = options;
        Definition = definition;
        HasOrdinal = definition.OrdinalColumn is not null;
        IntegerKey = definition.Key[0].Type.Kind == ColumnKind.Int64;
        RowsPerFile = options.Rate > 0 && options.Interval > TimeSpan.Zero
            ? (int)Math.Clamp(Math.Round(options.Rate * options.Interval.TotalSeconds), 1, options.RowsPerFile)
            : options.RowsPerFile;

        List<FeedColumn> columns = [new(definition.Key[0].Name, FeedColumnRole.Key)];
        for (var i = 0; i < definition.Columns.Count; i++)
        {
            var trait = Known[definition.Columns[i].Name];
            columns.Add(new(definition.Columns[i].Name, FeedColumnRole.Data, trait, i));
            Traits.Add(trait);
            AllData |= 1u << i;
        }

        columns.Add(new(definition.Sequence.Column!, FeedColumnRole.Sequence));
        if (definition.OrdinalColumn is { } ordinal)
        {
            columns.Add(new(ordinal, FeedColumnRole.Ordinal));
        }

        if (definition.Operation is { } operation)
        {
            columns.Add(new(operation.Column, FeedColumnRole.Operation));
            Upsert = UpsertOf(operation);
        }

        Columns = columns;
    }

    public GeneratorOptions Options { get; }

    public DimensionDefinition Definition { get; }

    public IReadOnlyList<FeedColumn> Columns { get; }

    /// <summary>What the dimension's data columns say, in their order.</summary>
    public List<Trait> Traits { get; } = [];

    /// <summary>The mask that states every data column.</summary>
    public uint AllData { get; }

    public bool HasOrdinal { get; }

    public bool IntegerKey { get; }

    public int RowsPerFile { get; }

    /// <summary>What the operation column says for an upsert.</summary>
    public string Upsert { get; } = "";

    /// <summary>The ways to write a delete.</summary>
    public IReadOnlyList<string> Deletes => Definition.Operation?.Delete ?? [];

    /// <summary>The canonical key of a person.</summary>
    public string Key(int person) => (person + 1).ToString(IntegerKey ? "0" : "'C'00000000", CultureInfo.InvariantCulture);

    /// <exception cref="ValidationException">The options are wrong, or the dimension is none the generator can fill; says everything that is.</exception>
    public static FeedPlan For(GeneratorOptions options, DimensionDefinition definition, TimeProvider realTime)
    {
        List<ValidationResult> results = [];
        Validator.TryValidateObject(options, new(options), results, validateAllProperties: true);
        List<string> problems = [.. results.Select(result => Named(options, result)), .. Problems(options, definition, realTime)];
        return problems.Count == 0
            ? new(options, definition)
            : throw new ValidationException($"The generator cannot feed dimension '{definition.Name}' with these options: {string.Join(" ", problems)}");
    }

    private static string Named(GeneratorOptions options, ValidationResult result) => result.MemberNames.ToArray() is [var name]
        ? string.Create(CultureInfo.InvariantCulture, $"{result.ErrorMessage!.TrimEnd('.')}, not {typeof(GeneratorOptions).GetProperty(name)!.GetValue(options)}.")
        : result.ErrorMessage!;

    private static IEnumerable<string> Problems(GeneratorOptions options, DimensionDefinition definition, TimeProvider realTime)
    {
        if (definition.Key.Count != 1 || definition.Key[0].Type.Kind is not (ColumnKind.Text or ColumnKind.Int64))
        {
            yield return $"The key must be one text or int64 column, not {string.Join(", ", definition.Key.Select(column => $"{column.Name} {column.Type}"))}.";
        }

        foreach (var column in definition.Columns)
        {
            if (!Known.ContainsKey(column.Name) || column.Type.Kind != ColumnKind.Text)
            {
                yield return $"Column '{column.Name}' ({column.Type}) is none the population has: {string.Join(", ", Known.Keys)}, all text.";
            }
        }

        if (definition.Sequence is not { Source: SequenceSource.Column, Type.Kind: ColumnKind.Timestamp, Column: not null })
        {
            yield return $"The sequence must be a timestamp column, not {definition.Sequence.Type} from {definition.Sequence.Source}.";
        }

        if (definition.KeepNull)
        {
            yield return "\"null\": \"keep\" is not supported: people lose their e-mail, and such a dimension has no way to say so.";
        }

        if (options.PartialShare > 0 && !definition.KeepMissing)
        {
            yield return $"{nameof(GeneratorOptions.PartialShare)} must be 0: in this dimension a missing column is null (\"missing\": \"keep\" would keep it).";
        }

        if (options.LateShare > 0 && definition.Lateness is not null)
        {
            yield return $"{nameof(GeneratorOptions.LateShare)} must be 0: this dimension refuses records older than its lateness horizon.";
        }

        if (options.DeleteShare > 0 && definition.Operation is not { Delete.Count: > 0 })
        {
            yield return $"{nameof(GeneratorOptions.DeleteShare)} must be 0: this dimension has no operation that deletes.";
        }

        var now = realTime.GetUtcNow();
        if (options.StartTime is { } start)
        {
            // Compared as seconds: rows times step may be more than a DateTimeOffset can hold.
            var needed = 2 * options.Step.TotalSeconds * options.Rows;
            if (needed > (now - start).TotalSeconds)
            {
                yield return string.Create(CultureInfo.InvariantCulture, $"{nameof(GeneratorOptions.StartTime)} {start:u} + 2 x {nameof(GeneratorOptions.Rows)} {options.Rows} x {nameof(GeneratorOptions.Step)} {options.Step} may pass the real time {now:u}, and records from the future are refused; start earlier or make smaller steps.");
            }
        }
    }

    private static string UpsertOf(OperationDefinition operation) => ((IEnumerable<string>)["u", "i", "c", "upsert", "write"])
        .First(text => !operation.Delete.Concat(operation.Truncate).Concat(operation.Erase).Contains(text, StringComparer.OrdinalIgnoreCase));
}
