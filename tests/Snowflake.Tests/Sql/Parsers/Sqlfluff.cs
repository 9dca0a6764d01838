using System.Text.Json;

namespace CustomerTrack.Snowflake.Tests.Parsers;

/// <summary>sqlfluff's Snowflake dialect.</summary>
internal static class Sqlfluff
{
    /// <summary>Per statement null (parsed) or what is wrong; skips the test where the program is missing.</summary>
    public static async Task<IReadOnlyList<string?>> ParseAsync(IReadOnlyList<string> statements)
    {
        var folder = Directory.CreateTempSubdirectory("customertrack-sqlfluff-").FullName;
        try
        {
            await File.WriteAllTextAsync(Path.Combine(folder, ".sqlfluff"), "[sqlfluff]\ndialect = snowflake\nrules = L001\nlarge_file_skip_byte_limit = 0\n");
            for (var i = 0; i < statements.Count; i++)
            {
                await File.WriteAllTextAsync(Path.Combine(folder, $"{i}.sql"), statements[i] + "\n");
            }

            var answer = await Program.RunAsync("sqlfluff", folder, "", "lint", "--format", "json", ".");
            Assert.SkipWhen(answer is null, "sqlfluff is not installed: apt-get install sqlfluff (1.4.5).");
            using var report = JsonDocument.Parse(answer!.Value.Out);
            var wrong = report.RootElement.EnumerateArray().ToDictionary(
                file => int.Parse(Path.GetFileNameWithoutExtension(file.GetProperty("filepath").GetString()!)),
                file => file.GetProperty("violations").EnumerateArray().Where(violation => violation.GetProperty("code").GetString() is "PRS" or "LXR" or "TMP").Select(violation => violation.GetProperty("description").GetString()).FirstOrDefault());
            return [.. Enumerable.Range(0, statements.Count).Select(i => wrong.GetValueOrDefault(i))];
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }
}
