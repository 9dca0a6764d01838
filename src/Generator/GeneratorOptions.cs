using System.ComponentModel.DataAnnotations;
using System.Globalization;

namespace CustomerTrack.Generator;

/// <summary>
/// What population to simulate and how well its feed behaves. The same options write the same bytes, except in live mode
/// (<see cref="StartTime"/> null), where the stamps are the real time.
/// </summary>
public sealed class GeneratorOptions : IValidatableObject
{
    public const string SectionName = "CustomerTrack:Generator";

    /// <summary>Where all chance comes from. Default: 1.</summary>
    public int Seed { get; set; } = 1;

    /// <summary>How many people there are, those who join late included. Default: 10,000.</summary>
    [Range(1, 50_000_000)]
    public int Customers { get; set; } = 10_000;

    /// <summary>Share of the customers that the feed's first rows introduce; the others join in its course. Default: 0.9.</summary>
    [Range(0d, 1d)]
    public double PresentAtStart { get; set; } = 0.9;

    /// <summary>Rows in all; 0 goes on until it is cancelled. Default: 100,000.</summary>
    [Range(0L, long.MaxValue)]
    public long Rows { get; set; } = 100_000;

    /// <summary>Rows a second; 0 is as fast as possible. Default: 0.</summary>
    [Range(0d, 10_000_000d)]
    public double Rate { get; set; }

    /// <summary>
    /// Time between files; zero sets none. With a <see cref="Rate"/> a file holds what falls into an interval, at most
    /// <see cref="RowsPerFile"/>; without one, a file of <see cref="RowsPerFile"/> rows appears every interval. Default: zero.
    /// </summary>
    [Range(typeof(TimeSpan), "00:00:00", "1.00:00:00")]
    public TimeSpan Interval { get; set; }

    /// <summary>Rows after which a file is closed. Default: 10,000.</summary>
    [Range(1, 100_000_000)]
    public int RowsPerFile { get; set; } = 10_000;

    /// <summary>Share of the rows that report somebody anew although nothing changed. Default: 0.5.</summary>
    [Range(0d, 1d)]
    public double NoOpShare { get; set; } = 0.5;

    /// <summary>Share of the rows that report a change of somebody known. Default: 0.35.</summary>
    [Range(0d, 1d)]
    public double UpdateShare { get; set; } = 0.35;

    /// <summary>Share of the rows that report that somebody left. Default: 0.02.</summary>
    [Range(0d, 1d)]
    public double DeleteShare { get; set; } = 0.02;

    /// <summary>Share of the rows that are exact copies of recent ones. Default: 0.02.</summary>
    [Range(0d, 1d)]
    public double DuplicateShare { get; set; } = 0.02;

    /// <summary>Share of the rows that nobody can accept: no key, no date, broken line. They never touch the truth. Default: 0.002.</summary>
    [Range(0d, 1d)]
    public double DirtyShare { get; set; } = 0.002;

    /// <summary>Share of the reports that are held back and come out of order, 1 to <see cref="MaxLateFiles"/> files later. Default: 0.05.</summary>
    [Range(0d, 0.9)]
    public double LateShare { get; set; } = 0.05;

    /// <summary>How many files later a late report comes at most. Default: 5.</summary>
    [Range(1, 1_000)]
    public int MaxLateFiles { get; set; } = 5;

    /// <summary>Share of the changes that come with a second, losing record of the same moment. Default: 0.01.</summary>
    [Range(0d, 1d)]
    public double TieShare { get; set; } = 0.01;

    /// <summary>
    /// Share of the updates and no-ops that state only some columns. Only for NDJSON and a dimension that keeps missing
    /// columns. Default: 0.
    /// </summary>
    [Range(0d, 1d)]
    public double PartialShare { get; set; }

    /// <summary>Default: csv.</summary>
    [EnumDataType(typeof(FeedFormat))]
    public FeedFormat Format { get; set; }

    /// <summary>Files are compressed (.gz). Default: false.</summary>
    public bool Gzip { get; set; }

    /// <summary>
    /// When the population's own clock starts; null stamps rows with the real time (live). A simulated clock that catches
    /// up with the real one follows it from there. Default: 2020-01-01.
    /// </summary>
    public DateTimeOffset? StartTime { get; set; } = new(2020, 1, 1, 0, 0, 0, TimeSpan.Zero);

    /// <summary>Mean time between two reports on the population's own clock; the longest is twice that. Default: 1 second.</summary>
    [Range(typeof(TimeSpan), "00:00:00.000002", "30.00:00:00")]
    public TimeSpan Step { get; set; } = TimeSpan.FromSeconds(1);

    /// <inheritdoc/>
    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        var sum = NoOpShare + UpdateShare + DeleteShare + DuplicateShare + DirtyShare;
        if (sum > 1 + 1e-9)
        {
            yield return new(
                string.Create(CultureInfo.InvariantCulture, $"{nameof(NoOpShare)} {NoOpShare} + {nameof(UpdateShare)} {UpdateShare} + {nameof(DeleteShare)} {DeleteShare} + {nameof(DuplicateShare)} {DuplicateShare} + {nameof(DirtyShare)} {DirtyShare} is {sum:0.####}; their sum must be at most 1 (what they leave are people who join or return)."),
                [nameof(NoOpShare), nameof(UpdateShare), nameof(DeleteShare), nameof(DuplicateShare), nameof(DirtyShare)]);
        }

        if (DuplicateShare + DirtyShare > 0.9)
        {
            yield return new(
                string.Create(CultureInfo.InvariantCulture, $"{nameof(DuplicateShare)} {DuplicateShare} + {nameof(DirtyShare)} {DirtyShare} is more than 0.9; a feed needs some rows that say something."),
                [nameof(DuplicateShare), nameof(DirtyShare)]);
        }

        if (PartialShare > 0 && Format == FeedFormat.Csv)
        {
            yield return new(
                $"{nameof(PartialShare)} is {PartialShare.ToString(CultureInfo.InvariantCulture)} and {nameof(Format)} is csv; a CSV row states every column of its file, so partial records need {nameof(Format)} ndjson.",
                [nameof(PartialShare), nameof(Format)]);
        }
    }
}
