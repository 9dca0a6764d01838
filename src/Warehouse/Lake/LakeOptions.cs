namespace CustomerTrack.Lake;

/// <summary>Which lake deltas go to.</summary>
public sealed class LakeOptions
{
    public const string SectionName = "CustomerTrack:Lake";

    /// <summary>Folder: in the data folder. S3: in the bucket of CustomerTrack:S3. Fixed once a data folder is in use. Default: Folder.</summary>
    public LakeKind Kind { get; set; } = LakeKind.Folder;
}
