namespace Longhand.Backends.Reference;

/// <summary>Double-precision numbers in one managed array.</summary>
internal sealed class ReferenceStorage(double[] array) : Storage(array.Length)
{
    private readonly double[] _array = array;

    /// <summary>The numbers of a storage this backend made and still holds; anything else is a caller's mistake.</summary>
    public static double[] Of(Storage storage) => From(storage)._array;

    public static void Release(Storage storage) => From(storage).IsReleased = true;

    private static ReferenceStorage From(Storage storage)
    {
        if (storage is not ReferenceStorage own)
        {
            throw new InvalidOperationException(
                "The reference backend was given a storage of another backend; move the tensor first.");
        }
        if (own.IsReleased) throw new InvalidOperationException("This storage was handed back to the reference backend.");
        return own;
    }
}
