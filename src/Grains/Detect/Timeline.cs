namespace CustomerTrack.Detect;

/// <summary>
/// One customer's moments in order of sequence, decoded. A working copy that is thrown away: what a customer keeps is the
/// encoded state (<see cref="TimelineCodec"/>).
/// </summary>
internal sealed class Timeline
{
    /// <summary>Counts the states of this customer, so that a reader can tell an old one from the newest.</summary>
    public long Version { get; set; }

    /// <summary>The highest revision given to a delta.</summary>
    public long Revision { get; set; }

    public List<Moment> Moments { get; } = [];

    public void Clear()
    {
        Version = 0;
        Revision = 0;
        Moments.Clear();
    }

    /// <summary>The index of the moment at <paramref name="sequence"/>, or the complement of where it belongs.</summary>
    public int Find(long sequence)
    {
        var low = 0;
        var high = Moments.Count - 1;

        // Nearly every record is the newest of its customer.
        if (high < 0 || Moments[high].Sequence < sequence)
        {
            return ~Moments.Count;
        }

        while (low <= high)
        {
            var middle = (low + high) >>> 1;
            var at = Moments[middle].Sequence;
            if (at == sequence)
            {
                return middle;
            }

            if (at < sequence)
            {
                low = middle + 1;
            }
            else
            {
                high = middle - 1;
            }
        }

        return ~low;
    }
}
