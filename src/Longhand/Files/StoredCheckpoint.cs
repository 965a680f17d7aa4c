namespace Longhand.Files;

/// <summary>A checkpoint on disk that was verified: its step, its folder, and the fields given when it was saved.</summary>
public sealed record StoredCheckpoint(int Step, string Folder, IReadOnlyDictionary<string, string> Fields)
{
    /// <summary>A file inside the checkpoint.</summary>
    public string this[string name] => Path.Combine(Folder, name);

    /// <summary>A field given when it was saved.</summary>
    /// <exception cref="BadFileException">There is none of this name.</exception>
    public string Field(string name) => Fields.TryGetValue(name, out string? value)
        ? value
        : throw new BadFileException(this[CheckpointManifest.FileName], "fields", BorderText.Quoted(name), "none of this name");
}
