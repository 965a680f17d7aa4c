using Longhand.Files;

namespace Longhand.Tests;

public sealed class CheckpointFolderTests : IDisposable
{
    private static readonly string[] FileNames = ["manifest.json", "model.safetensors", "optimizer.safetensors", "state.json"];

    private readonly TemporaryFolder _run = new();
    private readonly List<string> _warnings = [];

    public void Dispose() => _run.Dispose();

    private string Save(int step, string content = "", int keep = 2) => CheckpointFolder.Save(
        _run.Path, step,
        [
            ("model.safetensors", stream => stream.Write(new byte[100_000])),
            ("optimizer.safetensors", stream => SafeTensorsWriter.Write(stream, [("m", [3])], _ => new float[] { step, 2, 3 })),
            ("state.json", stream => stream.Write(System.Text.Encoding.UTF8.GetBytes($"state of {step} {content}"))),
        ],
        new Dictionary<string, string> { ["config"] = $"hash of {step}", ["cursor \"é\u2028\""] = "12" }, keep);

    private StoredCheckpoint? Load()
    {
        _warnings.Clear();
        return CheckpointFolder.LoadNewest(_run.Path, _warnings.Add);
    }

    private string[] Folders() => [.. Directory.GetDirectories(_run["checkpoints"]).Select(f => Path.GetFileName(f)!).Order(StringComparer.Ordinal)];

    private string Step(int step) => Path.Combine(_run["checkpoints"], $"step-{step:D6}");

    private string Step(int step, string file) => Path.Combine(Step(step), file);

    [Fact]
    public void What_was_saved_is_loaded()
    {
        Assert.Null(Load());
        Assert.Equal(Step(500), Save(500));
        StoredCheckpoint loaded = Load()!;
        Assert.Equal((500, Save(500)), (loaded.Step, loaded.Folder));
        Assert.Equal("hash of 500", loaded.Field("config"));
        Assert.Equal("12", loaded.Fields["cursor \"é\u2028\""]);
        Assert.StartsWith("state of 500", File.ReadAllText(loaded["state.json"]), StringComparison.Ordinal);
        Assert.Equal(FileNames, Directory.GetFiles(loaded.Folder).Select(f => Path.GetFileName(f)!).Order(StringComparer.Ordinal));
        Assert.Contains("\"seed\"", Assert.Throws<BadFileException>(() => loaded.Field("seed")).Message, StringComparison.Ordinal);
        Assert.Empty(_warnings);
    }

    [Fact]
    public void The_manifest_is_readable_and_the_same_every_time()
    {
        string folder = CheckpointFolder.Save(
            _run.Path, 7, [("a.txt", stream => stream.Write("abc"u8))], new Dictionary<string, string> { ["z"] = "1", ["b"] = "2" });
        const string Template =
            """
            {
              "step": 7,
              "fields": {
                "b": "2",
                "z": "1"
              },
              "files": [
                {
                  "name": "a.txt",
                  "bytes": 3,
                  "sha256": "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"
                }
              ],
              "sha256": "DIGEST"
            }

            """;
        string text = Template.ReplaceLineEndings("\n");
        string digest = Sha256.Of(System.Text.Encoding.UTF8.GetBytes(text.Replace("DIGEST", "", StringComparison.Ordinal)));
        Assert.Equal(text.Replace("DIGEST", digest, StringComparison.Ordinal), File.ReadAllText(Path.Combine(folder, "manifest.json")));
    }

    [Fact]
    public void Only_the_newest_are_kept()
    {
        foreach (int step in (int[])[100, 200, 999_999, 1_000_000]) Save(step);
        Assert.Equal(["step-1000000", "step-999999"], Folders());
        Assert.Equal(1_000_000, Load()!.Step);
        Save(1_000_001, keep: 1);
        Assert.Equal(["step-1000001"], Folders());
    }

    [Fact]
    public void Steps_that_were_fallen_back_past_go_when_the_run_saves_again()
    {
        foreach (int step in (int[])[100, 200, 300]) Save(step, keep: 3);
        Flip(Step(300, "state.json"));
        Assert.Equal(200, Load()!.Step);
        Save(250);
        Assert.Equal(["step-000200", "step-000250"], Folders());
    }

    [Fact]
    public void A_step_saved_again_replaces_the_first()
    {
        Save(100);
        Save(100, "again");
        Assert.Equal("state of 100 again", File.ReadAllText(Load()!["state.json"]));
        Assert.Equal(["step-000100"], Folders());
    }

