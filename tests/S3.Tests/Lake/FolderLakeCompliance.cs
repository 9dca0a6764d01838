using CustomerTrack.Lake;

namespace CustomerTrack.S3.Tests.Lake;

public sealed class FolderLakeCompliance : LakeCompliance
{
    private readonly string _folder = Directory.CreateTempSubdirectory("folder-lake-").FullName;
    private FolderLake? _lake;

    private protected override Task<ILake> OpenAsync() => Task.FromResult<ILake>(_lake = new FolderLake(_folder, () => 64, TimeProvider.System));

    protected override ValueTask CloseAsync()
    {
        _lake?.Dispose();
        Directory.Delete(_folder, recursive: true);
        return ValueTask.CompletedTask;
    }
}
