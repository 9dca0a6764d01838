using CustomerTrack.Dimensions;

namespace CustomerTrack.Ingest;

/// <summary>Removes what processes that ended left half done in a shared data folder: half-written files, and quarantine files they had taken out to replay.</summary>
internal sealed class DeadLeftovers(LandingFolders folder, IDimensionCatalog dimensions, IClaimOwners owners)
{
    public async ValueTask RemoveAsync(CancellationToken cancellationToken)
    {
        if (owners.Writer.Length == 0)
        {
            // One process: what it writes again has the same name.
            return;
        }

        foreach (var dimension in dimensions.All.Select(dimension => dimension.Name))
        {
            foreach (var place in (IEnumerable<string>)[folder.Landing(dimension), folder.Rejected(dimension), folder.RejectedFiles(dimension)])
            {
                foreach (var path in Directory.Exists(place) ? Directory.GetFiles(place, LandingFolders.TemporaryPattern) : [])
                {
                    if (LandingFolders.TrySplitTemporary(Path.GetFileName(path), out var writer) && !await owners.IsAliveAsync(writer, cancellationToken))
                    {
                        File.Delete(path);
                    }
                }
            }

            await Quarantine.GiveBackAsync(folder, dimension, writer => owners.IsAliveAsync(writer, cancellationToken));
        }
    }
}