    [Fact]
    public void A_kill_between_the_two_renames_of_a_replacement_loses_nothing()
    {
        string replaced = Path.Combine(_run["checkpoints"], ".replaced-step-000200");
        Save(100);
        Directory.Move(Save(200), replaced);
        Assert.Equal((200, replaced), (Load()!.Step, Load()!.Folder));
        Save(200, "again");
        Assert.Equal("state of 200 again", File.ReadAllText(Load()!["state.json"]));
        Assert.Equal(["step-000100", "step-000200"], Folders());

        Directory.CreateDirectory(replaced);                                // killed after the second rename, while deleting
        Assert.Equal(Step(200), Load()!.Folder);
        Save(200, "third");
        Assert.Equal("state of 200 third", File.ReadAllText(Load()!["state.json"]));
        Assert.Equal(["step-000100", "step-000200"], Folders());
    }

    [Fact]
    public void A_kill_while_saving_leaves_the_checkpoint_before()
    {
        Save(100);
        // All states a save goes through before the rename: each file missing or half written, the manifest last.
        string whole = Save(200);
        for (int files = 0; files <= FileNames.Length; files++)
        {
            string half = Directory.CreateDirectory(_run[$"checkpoints/.tmp-{files}"]).FullName;
            foreach (string name in FileNames.Reverse().Take(files)) File.Copy(Path.Combine(whole, name), Path.Combine(half, name));
            if (files < FileNames.Length) File.WriteAllText(Path.Combine(half, FileNames[^(files + 1)]), "ha");
        }
        Directory.Delete(whole, recursive: true);
        Assert.Equal(100, Load()!.Step);
        Assert.Empty(_warnings);
        Save(300);
        Assert.Equal(["step-000100", "step-000300"], Folders());
    }

    [Fact]
    public void Only_half_saved_checkpoints_count_as_none()
    {
        Directory.CreateDirectory(_run["checkpoints/.tmp-0123"]);
        Directory.CreateDirectory(_run["checkpoints/notes"]);
        Directory.CreateDirectory(_run["checkpoints/step-12"]);
        Assert.Null(Load());
    }

    public static TheoryData<string, string, Action<string>> Damages() => new()
    {
        { "missing manifest", "manifest.json: there is no such file", f => File.Delete(Path.Combine(f, "manifest.json")) },
        { "empty manifest", "manifest.json: it is not", f => File.WriteAllText(Path.Combine(f, "manifest.json"), "") },
        { "manifest of something else", "manifest.json: it is not", f => File.WriteAllText(Path.Combine(f, "manifest.json"), "[{}]") },
        { "huge manifest", "manifest.json: length", f => File.WriteAllBytes(Path.Combine(f, "manifest.json"), new byte[2_000_000]) },
        { "field changed", "sha256: it does not fit", f => Edit(f, "hash of 200", "hash of 201") },
        { "length changed", "sha256: it does not fit", f => Edit(f, "100000", "100001") },
        { "name that leaves the folder", "plain names", f => Edit(f, "model.safetensors", "../../x") },
        { "name twice", "plain names", f => Edit(f, "optimizer.safetensors", "model.safetensors") },
        { "nested too deep", "manifest.json: it is not", f => Edit(f, "[", "[[[[[[") },
        { "missing file", "state.json: there is no such file, but the manifest lists it", f => File.Delete(Path.Combine(f, "state.json")) },
        { "truncated", "model.safetensors: length: expected 100000 bytes, found 99999", f => Cut(Path.Combine(f, "model.safetensors")) },
        { "bit flip", "model.safetensors: SHA-256: expected", f => Flip(Path.Combine(f, "model.safetensors")) },
        { "swapped", "length: expected", f => Swap(Path.Combine(f, "model.safetensors"), Path.Combine(f, "optimizer.safetensors")) },
        { "folder for a file", "state.json: there is no such file", f => PutFolder(Path.Combine(f, "state.json")) },
        { "renamed folder", "step: expected 999, as the folder is named, found 200", f => Directory.Move(f, f.Replace("000200", "000999")) },
    };

    [Theory]
    [MemberData(nameof(Damages))]
    public void A_damaged_checkpoint_is_passed_over_with_a_word(string what, string expected, Action<string> damage)
    {
        Save(100);
        damage(Save(200));
        Assert.Equal(100, Load()!.Step);
        string warning = Assert.Single(_warnings);
        Assert.Contains(expected, warning, StringComparison.Ordinal);
        Assert.EndsWith("Falling back to the checkpoint of step 100.", warning, StringComparison.Ordinal);

        Directory.Delete(Step(100), recursive: true);
        BadFileException e = Assert.Throws<BadFileException>(Load);
        Assert.Contains(expected, e.Message, StringComparison.Ordinal);
        Assert.Contains("no checkpoint is whole", e.Message, StringComparison.Ordinal);
        Assert.Empty(_warnings);
        Assert.NotEmpty(what);
    }

