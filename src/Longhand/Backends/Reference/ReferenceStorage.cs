namespace Longhand.Backends.Reference;

/// <summary>Double-precision numbers in one managed array.</summary>
internal sealed class ReferenceStorage(double[] array) : Storage(array.Length)
{
    public double[] Array { get; } = array;

    /// <summary>The numbers of a storage this backend made; anything else is a caller's mistake.</summary>
    public static double[] Of(Storage storage) => (storage as ReferenceStorage)?.Array
        ?? throw new InvalidOperationException(
            "The reference backend was given a storage of another backend; move the tensor first.");
}
