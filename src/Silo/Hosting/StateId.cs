using CustomerTrack.Cli;
using CustomerTrack.Lake;

namespace CustomerTrack.Hosting;

/// <summary>The id of a data folder's states: made once, at random. What is written from them elsewhere says it, so that no other states go on with it.</summary>
internal static class StateId
{
    private const int Digits = 32;

    /// <summary>The id, or null while there is none.</summary>
    /// <exception cref="CommandFailedException">It cannot be read, or is damaged.</exception>
    public static string? Find(DataFolder folder)
    {
        if (!File.Exists(folder.StateId))
        {
            return null;
        }

        try
        {
            var id = File.ReadAllText(folder.StateId).Trim();
            return id.Length == Digits && id.All(char.IsAsciiHexDigitLower)
                ? id
                : throw new CommandFailedException($"'{folder.StateId}' is damaged; expected {Digits} hexadecimal digits. They are in '_lake.json' of the lake that the data folder belongs to.");
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            throw new CommandFailedException($"The id of the states, '{folder.StateId}', cannot be read: {failure.Message}", failure);
        }
    }

    /// <summary>Writes <paramref name="id"/> into the states' folder, where it takes the place of another. Durable when it returns.</summary>
    /// <exception cref="CommandFailedException">It cannot be written.</exception>
    public static void Put(string stateFolder, string id)
    {
        var path = Path.Combine(stateFolder, "state-id");
        try
        {
            Directory.CreateDirectory(stateFolder);
            Write(path, id);
            FolderSync.Flush(stateFolder);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            throw new CommandFailedException($"The id of the states, '{path}', cannot be written: {failure.Message}", failure);
        }
    }

    /// <summary>The id, made where there is none. Durable when it returns. For the process that holds the folder's lock.</summary>
    /// <exception cref="CommandFailedException">It cannot be read or written, or is damaged.</exception>
    public static string GetOrMake(DataFolder folder)
    {
        var id = Find(folder);
        try
        {
            if (id is null)
            {
                id = Guid.NewGuid().ToString("N");
                Write(folder.StateId, id);
            }

            // Of a known one too: the process that made it may have ended just before this.
            FolderSync.Flush(folder.State);
            FolderSync.Flush(folder.Root);
            return id;
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            throw new CommandFailedException($"The id of the states, '{folder.StateId}', cannot be written: {failure.Message}", failure);
        }
    }

    private static void Write(string path, string id)
    {
        var temporary = path + ".new";
        using (var file = new FileStream(temporary, FileMode.Create, FileAccess.Write, FileShare.None))
        {
            file.Write(System.Text.Encoding.ASCII.GetBytes(id));
            file.Flush(flushToDisk: true);
        }

        File.Move(temporary, path, overwrite: true);
    }
}
