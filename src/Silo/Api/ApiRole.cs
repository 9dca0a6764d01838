namespace CustomerTrack.Api;

/// <summary>What the holder of a key may do; each role includes the ones before it.</summary>
public enum ApiRole
{
    /// <summary>How the pipeline is: status, metrics, the API's description. Of customers only what the dashboard and the live feed show: personal columns are masked.</summary>
    Read,

    /// <summary>Customers' data too.</summary>
    ReadPii,

    /// <summary>Everything, records sent in included.</summary>
    Operate,
}
