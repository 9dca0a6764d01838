using System.Globalization;
using System.Net;
using Amazon;
using Amazon.Runtime;
using Amazon.S3;
using Amazon.S3.Model;

namespace CustomerTrack.SnowflakeEmulator;

/// <summary>Stages on S3: lists, reads and loads their files.</summary>
internal sealed class StageFiles(EmulatedAccount account) : IDisposable
{
    private readonly Lazy<AmazonS3Client> _s3 = new(() => Client(account.Options));

    private static AmazonS3Client Client(EmulatorOptions options)
    {
        var config = new AmazonS3Config
        {
            ForcePathStyle = options.S3PathStyle,
            RequestChecksumCalculation = RequestChecksumCalculation.WHEN_REQUIRED,
            ResponseChecksumValidation = ResponseChecksumValidation.WHEN_REQUIRED,
        };
        if (options.S3Endpoint is { } endpoint)
        {
            config.ServiceURL = endpoint.ToString();
            config.AuthenticationRegion = options.S3Region;
        }
        else
            config.RegionEndpoint = RegionEndpoint.GetBySystemName(options.S3Region);
        return new AmazonS3Client(config);
    }

    /// <summary>A stage's location has to be inside of what its integration allows.</summary>
    public static void CheckAllowed(CatalogObject integration, string url)
    {
        if (!integration.Properties.Flag("ENABLED", otherwise: false))
            throw SqlException.Invalid($"The integration '{integration.Name}' is not enabled.");
        var allowed = integration.Properties["STORAGE_ALLOWED_LOCATIONS"]?.List ?? [];
        var blocked = integration.Properties["STORAGE_BLOCKED_LOCATIONS"]?.List ?? [];
        if (!allowed.Any(location => location == "*" || url.StartsWith(location, StringComparison.Ordinal)) || blocked.Any(location => url.StartsWith(location, StringComparison.Ordinal)))
            throw new SqlException("003167", "42601", $"Location '{url}' is not allowed by integration '{integration.Name}'. Please use DESC INTEGRATION to check out allowed and blocked locations.");
    }

    /// <summary>The file format's options: named in the statement, written in it, or the stage's.</summary>
    public PropertySet Format(SqlContext context, CopyStatement copy)
    {
        var stage = context.Resolve(ObjectKind.Stage, copy.Stage.Name);
        var given = (copy.Options["FILE_FORMAT"] ?? stage.Properties["FILE_FORMAT"]) switch
        {
            { Nested: { } nested } => nested,
            { Scalar: { } named } => Named(named),
            _ => throw SqlException.NotEmulated("COPY without a file format"),
        };
        if (given.Scalar("FORMAT_NAME") is not { } name)
            return given.Scalar("TYPE") is "PARQUET" ? given : throw SqlException.NotEmulated("file formats other than PARQUET");
        var format = context.Resolve(ObjectKind.FileFormat, ObjectName.Parse(name));
        account.Access.Require(context.Role, "USAGE", format);
        return format.Properties;

        static PropertySet Named(string name)
        {
            var set = new PropertySet();
            set.Set("FORMAT_NAME", new PropertyValue(name, null, null));
            return set;
        }
    }

    public static string Location(CatalogObject stage) => stage.Properties.Scalar("URL") ?? throw SqlException.NotEmulated("internal stages");

    public List<StageFile> Files(CatalogObject stage, string path)
    {
        var (bucket, prefix) = Split(Location(stage));
        var request = new ListObjectsV2Request { BucketName = bucket, Prefix = prefix + path };
        var files = new List<StageFile>();
        ListObjectsV2Response answer;
        do
        {
            answer = Wait(_s3.Value.ListObjectsV2Async(request));
            files.AddRange((answer.S3Objects ?? []).Select(item => new StageFile(item.Key[prefix.Length..], item.Size ?? 0, new DateTimeOffset(item.LastModified ?? DateTime.UnixEpoch), item.ETag)));
            request.ContinuationToken = answer.NextContinuationToken;
        }
        while (answer.IsTruncated == true);
        return files;
    }

    public StatementResult List(SqlContext context, StageReference reference)
    {
        var stage = context.Resolve<CatalogObject>(ObjectKind.Stage, reference.Name, "USAGE");
        return new StatementResult(
            [ResultColumn.Text("name"), ResultColumn.Number("size"), ResultColumn.Text("md5"), ResultColumn.Text("last_modified")],
            [.. Files(stage, reference.Path).Select(file => new string?[] { Location(stage) + file.Path, file.Size.ToString(CultureInfo.InvariantCulture), file.ETag.Trim('"'), file.Modified.ToString("R", CultureInfo.InvariantCulture) })],
            StatementResult.Show);
    }

