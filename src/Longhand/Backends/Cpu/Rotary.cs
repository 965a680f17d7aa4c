using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using Longhand.Numerics;

namespace Longhand.Backends.Cpu;

/// <content>Rotary positions, with the sines and cosines of a head size kept from call to call.</content>
public sealed partial class CpuBackend
{
    private readonly Dictionary<int, RotaryTable> _rotaryTables = [];

    public void Rotary(Storage y, Storage x, int rows, int period, int firstPosition, int heads, int headSize, bool inverse)
    {
        long length = (long)rows * heads * headSize;
        Floats ys = Kernel.Floats(y, length), xs = Kernel.Floats(x, length);
        RotaryTable table;
        lock (_rotaryTables)
        {
            int positions = firstPosition + Math.Min(period, rows);
            if (!_rotaryTables.TryGetValue(headSize, out table!) || table.Positions < positions)
                _rotaryTables[headSize] = table = new RotaryTable(headSize, Math.Max(positions, 2 * (table?.Positions ?? 0)));
        }
        _workers.For(rows, Kernel.Minimum((long)heads * headSize),
            new RotaryJob(ys, xs, table.Cosines, table.Sines, period, firstPosition, heads, headSize, inverse));
    }

    /// <summary>cos and sin of position·10000^(−2j/headSize) at [position, j], computed in double.</summary>
    private sealed class RotaryTable
    {
        public RotaryTable(int headSize, int positions)
        {
            int half = headSize / 2;
            (Positions, Cosines, Sines) = (positions, new Floats(positions * half), new Floats(positions * half));
            for (int j = 0; j < half; j++)
            {
                double frequency = StableMath.Power(10_000, -2.0 * j / headSize);
                for (int position = 0; position < positions; position++)
                {
                    Cosines[(position * half) + j] = (float)StableMath.Cos(position * frequency);
                    Sines[(position * half) + j] = (float)StableMath.Sin(position * frequency);
                }
            }
        }

        public int Positions { get; }
        public Floats Cosines { get; }
        public Floats Sines { get; }
    }

    private readonly struct RotaryJob(
        Floats y, Floats x, Floats cosines, Floats sines, int period, int firstPosition, int heads, int headSize, bool inverse)
        : IRangeJob
    {
        [MethodImpl(Kernel.Loop)]
        public void Run(int start, int end)
        {
            int half = headSize / 2;
            for (int row = start; row < end; row++)
            {
                long angles = (long)(firstPosition + (row % period)) * half;
                ref float cos = ref cosines.At(angles);
                ref float sin = ref sines.At(angles);
                for (int head = 0; head < heads; head++)
                {
                    long first = (((long)row * heads) + head) * headSize;
                    Turn(ref y.At(first), ref y.At(first + half), ref x.At(first), ref x.At(first + half),
                        ref cos, ref sin, half);
                }
            }
        }

        // (a, b) → (a·cos − b·sin, b·cos + a·sin)
        [MethodImpl(Kernel.Loop)]
        private void Turn(ref float y0, ref float y1, ref float x0, ref float x1, ref float cosine, ref float sine, int half)
        {
            for (int j = 0; j < half; j += Lanes.Count)
            {
                int at = Lanes.At(j, half);
                Vector512<float> a = Lanes.Load(ref x0, at, half), b = Lanes.Load(ref x1, at, half);
                Vector512<float> cos = Lanes.Load(ref cosine, at, half), sin = Lanes.Load(ref sine, at, half);
                if (inverse) sin = -sin;
                Lanes.Store(Vector512.FusedMultiplyAdd(a, cos, -(b * sin)), ref y0, at, half);
                Lanes.Store(Vector512.FusedMultiplyAdd(b, cos, a * sin), ref y1, at, half);
            }
        }
    }
}
