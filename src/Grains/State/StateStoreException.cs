namespace CustomerTrack.State;

/// <summary>
/// The state store could not do what was asked; nothing of the call was stored, or nobody can say. Safe to repeat: a cause that goes away
/// (a full disk) does not outlive itself.
/// </summary>
[GenerateSerializer, Alias("ct.StateStoreException")]
public sealed class StateStoreException(string message, Exception? innerException) : Exception(message, innerException);
