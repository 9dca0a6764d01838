using CustomerTrack.Lake;

namespace CustomerTrack.S3.Tests.Lake;

public sealed class S3LakeCompliance : LakeCompliance
{
    private S3Site? _site;

    private protected override async Task<ILake> OpenAsync() => (_site = await S3Site.CreateAsync()).Lake;

    protected override ValueTask CloseAsync() => _site?.DisposeAsync() ?? ValueTask.CompletedTask;
}
