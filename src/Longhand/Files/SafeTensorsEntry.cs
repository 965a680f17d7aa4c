namespace Longhand.Files;

/// <summary>
/// One tensor in a safetensors file: its name, the format's name for its number type ("F32", "BF16" …), its shape, and where its
/// bytes lie in the file, counted from the file's start.
/// </summary>
public sealed record SafeTensorsEntry(string Name, string Type, IReadOnlyList<int> Shape, long Offset, long ByteLength)
{
    /// <summary>How many numbers it holds: the product of its shape; 1 for a scalar, whose shape is empty.</summary>
    public long Length { get; } = ByteLength / SafeTensorsTypes.Width(Type);

    /// <summary>"name F32 (2, 3)", for messages and lists.</summary>
    public override string ToString() => $"{BorderText.OneLine(Name, 60)} {Type} ({string.Join(", ", Shape)})";
}

/// <summary>The number types of the safetensors format and their widths in bytes. Left out: types narrower than a byte.</summary>
internal static class SafeTensorsTypes
{
    /// <summary>Bytes per number, or 0 for a type that is not known.</summary>
    public static int Width(string type) => type switch
    {
        "BOOL" or "U8" or "I8" or "F8_E4M3" or "F8_E5M2" or "F8_E8M0" => 1,
        "U16" or "I16" or "F16" or "BF16" => 2,
        "U32" or "I32" or "F32" => 4,
        "U64" or "I64" or "F64" or "C64" => 8,
        _ => 0,
    };
}
