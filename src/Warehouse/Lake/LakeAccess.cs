namespace CustomerTrack.Lake;

/// <summary>What a lake is opened for.</summary>
public enum LakeAccess
{
    /// <summary>For reading: a lake that is nobody's yet stays so.</summary>
    Read,

    /// <summary>For writing: a lake that is nobody's yet belongs to the states it is opened for from then on.</summary>
    Write,
}