    [Fact]
    public void No_bit_of_a_manifest_can_flip_unnoticed()
    {
        string folder = Save(100), path = Step(100, "manifest.json");
        byte[] bytes = File.ReadAllBytes(path);
        for (int i = 0; i < bytes.Length; i++)
        {
            bytes[i] ^= (byte)(1 << (i % 8));
            TemporaryFolder.Overwrite(path, bytes);
            Assert.Throws<BadFileException>(() => CheckpointManifest.Verify(folder, 100));
            bytes[i] ^= (byte)(1 << (i % 8));
        }
        TemporaryFolder.Overwrite(path, bytes);
        Assert.Equal(100, CheckpointManifest.Verify(folder, 100).Step);
    }

    [Fact]
    public void Files_of_equal_length_that_were_swapped_are_noticed()
    {
        Save(100);
        Save(200);
        Swap(Step(100, "optimizer.safetensors"), Step(200, "optimizer.safetensors"));
        string message = Assert.Throws<BadFileException>(Load).Message;
        Assert.Contains("step-000100", message, StringComparison.Ordinal);
        Assert.Contains("step-000200", message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void A_save_that_fails_midway_leaves_everything_as_it_was(bool sameStep)
    {
        Save(100);
        Save(200);
        string[] before = _run.Files();
        int step = sameStep ? 200 : 300;
        foreach (Exception failure in (Exception[])[new IOException("No space left on device", 28), new InvalidOperationException("a bug")])
        {
            Exception thrown = Assert.ThrowsAny<Exception>(() => CheckpointFolder.Save(
                _run.Path, step, [("a", stream => stream.Write(new byte[200_000])), ("b", _ => throw failure)], new Dictionary<string, string>()));
            Assert.Same(failure, thrown is WriteFailedException ? thrown.InnerException : thrown);
            if (failure is IOException)
            {
                Assert.Equal($"Cannot write {Step(step)}: no space is left on the disk. "
                    + "Free some, or choose another place.", thrown.Message);
            }
            Assert.Equal(before, _run.Files());
            Assert.Equal(200, Load()!.Step);
        }
    }

    [Fact]
    public void Names_that_could_leave_the_folder_or_collide_are_refused()
    {
        string[] bad = ["", ".", "..", "../x", "a/b", "a\\b", "/x", "C:x", ".hidden", "manifest.json", "MANIFEST.json"];
        foreach (string name in bad) Refused([name]);
        Refused(["a", "A"]);
        Assert.Empty(Folders());

        void Refused(string[] names) => Assert.Throws<ArgumentException>(() => CheckpointFolder.Save(
            _run.Path, 1, [.. names.Select(name => (name, (Action<Stream>)(_ => { })))], new Dictionary<string, string>()));
    }

    [Fact]
    public void A_place_that_cannot_be_written_is_reported()
    {
        File.WriteAllText(_run["checkpoints"], "a file is in the way");
        Assert.Throws<WriteFailedException>(() => Save(100));
        if (!OperatingSystem.IsLinux()) return;
        // Nobody can make folders there, not even root, whom a folder's permissions do not stop.
        Assert.Throws<WriteFailedException>(() => CheckpointFolder.Save("/proc/run", 1, [], new Dictionary<string, string>()));
    }

    private static void Edit(string folder, string from, string to)
    {
        string path = Path.Combine(folder, "manifest.json"), text = File.ReadAllText(path);
        Assert.Contains(from, text, StringComparison.Ordinal);
        File.WriteAllText(path, text.Replace(from, to, StringComparison.Ordinal));
    }

    private static void PutFolder(string path)
    {
        File.Delete(path);
        Directory.CreateDirectory(path);
    }

    private static void Cut(string path)
    {
        using FileStream stream = File.OpenWrite(path);
        stream.SetLength(stream.Length - 1);
    }

    private static void Flip(string path)
    {
        byte[] bytes = File.ReadAllBytes(path);
        bytes[bytes.Length / 2] ^= 0x10;
        File.WriteAllBytes(path, bytes);
    }

    private static void Swap(string first, string second)
    {
        File.Move(first, first + ".x");
        File.Move(second, first);
        File.Move(first + ".x", second);
    }
}
