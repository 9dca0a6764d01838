namespace CustomerTrack.State;

/// <summary>
/// The state store could not do what was asked; nothing of the call was stored. Safe to repeat: a cause that goes away
/// (a full disk) does not outlive itself.
/// </summary>
public sealed class StateStoreException(string message, Exception? innerException) : Exception(message, innerException);