    /// <summary>
    /// Loads one file in one transaction, or in <paramref name="parts"/>; <paramref name="finish"/> joins the last one.
    /// A file that cannot be loaded changes nothing, unless it was torn before.
    /// </summary>
    public LoadOutcome Load(SqlSession session, SqlContext context, TableObject table, CopyStatement copy, string path, int parts, Func<long, string> finish)
    {
        string? local = null;
        try
        {
            var stage = context.Resolve<CatalogObject>(ObjectKind.Stage, copy.Stage.Name, "USAGE");
            account.Access.Require(context.Role, "INSERT", table);
            account.Access.Require(context.Role, "SELECT", table);
            var format = Format(context, copy);
            var (bucket, prefix) = Split(Location(stage));
            local = Download(bucket, prefix + path, out var modified);
            if (local is null)
                return new LoadOutcome(0, $"Remote file '{Location(stage)}{path}' was not found. There are several potential causes. The file might not exist.");
            var select = Select(session, table, copy, format, local, prefix + path, modified, out var columns);
            var rows = session.Duck.Number($"SELECT count(*) FROM read_parquet({DuckName.Text(local)})");
            for (var part = 0; part < parts; part++)
            {
                account.Transactions.Begin(session, 0);
                var transaction = session.Transaction!;
                var range = parts == 1 ? "" : $" WHERE file_row_number % {parts} = {part}";
                session.Duck.Execute($"INSERT INTO {table.Physical} ({string.Join(", ", columns)}, \"$tx\") SELECT {select}, {transaction.Id} FROM read_parquet({DuckName.Text(local)}, file_row_number = true){range}");
                if (part == parts - 1)
                    session.Duck.Execute(finish(rows));
                transaction.Inserted.Add(table.Id);
                account.Transactions.Commit(session);
            }
            return new LoadOutcome(rows, null);
        }
        catch (SqlException exception)
        {
            if (session.Transaction is not null)
                Transactions.Rollback(session);
            return new LoadOutcome(0, exception.Message);
        }
        finally
        {
            if (local is not null)
                File.Delete(local);
        }
    }

    /// <summary>COPY INTO by hand. A file that the table has is left out, unless FORCE = TRUE.</summary>
    public StatementResult Copy(SqlContext context, CopyStatement copy)
    {
        if (context.Session.Transaction is not null)
            throw SqlException.NotEmulated("COPY INTO in a transaction");
        foreach (var unknown in (ReadOnlySpan<string>)["PATTERN", "SIZE_LIMIT", "PURGE", "RETURN_FAILED_ONLY", "VALIDATION_MODE"])
        {
            if (copy.Options[unknown] is not null)
                throw SqlException.NotEmulated($"COPY INTO … {unknown}");
        }
        var table = context.Resolve<TableObject>(ObjectKind.Table, copy.Table, "INSERT");
        var stage = context.Resolve<CatalogObject>(ObjectKind.Stage, copy.Stage.Name, "USAGE");
        var files = copy.Options["FILES"]?.List is { } named ? [.. named.Select(name => copy.Stage.Path + name)] : Files(stage, copy.Stage.Path).ConvertAll(file => file.Path);
        var force = copy.Options.Flag("FORCE", otherwise: false);
        var rows = new List<string?[]>();
        foreach (var file in files)
        {
            if (!force && account.Loader.IsLoaded(table, file))
                continue;
            var outcome = Load(context.Session, context, table, copy, file, parts: 1, count => account.Loader.LoggedByHand(table, Location(stage), file, count));
            if (outcome.Error is not null && copy.OnError is not ("SKIP_FILE" or "CONTINUE"))
                throw new SqlException("100069", "22000", outcome.Error);
            var count = outcome.Rows.ToString(CultureInfo.InvariantCulture);
            rows.Add([file, outcome.Error is null ? "LOADED" : "LOAD_FAILED", count, count, "1", outcome.Error is null ? "0" : "1", outcome.Error]);
        }
        return rows.Count == 0
            ? StatementResult.Status("Copy executed with 0 files processed.", StatementResult.CopyInto)
            : new StatementResult(
                [ResultColumn.Text("file"), ResultColumn.Text("status"), ResultColumn.Number("rows_parsed"), ResultColumn.Number("rows_loaded"), ResultColumn.Number("error_limit"), ResultColumn.Number("errors_seen"), ResultColumn.Text("first_error")],
                rows,
                StatementResult.CopyInto);
    }

    /// <summary>A metadata column as SQL over the file's rows.</summary>
    public string Metadata(string name, string key, DateTimeOffset modified) => Metadata(name, key, modified, account.Clock.Now.Ticks);

