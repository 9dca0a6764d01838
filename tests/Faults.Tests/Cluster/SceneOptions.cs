namespace CustomerTrack.Faults;

/// <summary>How a scene is set.</summary>
internal sealed record SceneOptions
{
    /// <summary>Where all chance comes from.</summary>
    public required int Seed { get; init; }

    public int Silos { get; init; } = 3;

    /// <summary>Silos that may join later.</summary>
    public int Spare { get; init; }

    /// <summary>Each silo has a network of its own, whose links can be cut.</summary>
    public bool Network { get; init; }

    public SceneLake Lake { get; init; }

    /// <summary>Each silo has a data folder of its own, and files land in the bucket; for a lake in S3.</summary>
    public bool OwnFolders { get; init; }

    /// <summary>As the setting of this name.</summary>
    public TimeSpan DeathTimeout { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>As the setting of this name.</summary>
    public TimeSpan DrainTimeout { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>Rows a second, of each of the two dimensions that are fed.</summary>
    public double Rate { get; init; } = 1_500;

    /// <summary>People in each dimension.</summary>
    public int Customers { get; init; } = 4_000;
}
