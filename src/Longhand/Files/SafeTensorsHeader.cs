using System.Text.Json;
using System.Text.Unicode;

namespace Longhand.Files;

/// <summary>
/// Reads the JSON header of a safetensors file, an object of name → {dtype, shape, data_offsets} with an optional
/// "__metadata__" of strings, and holds it to the format's rules before anyone touches the data: known types, rank ≤ 8,
/// byte ranges that match shape × type, follow each other without holes or overlaps, and end where the file ends.
/// <para>
/// The header is untrusted. It is walked token by token because a document model keeps the last of two equal keys and says
/// nothing; every product and sum is checked for overflow; and what is kept is proportional to the header's own bytes.
/// </para>
/// </summary>
internal ref struct SafeTensorsHeader
{
    public const int MaxRank = 8;

    private readonly string _path;
    private readonly long _dataStart, _dataLength;
    private readonly Dictionary<string, SafeTensorsEntry> _entries = new(StringComparer.Ordinal);
    private readonly Dictionary<string, string> _metadata = new(StringComparer.Ordinal);
    private Utf8JsonReader _json;

    private SafeTensorsHeader(string path, ReadOnlySpan<byte> header, long dataStart, long dataLength)
    {
        (_path, _dataStart, _dataLength) = (path, dataStart, dataLength);
        _json = new Utf8JsonReader(header, new JsonReaderOptions { MaxDepth = 4 });
    }

    /// <summary>The entries in the order of their data, and the metadata.</summary>
    /// <exception cref="BadFileException">The header breaks a rule of the format.</exception>
    public static (SafeTensorsEntry[] Entries, Dictionary<string, string> Metadata) Parse(
        string path, ReadOnlySpan<byte> header, long dataStart, long dataLength)
    {
        // Neither padding nor anything else may stand before the brace, so that files can be told apart by their ninth byte.
        if (header.IsEmpty || header[0] != (byte)'{') throw new BadFileException(path, "header", "a JSON object", "something else");
        if (!Utf8.IsValid(header)) throw new BadFileException(path, "header", "UTF-8 text", "bytes that are not UTF-8");
        var parser = new SafeTensorsHeader(path, header, dataStart, dataLength);
        try
        {
            parser.ReadObject();
        }
        catch (JsonException e)
        {
            throw new BadFileException(path, $"header: not valid JSON: {JsonProblem.Describe(e)}", e);
        }
        return (parser.InOrder(), parser._metadata);
    }

    private void ReadObject()
    {
        _json.Read();
        bool hasMetadata = false;
        while (NextName("header") is { } name)
        {
            if (name != "__metadata__")
            {
                if (!_entries.TryAdd(name, ReadEntry(name))) throw Duplicate("header", name);
                continue;
            }
            if (hasMetadata) throw Duplicate("header", name);
            hasMetadata = true;
            ReadMetadata();
        }
        _json.Read();                                    // throws if anything but white space follows the object
    }

    private void ReadMetadata()
    {
        Expect("__metadata__", JsonTokenType.StartObject, "an object of strings");
        while (NextName("__metadata__") is { } key)
        {
            Expect("__metadata__", JsonTokenType.String, "strings only");
            if (!_metadata.TryAdd(key, Unescaped("__metadata__"))) throw Duplicate("__metadata__", key);
        }
    }

    private SafeTensorsEntry ReadEntry(string name)
    {
        string at = $"tensor {BorderText.Quoted(name)}";
        string? type = null;
        int[]? shape = null;
        (long Begin, long End)? range = null;

        Expect(at, JsonTokenType.StartObject, "an object with dtype, shape and data_offsets");
        while (NextName(at) is { } key)
        {
            bool isNew = key switch
            {
                "dtype" => Set(ref type, ReadType(at)),
                "shape" => Set(ref shape, ReadShape(at)),
                "data_offsets" => range is null && (range = ReadRange(at)) is not null,
                _ => throw new BadFileException(_path, at, "the keys dtype, shape and data_offsets", BorderText.Quoted(key)),
            };
            if (!isNew) throw Duplicate(at, key);
        }
        if (type is null || shape is null || range is not var (begin, end))
        {
            string missing = type is null ? "dtype" : shape is null ? "shape" : "data_offsets";
            throw new BadFileException(_path, at, "the keys dtype, shape and data_offsets", $"no {missing}");
        }

        long bytes = ByteLength(at, type, shape);
        if (end - begin != bytes)
        {
            throw new BadFileException(_path, $"{at}: data_offsets",
                $"{bytes} bytes for {type} of shape [{string.Join(", ", shape)}]", $"{end - begin} ([{begin}, {end}])");
        }
        return new SafeTensorsEntry(name, type, shape, _dataStart + begin, bytes);
    }

    private static bool Set<T>(ref T? field, T value) where T : class
    {
        bool isNew = field is null;
        field = value;
        return isNew;
    }

    private string ReadType(string at)
    {
        Expect($"{at}: dtype", JsonTokenType.String, "a string");
        string type = Unescaped(at);
        if (SafeTensorsTypes.Width(type) == 0)
        {
            throw new BadFileException(_path, $"{at}: dtype", "a known type (F32, F16, BF16, F64, I64 …)", BorderText.Quoted(type));
        }
        return type;
    }

    private int[] ReadShape(string at)
    {
        at += ": shape";
        Expect(at, JsonTokenType.StartArray, "a list of sizes");
        Span<int> sizes = stackalloc int[MaxRank];
        int rank = 0;
        while (_json.Read() && _json.TokenType != JsonTokenType.EndArray)
        {
            if (rank == MaxRank) throw new BadFileException(_path, at, $"at most {MaxRank} sizes", "more");
            if (_json.TokenType != JsonTokenType.Number || !_json.TryGetInt32(out int size) || size < 0)
            {
                throw new BadFileException(_path, at, $"whole numbers from 0 to {int.MaxValue}", Token());
            }
            sizes[rank++] = size;
        }
        return sizes[..rank].ToArray();
    }

    private (long Begin, long End) ReadRange(string at)
    {
        at += ": data_offsets";
        Expect(at, JsonTokenType.StartArray, "a list of two offsets");
        long begin = ReadOffset(at);
        long end = ReadOffset(at);
        Expect(at, JsonTokenType.EndArray, "two offsets");
        if (begin > end || end > _dataLength)
        {
            throw new BadFileException(_path, at, $"0 ≤ begin ≤ end ≤ {_dataLength} (the bytes after the header)", $"[{begin}, {end}]");
        }
        return (begin, end);
    }

    private long ReadOffset(string at)
    {
        Expect(at, JsonTokenType.Number, "two offsets");
        return _json.TryGetInt64(out long offset) && offset >= 0
            ? offset
            : throw new BadFileException(_path, at, "whole numbers from 0", Token());
    }

    private readonly long ByteLength(string at, string type, int[] shape)
    {
        try
        {
            long bytes = SafeTensorsTypes.Width(type);
            foreach (int size in shape) bytes = checked(bytes * size);
            return bytes;
        }
        catch (OverflowException)
        {
            throw new BadFileException(_path, $"{at}: shape", "a size in bytes below 2⁶³", $"[{string.Join(", ", shape)}]");
        }
    }

    /// <summary>Sorted by position, each range must begin where the one before it ends, and the last must end with the file.</summary>
    private readonly SafeTensorsEntry[] InOrder()
    {
        // Empty tensors share their offset with the next one, so the length decides second; the name makes the order total.
        SafeTensorsEntry[] entries =
            [.. _entries.Values.OrderBy(e => e.Offset).ThenBy(e => e.ByteLength).ThenBy(e => e.Name, StringComparer.Ordinal)];
        long end = _dataStart;
        foreach (SafeTensorsEntry entry in entries)
        {
            if (entry.Offset != end)
            {
                throw new BadFileException(_path, $"tensor {BorderText.Quoted(entry.Name)}: data_offsets",
                    $"data from byte {end - _dataStart}, where the tensor before it ends",
                    $"{entry.Offset - _dataStart}, which leaves {(entry.Offset > end ? "a hole" : "an overlap")}");
            }
            end = entry.Offset + entry.ByteLength;
        }
        if (end != _dataStart + _dataLength)
        {
            throw new BadFileException(_path, "data", $"{end - _dataStart} bytes after the header", $"{_dataLength}");
        }
        return entries;
    }

    /// <summary>The next key of the object being read, or null at its end.</summary>
    private string? NextName(string at)
    {
        _json.Read();
        return _json.TokenType == JsonTokenType.EndObject ? null : Unescaped(at);
    }

    private void Expect(string at, JsonTokenType type, string expected)
    {
        _json.Read();
        if (_json.TokenType != type) throw new BadFileException(_path, at, expected, Token());
    }

    /// <summary>The text of a key or string; an escaped half of a surrogate pair has none.</summary>
    private readonly string Unescaped(string at)
    {
        try
        {
            return _json.GetString()!;
        }
        catch (InvalidOperationException)
        {
            throw new BadFileException(_path, at, "text", "an escape that is half a character (a lone surrogate)");
        }
    }

    private readonly string Token() => _json.TokenType switch
    {
        JsonTokenType.StartObject or JsonTokenType.EndObject => "an object",
        JsonTokenType.StartArray => "a list",
        JsonTokenType.EndArray => "the list's end",
        // Only the first bytes: a number may be as long as the header.
        _ => System.Text.Encoding.UTF8.GetString(_json.ValueSpan[..Math.Min(_json.ValueSpan.Length, 60)]),
    };

    private readonly BadFileException Duplicate(string at, string key) => new(_path, at, "each key once", $"{BorderText.Quoted(key)} twice");
}
