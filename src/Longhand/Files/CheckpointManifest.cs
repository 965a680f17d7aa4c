using System.Buffers;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace Longhand.Files;

/// <summary>One file of a checkpoint as its manifest knows it.</summary>
internal sealed record CheckpointFile(string Name, long Bytes, string Digest);

/// <summary>
/// What a checkpoint consists of: the step, the caller's fields, and each file's name, length and SHA-256. It ends with a SHA-256
/// of its own content, since a flipped bit in a field would otherwise go unnoticed.
/// </summary>
internal sealed record CheckpointManifest(int Step, IReadOnlyDictionary<string, string> Fields, IReadOnlyList<CheckpointFile> Files)
{
    public const string FileName = "manifest.json";
    private const long MaxBytes = 1 << 20;

    /// <summary>The manifest as JSON; the same content always gives the same bytes.</summary>
    public byte[] Encode() => Encode(Sha256.Of(Encode(digest: "")));

    /// <summary>Reads a checkpoint folder's manifest and holds the folder's files against it.</summary>
    /// <exception cref="BadFileException">The manifest or a file is missing, damaged, or of another step.</exception>
    public static CheckpointManifest Verify(string folder, int step)
    {
        CheckpointManifest manifest = Read(Path.Combine(folder, FileName));
        if (manifest.Step != step)
        {
            throw new BadFileException(Path.Combine(folder, FileName), "step", $"{step}, as the folder is named", $"{manifest.Step}");
        }
        foreach (CheckpointFile file in manifest.Files) Verify(Path.Combine(folder, file.Name), file);
        return manifest;
    }

    /// <summary>
    /// Names stay inside the folder on every system and can be told apart on those that ignore case; the manifest's own is taken.
    /// </summary>
    public static bool IsUsable(string name, IEnumerable<string> others) =>
        name.Length is > 0 and <= 100 && name[0] != '.' && name.All(c => char.IsAsciiLetterOrDigit(c) || c is '.' or '-' or '_')
        && !others.Append(FileName).Contains(name, StringComparer.OrdinalIgnoreCase);

    private static void Verify(string path, CheckpointFile file)
    {
        var info = new FileInfo(path);
        if (!info.Exists) throw new BadFileException(path, "there is no such file, but the manifest lists it.");
        if (info.Length != file.Bytes) throw new BadFileException(path, "length", $"{file.Bytes} bytes", $"{info.Length}");
        string digest = Sha256.OfFile(path);
        if (digest != file.Digest) throw new BadFileException(path, "SHA-256", file.Digest, digest);
    }

    private static CheckpointManifest Read(string path)
    {
        try
        {
            if (new FileInfo(path) is { Exists: true, Length: > MaxBytes } large)
            {
                throw new BadFileException(path, "length", $"at most {MaxBytes} bytes", $"{large.Length}");
            }
            byte[] bytes = File.ReadAllBytes(path);
            CheckpointManifest manifest = Parse(path, bytes);
            // Whatever the parser lets pass, only the bytes that this content is written as are accepted.
            if (!manifest.Encode().AsSpan().SequenceEqual(bytes))
            {
                throw new BadFileException(path, "sha256: it does not fit the content; the manifest was changed after it was written.");
            }
            return manifest;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw BadFileException.Unreadable(path, e);
        }
    }

    private static CheckpointManifest Parse(string path, byte[] bytes)
    {
        try
        {
            var options = new JsonDocumentOptions { MaxDepth = 4, AllowDuplicateProperties = false };
            using JsonDocument document = JsonDocument.Parse(bytes, options);
            JsonElement root = document.RootElement;
            var files = new List<CheckpointFile>();
            foreach (JsonElement file in root.GetProperty("files").EnumerateArray())
            {
                string name = StringOf(file, "name");
                if (!IsUsable(name, files.Select(f => f.Name)))
                {
                    throw new BadFileException(path, "files", "plain names, each once", BorderText.Quoted(name));
                }
                files.Add(new CheckpointFile(name, file.GetProperty("bytes").GetInt64(), StringOf(file, "sha256")));
            }
            var fields = root.GetProperty("fields").EnumerateObject().ToDictionary(
                field => field.Name, field => field.Value.GetString() ?? "", StringComparer.Ordinal);
            return new CheckpointManifest(root.GetProperty("step").GetInt32(), fields, files);
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException or KeyNotFoundException or FormatException)
        {
            throw new BadFileException(path, $"it is not a checkpoint's manifest: {JsonProblem.Describe(e)}", e);
        }

        static string StringOf(JsonElement element, string name) => element.GetProperty(name).GetString() ?? "";
    }

    private byte[] Encode(string digest)
    {
        var options = new JsonWriterOptions { Indented = true, NewLine = "\n", Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };
        var json = new ArrayBufferWriter<byte>();
        using (var writer = new Utf8JsonWriter(json, options))
        {
            writer.WriteStartObject();
            writer.WriteNumber("step", Step);
            writer.WriteStartObject("fields");
            foreach ((string key, string value) in Fields.OrderBy(field => field.Key, StringComparer.Ordinal))
            {
                writer.WriteString(BorderText.WellFormed(key), BorderText.WellFormed(value));
            }
            writer.WriteEndObject();
            writer.WriteStartArray("files");
            foreach (CheckpointFile file in Files)
            {
                writer.WriteStartObject();
                writer.WriteString("name", file.Name);
                writer.WriteNumber("bytes", file.Bytes);
                writer.WriteString("sha256", file.Digest);
                writer.WriteEndObject();
            }
            writer.WriteEndArray();
            writer.WriteString("sha256", digest);
            writer.WriteEndObject();
        }
        return [.. json.WrittenSpan, (byte)'\n'];
    }
}