    public static string Metadata(string name, string key, DateTimeOffset modified, long now) => name switch
    {
        "METADATA$FILENAME" => DuckName.Text(key),
        "METADATA$FILE_ROW_NUMBER" => "file_row_number + 1",
        "METADATA$FILE_LAST_MODIFIED" => $"make_timestamp({(modified - DateTimeOffset.UnixEpoch).Ticks / 10})",
        "METADATA$START_SCAN_TIME" => $"make_timestamptz({(now - DateTimeOffset.UnixEpoch.Ticks) / 10})",
        _ => throw SqlException.Invalid($"invalid metadata column '{name}'."),
    };

    public void Dispose()
    {
        if (_s3.IsValueCreated)
            _s3.Value.Dispose();
    }

    private string Select(SqlSession session, TableObject table, CopyStatement copy, PropertySet format, string local, string key, DateTimeOffset modified, out List<string> columns)
    {
        var exact = copy.Options.Scalar("MATCH_BY_COLUMN_NAME") == "CASE_SENSITIVE";
        var inFile = session.Duck.Describe($"SELECT * FROM read_parquet({DuckName.Text(local)})");
        var metadata = copy.Options["INCLUDE_METADATA"]?.Nested?.All.ToDictionary(pair => ObjectName.Parse(pair.Key).Last, pair => pair.Value.Scalar!, StringComparer.Ordinal) ?? [];
        var nullIf = format["NULL_IF"]?.List ?? ["\\N"];
        var logical = format.Flag("USE_LOGICAL_TYPE", otherwise: false);
        var values = new List<string>();
        columns = [];
        foreach (var column in table.Columns)
        {
            if (metadata.TryGetValue(column.Name, out var what))
                values.Add(Metadata(what, key, modified));
            else
            {
                var match = inFile.Where(one => string.Equals(one.Name, column.Name, exact ? StringComparison.Ordinal : StringComparison.OrdinalIgnoreCase)).ToList();
                if (match.Count == 0)
                    continue;
                if (match.Count > 1)
                    throw SqlException.Invalid($"Several columns of the file match '{column.Name}'.");
                values.Add(Value(match[0], logical, nullIf));
            }
            columns.Add(DuckName.Quote(column.Name));
        }
        return columns.Count > 0 ? string.Join(", ", values) : throw SqlException.Invalid("No column of the file matches one of the table.");
    }

    private static string Value((string Name, string Type) column, bool logical, IReadOnlyList<string> nullIf)
    {
        var name = $"\"{column.Name.Replace("\"", "\"\"", StringComparison.Ordinal)}\"";
        if (!logical && column.Type.StartsWith("TIMESTAMP", StringComparison.Ordinal))
            throw SqlException.NotEmulated("timestamps of Parquet without USE_LOGICAL_TYPE = TRUE");
        return column.Type == "VARCHAR" ? nullIf.Aggregate(name, (value, text) => $"nullif({value}, {DuckName.Text(text)})") : name;
    }

    private string? Download(string bucket, string key, out DateTimeOffset modified)
    {
        modified = default;
        var local = Path.Combine(Path.GetTempPath(), $"emulator-{Guid.NewGuid():N}.parquet");
        try
        {
            using var answer = Wait(_s3.Value.GetObjectAsync(bucket, key));
            modified = new DateTimeOffset(answer.LastModified ?? DateTime.UnixEpoch);
            using var file = File.Create(local);
            answer.ResponseStream.CopyTo(file);
            return local;
        }
        catch (Exception exception) when (exception is IOException or HttpRequestException)
        {
            File.Delete(local);
            throw new SqlException("003080", "42501", $"Failed to access remote file: {exception.Message}");
        }
        catch (SqlException exception) when (exception.Code == "404")
        {
            return null;
        }
    }

    private static T Wait<T>(Task<T> task)
    {
        try
        {
            return task.GetAwaiter().GetResult();
        }
        catch (AmazonS3Exception exception)
        {
            throw new SqlException(exception.StatusCode == HttpStatusCode.NotFound && exception.ErrorCode != "NoSuchBucket" ? "404" : "003080", "42501", $"Failed to access remote file: {exception.Message}. Please check your credentials");
        }
        catch (Exception exception) when (exception is AmazonClientException or HttpRequestException or IOException)
        {
            throw new SqlException("003080", "42501", $"Failed to access remote file: {exception.Message}");
        }
    }

    private static (string Bucket, string Prefix) Split(string url)
    {
        var path = url["s3://".Length..];
        var slash = path.IndexOf('/', StringComparison.Ordinal);
        return (path[..slash], path[(slash + 1)..]);
    }
}
