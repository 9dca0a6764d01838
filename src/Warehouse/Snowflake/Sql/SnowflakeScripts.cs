using System.Globalization;
using System.Text.RegularExpressions;
using CustomerTrack.Dimensions;
using CustomerTrack.Merge;
using CustomerTrack.S3;

namespace CustomerTrack.Snowflake;

/// <summary>
/// Everything Snowflake needs, as scripts. They may be run again at any time: what has a state (tables, streams, pipes, stages,
/// tasks, roles) is made where it is missing and never replaced; views and procedures, which have none, are.
/// </summary>
public sealed partial class SnowflakeScripts
{
    private readonly SnowflakeOptions _options;
    private readonly SnowflakeNames _names;
    private readonly Dictionary<string, string> _values;
    private readonly IReadOnlyList<DimensionDefinition> _dimensions;
    private readonly IReadOnlyList<DimensionScript> _scripts;

    /// <exception cref="ArgumentException">The bucket or the storage role is missing, or two things would have one name.</exception>
    public SnowflakeScripts(IDimensionCatalog dimensions, SnowflakeOptions options, S3Options s3)
    {
        _options = options;
        _names = new(options);
        _dimensions = dimensions.All;
        var bucket = s3.Bucket is { } name && BucketName().IsMatch(name)
            ? name
            : throw new ArgumentException($"{S3Options.SectionName}:{nameof(S3Options.Bucket)} is {(s3.Bucket is null ? "not set" : $"'{s3.Bucket}'")}; allowed: the name of the bucket the lake is in.", nameof(s3));
        var roleArn = options.StorageRoleArn
            ?? throw new ArgumentException($"{SnowflakeOptions.SectionName}:{nameof(SnowflakeOptions.StorageRoleArn)} is not set; allowed: the ARN of the AWS role that Snowflake takes on to read the bucket.", nameof(options));

        // AWS's partitions have schemes of their own.
        var (provider, scheme) = roleArn.Split(':')[1] switch
        {
            "aws-us-gov" => ("S3GOV", "s3gov"),
            "aws-cn" => ("S3CHINA", "s3china"),
            _ => ("S3", "s3"),
        };
        Location = $"{scheme}://{bucket}/{s3.Prefix}";
        _values = new()
        {
            ["owner_role"] = _names.OwnerRole,
            ["deliver_role"] = _names.DeliverRole,
            ["reader_role"] = _names.ReaderRole,
            ["pii_reader_role"] = _names.PiiReaderRole,
            ["admin_role"] = options.AdminRole,
            ["warehouse"] = options.Warehouse,
            ["database"] = _names.Database,
            ["served_schema"] = _names.ServedSchema,
            ["internal_schema"] = _names.InternalSchema,
            ["integration"] = options.StorageIntegration,
            ["provider"] = provider,
            ["role_arn"] = SnowflakeColumns.Literal(roleArn),
            ["location"] = SnowflakeColumns.Literal(Location),
            ["create_policies"] = options.Masking ? ", CREATE TAG, CREATE MASKING POLICY" : "",
            ["file_format"] = _names.FileFormat,
            ["loads"] = _names.Loads,
            ["watermarks"] = _names.Watermarks,
            ["pii_tag"] = _names.PiiTag,
            ["retention_days"] = options.DeltaRetentionDays.ToString(CultureInfo.InvariantCulture),
            ["interval_seconds"] = Math.Max(10, (long)Math.Ceiling(options.MergeInterval.TotalSeconds)).ToString(CultureInfo.InvariantCulture),
        };
        CheckNames();
        _scripts = [.. _dimensions.Select(dimension => new DimensionScript(dimension, options, _names, _values, StageUrl(dimension)))];
        Apply =
        [
            SnowflakeScript.Of("10_account.sql", options.AdminRole, [Render("account")]),
            SnowflakeScript.Of("20_schema.sql", _names.OwnerRole, [Render("schema"), .. Policies()]),
            .. _dimensions.Zip(_scripts, (dimension, script) => SnowflakeScript.Of($"30_{dimension.Name}.sql", _names.OwnerRole, script.Apply())),
        ];
        TearDown = SnowflakeScript.Of("teardown.sql", options.AdminRole, [.. _scripts.Select(script => script.TearDown()), Render("teardown-account")]);
    }

    /// <summary>The lake as Snowflake names it, with a slash at the end: <c>s3://bucket/prefix/</c>.</summary>
    public string Location { get; }

    /// <summary>The scripts that make everything, in the order they must run.</summary>
    public IReadOnlyList<SnowflakeScript> Apply { get; }

    /// <summary>Removes everything, the data in Snowflake too; never part of <see cref="Apply"/>.</summary>
    public SnowflakeScript TearDown { get; }

    /// <summary>The location of a dimension's stage.</summary>
    public string StageUrl(DimensionDefinition dimension) => $"{Location}dimension={dimension.Name}/";

    [GeneratedRegex(@"^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]\z", RegexOptions.CultureInvariant)]
    private static partial Regex BucketName();

    // One policy per type that a personal column has.
    private IEnumerable<string> Policies()
    {
        if (!_options.Masking)
        {
            return [];
        }

        var personal = _dimensions
            .SelectMany(dimension => dimension.Key.Select(column => (Column: column, IsKey: true)).Concat(dimension.Columns.Select(column => (Column: column, IsKey: false)))
                .Where(column => dimension.Pii.Contains(column.Column.Name)))
            .DistinctBy(column => SnowflakeMasking.PolicyName(column.Column.Type, column.IsKey))
            .OrderBy(column => SnowflakeMasking.PolicyName(column.Column.Type, column.IsKey), StringComparer.Ordinal)
            .ToList();
        return
        [
            Render("tag"),
            .. personal.Select(column => SqlTemplate.Render("snowflake/policy.sql", new Dictionary<string, string>
            {
                ["policy"] = _names.Policy(SnowflakeMasking.PolicyName(column.Column.Type, column.IsKey)),
                ["type"] = SnowflakeColumns.ServedTypeName(column.Column.Type),
                ["body"] = SnowflakeMasking.Expression("val", column.Column.Type, column.IsKey, SnowflakeNames.InCatalog(_names.PiiReaderRole)),
                ["owner_role"] = _names.OwnerRole,
            })),
        ];
    }

    // A dimension customer_history would be in the way of the history of customer.
    private void CheckNames()
    {
        var taken = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var dimension in _dimensions)
        {
            string[] names =
            [
                _names.CurrentView(dimension), _names.HistoryView(dimension), _names.CurrentFreshView(dimension), _names.HistoryFreshView(dimension),
                _names.Deltas(dimension), _names.Batch(dimension), _names.History(dimension), _names.Current(dimension),
            ];
            foreach (var name in names.Select(SnowflakeNames.InCatalog))
            {
                if (!taken.TryAdd(name, dimension.Name))
                {
                    throw new ArgumentException(taken[name] == dimension.Name
                        ? $"Dimension '{dimension.Name}': {name} would be a table and a view; {SnowflakeOptions.SectionName}:{nameof(SnowflakeOptions.Schema)} and {nameof(SnowflakeOptions.InternalSchema)} have to differ."
                        : $"The dimensions '{taken[name]}' and '{dimension.Name}' would both make {name} in Snowflake; rename one of them.");
                }
            }
        }
    }

    private string Render(string text) => SqlTemplate.Render($"snowflake/{text}.sql", _values);
}
