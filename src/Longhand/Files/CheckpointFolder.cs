using System.Globalization;

namespace Longhand.Files;

/// <summary>
/// The checkpoints of a run, one folder per step: <c>checkpoints/step-000500/</c> with the caller's files and a manifest of their
/// lengths and hashes. A kill, a crash or a full disk at any moment leaves the older checkpoints usable.
/// <list type="bullet">
/// <item>Saving writes into <c>.tmp-…</c>, brings every file and then the folder to disk, and only then renames it to its name. Old
/// checkpoints go when the new one is in place, and by way of a <c>.tmp-…</c> name too, so that none is ever seen half deleted.</item>
/// <item>A step saved again steps aside as <c>.replaced-step-…</c> first, since a folder cannot be renamed over another; loading
/// knows that name, so the moment between the two renames loses nothing.</item>
/// <item>Loading verifies everything and falls back from a damaged checkpoint to the one before it, saying so. It changes nothing.</item>
/// </list>
/// <para>Left out: several programs saving into one run at the same time, and what the files mean.</para>
/// </summary>
public static class CheckpointFolder
{
    private const string Temporary = ".tmp-", Replaced = ".replaced-", StepPrefix = "step-";

    /// <summary>
    /// Saves a checkpoint and removes older ones, keeping the newest <paramref name="keep"/>. Checkpoints of later steps go as well: a run
    /// that saves this step has fallen back past them. The file writers are called in order, each with a stream to be written
    /// from front to back. Returns the checkpoint's folder.
    /// </summary>
    /// <exception cref="WriteFailedException">The operating system refused; the checkpoints from before are still there.</exception>
    public static string Save(
        string runFolder, int step, IReadOnlyList<(string Name, Action<Stream> Write)> files,
        IReadOnlyDictionary<string, string> fields, int keep = 2)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(step);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(keep);
        string root = RootOf(runFolder);
        string final = Path.Combine(root, NameOf(step));
        WriteFailedException.Guard(final, () =>
        {
            Directory.CreateDirectory(root);
            RemoveStale(root);
            string temporary = Aside(root);
            try
            {
                WriteFiles(temporary, step, files, fields);
                PutInPlace(temporary, final);
            }
            catch
            {
                TryDelete(temporary);
                throw;
            }
            FolderFlush.Try(root, NameOf(step));
            FolderFlush.Try(Path.GetDirectoryName(root)!, Path.GetFileName(root));
            Prune(root, step, keep);
        });
        return final;
    }

    /// <summary>
    /// The newest checkpoint that is whole, or null if there is none at all. Each damaged one on the way gets a line through
    /// <paramref name="warn"/> that says what is wrong with it and which step is used instead.
    /// </summary>
    /// <exception cref="BadFileException">There are checkpoints, but every one of them is damaged; the message says how.</exception>
    public static StoredCheckpoint? LoadNewest(string runFolder, Action<string> warn)
    {
        string root = RootOf(runFolder);
        var problems = new List<string>();
        foreach ((int step, string folder) in NewestFirst(root))
        {
            try
            {
                CheckpointManifest manifest = CheckpointManifest.Verify(folder, step);
                foreach (string problem in problems) warn($"{problem} Falling back to the checkpoint of step {step}.");
                return new StoredCheckpoint(step, folder, manifest.Fields);
            }
            catch (BadFileException e)
            {
                problems.Add(e.Message);
            }
        }
        return problems.Count == 0 ? null : throw new BadFileException(root, $"no checkpoint is whole: {string.Join(" ", problems)}");
    }

    private static void WriteFiles(
        string folder, int step, IReadOnlyList<(string Name, Action<Stream> Write)> files, IReadOnlyDictionary<string, string> fields)
    {
        Directory.CreateDirectory(folder);
        var written = new List<CheckpointFile>();
        foreach ((string name, Action<Stream> write) in files)
        {
            if (!CheckpointManifest.IsUsable(name, written.Select(file => file.Name)))
            {
                throw new ArgumentException($"CheckpointFolder: {BorderText.Quoted(name)} is no plain file name, or is taken.", nameof(files));
            }
            AtomicFile.WriteThrough(Path.Combine(folder, name), stream =>
            {
                using var hashing = new HashingStream(stream);
                write(hashing);
                written.Add(new CheckpointFile(name, hashing.Length, hashing.Finish()));
            });
        }
        byte[] manifest = new CheckpointManifest(step, fields, written).Encode();
        AtomicFile.WriteThrough(Path.Combine(folder, CheckpointManifest.FileName), stream => stream.Write(manifest));
        FolderFlush.Try(folder, CheckpointManifest.FileName);
    }

    private static void PutInPlace(string temporary, string final)
    {
        string replaced = Path.Combine(Path.GetDirectoryName(final)!, Replaced + Path.GetFileName(final));
        bool isSavedAgain = Directory.Exists(final);
        if (isSavedAgain)
        {
            if (Directory.Exists(replaced)) Directory.Delete(replaced, recursive: true);
            Directory.Move(final, replaced);
        }
        try
        {
            Directory.Move(temporary, final);
        }
        catch when (isSavedAgain)
        {
            Directory.Move(replaced, final);
            throw;
        }
    }

    private static void Prune(string root, int step, int keep)
    {
        int kept = 0;
        foreach ((int found, string folder) in NewestFirst(root).ToArray())
        {
            bool isReplaced = Path.GetFileName(folder.AsSpan()).StartsWith(Replaced, StringComparison.Ordinal);
            if (found <= step && !isReplaced && ++kept <= keep) continue;
            string aside = Aside(root);
            try
            {
                Directory.Move(folder, aside);
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                continue;                                // in use elsewhere: one checkpoint too many until the next save
            }
            TryDelete(aside);
        }
    }

    /// <summary>All checkpoints, whole or not; where a step is there twice, the one that stepped aside comes second.</summary>
    private static IEnumerable<(int Step, string Folder)> NewestFirst(string root)
    {
        if (!Directory.Exists(root)) return [];
        return
            from folder in Directory.GetDirectories(root)
            let name = Path.GetFileName(folder)
            let isReplaced = name.StartsWith(Replaced, StringComparison.Ordinal)
            let step = StepOf(isReplaced ? name[Replaced.Length..] : name)
            where step >= 0
            orderby step descending, isReplaced
            select (step, folder);
    }

    private static void RemoveStale(string root)
    {
        foreach (string folder in Directory.GetDirectories(root))
        {
            if (Path.GetFileName(folder).StartsWith(Temporary, StringComparison.Ordinal)) TryDelete(folder);
        }
    }

    private static void TryDelete(string folder)
    {
        try
        {
            if (Directory.Exists(folder)) Directory.Delete(folder, recursive: true);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // Nobody takes a .tmp- folder for a checkpoint, and the next save tries again.
        }
    }

    private static string RootOf(string runFolder) => Path.Combine(Path.GetFullPath(runFolder), "checkpoints");

    private static string Aside(string root) => Path.Combine(root, $"{Temporary}{Guid.NewGuid():N}");

    /// <summary>Six digits keep the folders in order for the eye; more are used where needed.</summary>
    private static string NameOf(int step) => string.Create(CultureInfo.InvariantCulture, $"{StepPrefix}{step:D6}");

    private static int StepOf(string name) =>
        name.StartsWith(StepPrefix, StringComparison.Ordinal)
        && int.TryParse(name.AsSpan(StepPrefix.Length), NumberStyles.None, CultureInfo.InvariantCulture, out int step)
        && name == NameOf(step) ? step : -1;
}
