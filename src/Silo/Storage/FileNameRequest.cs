using RocksDbSharp;

namespace CustomerTrack.Storage;

/// <summary>Remembers a landing file's name.</summary>
internal sealed class FileNameRequest(long number, string name) : CommitRequest
{
    private readonly byte[] _key = StateKeys.File(number);
    private readonly byte[] _name = StateKeys.Text(name);

    public override long Bytes => _key.Length + _name.Length;

    public override Exception? Stage(EpochTable epochs, WriteBatch batch)
    {
        batch.Put(_key, _name);
        return null;
    }
}
