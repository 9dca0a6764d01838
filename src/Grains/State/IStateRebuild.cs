namespace CustomerTrack.State;

/// <summary>
/// Makes customers' states anew beside those in use, and then puts them in their place. While one is open, and after one that was cut short,
/// the states cannot be opened for anything else (<see cref="StateStoreException"/>, with a sentence that says so): half a rebuild is no state to go on
/// from. A rebuild that is opened after one that was cut short finishes its replacement, if that was begun, and starts anew.
/// </summary>
/// <remarks>To open one is to have the states for oneself: the caller sees to it that no other process uses them.</remarks>
public interface IStateRebuild : IAsyncDisposable
{
    /// <summary>The states in use, to be read only; null where there are none or they cannot be read.</summary>
    ICustomerStateStore? Present { get; }

    /// <summary>Why the states in use cannot be read; null where they can, or where there are none.</summary>
    string? PresentFailure { get; }

    /// <summary>The states in the making: empty when the rebuild is opened.</summary>
    ICustomerStateStore New { get; }

    /// <summary>
    /// Puts the new states, with their file names, in the place of those in use; durable when it returns. A crash inside leaves one or the other, whole.
    /// Epochs of shards only rise, so that a writer of the former states is refused. <see cref="Present"/> and <see cref="New"/> cannot be used afterwards.
    /// </summary>
    /// <returns>The states in use now.</returns>
    ValueTask<ICustomerStateStore> ReplaceAsync(CancellationToken cancellationToken = default);

    /// <summary>The states may be used again: the mark goes, and what they replaced is removed.</summary>
    ValueTask CompleteAsync(CancellationToken cancellationToken = default);
}
