using System.Runtime.CompilerServices;

namespace Longhand.Backends.Cpu;

/// <summary>
/// 8-bit weights in the order in which a row is multiplied by them: panels of 64 columns while there are so many, then of 16, the last
/// filled up with zeros. In a panel the numbers of one k lie side by side, and k follows k, so that a panel is read from its first byte
/// to its last. Every panel begins a cache line, and their bytes stay where they are: kernels hold pointers into them.
/// </summary>
internal sealed class QuantizedStorage(int inputs, int outputs) : Storage(checked(inputs * outputs))
{
    public const int Wide = 64, Narrow = 16;

    private readonly sbyte[] _bytes = GC.AllocateUninitializedArray<sbyte>(checked((inputs * Padded(outputs)) + Kernel.CacheLine), pinned: true);

    public int Inputs { get; } = inputs;

    public int Outputs { get; } = outputs;

    /// <summary>One for each column, the filling included.</summary>
    public float[] Scales { get; } = new float[Padded(outputs)];

    public int Panels => (Outputs / Wide) + (Padded(Outputs % Wide) / Narrow);

    /// <summary>The first column of a panel, and how wide it is.</summary>
    public (int Column, int Width) Panel(int panel)
    {
        int wide = Outputs / Wide;
        return panel < wide ? (panel * Wide, Wide) : ((wide * Wide) + ((panel - wide) * Narrow), Narrow);
    }

    /// <summary>The panel that a column is in.</summary>
    public int PanelOf(int column)
    {
        int wide = Outputs / Wide;
        return column < wide * Wide ? column / Wide : wide + ((column - (wide * Wide)) / Narrow);
    }

    /// <summary>Where the panel that begins with this column begins.</summary>
    public unsafe sbyte* At(int column) => (sbyte*)Kernel.NextLine(Unsafe.AsPointer(ref _bytes[0])) + ((nint)column * Inputs);

    public static QuantizedStorage From(Storage storage) => storage as QuantizedStorage
        ?? throw new InvalidOperationException("The cpu backend was given weights that it did not quantize.");

    private static int Padded(int n) => (n + Narrow - 1) / Narrow * Narrow;
}
