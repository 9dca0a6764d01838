using CustomerTrack.Cli;

namespace CustomerTrack.Cluster;

/// <summary>Nobody who could answer has the warehouse at the moment; what was asked may be asked again.</summary>
internal sealed class NoWarehouseException : CommandFailedException
{
    public NoWarehouseException(string message)
        : base(message)
    {
    }

    public NoWarehouseException(string message, Exception innerException)
        : base(message, innerException)
    {
    }
}
