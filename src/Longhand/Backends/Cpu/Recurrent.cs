namespace Longhand.Backends.Cpu;

/// <content>
/// Recurrent layers over whole sequences. Steps follow each other, but sequences do not meet: each thread takes some of them through all steps,
/// so a layer is forked and joined once. U is packed once for all steps.
/// </content>
public sealed unsafe partial class CpuBackend
{
    [ThreadStatic]
    private static float[]? t_packedWeights;

    public void Recurrent(Storage states, Storage saved, Storage x, Storage start, Storage weight, Storage? bias, in RecurrentSizes sizes)
    {
        (RecurrentCell cell, int T, int B, int H) = sizes;
        int G = sizes.Gates;
        fixed (float* s = Kernel.Array(states, sizes.States * (T + 1L) * B * H), savedGates = Kernel.Array(saved, (long)T * B * sizes.Saved * H))
        fixed (float* xs = Kernel.Array(x, (long)T * B * G * H), starts = Kernel.Array(start, (long)sizes.States * B * H))
        fixed (float* u = Kernel.Array(weight, (long)H * G * H), biases = bias is null ? null : Kernel.Array(bias, H))
        {
            for (int part = 0; part < sizes.States; part++)
                new Span<float>(starts + (nint)part * B * H, B * H).CopyTo(new Span<float>(s + (nint)part * (T + 1) * B * H, B * H));

            // The third gate of a Gru multiplies h·U by another gate before it adds x, so that product stands alone.
            int together = cell == RecurrentCell.Gru ? 2 * H : G * H;
            float* room = Kernel.Aligned(ref t_packedWeights, H * G * H);
            var job = new RecurrentForward
            {
                Sizes = sizes,
                States = s,
                Saved = savedGates,
                X = xs,
                Bias = biases,
                U = new PackedMatrix(room, u, G * H, 1, H, together, MatMulVectorWidth),
                UAlone = new PackedMatrix(room + (nint)H * together, u + together, G * H, 1, H, (G * H) - together, MatMulVectorWidth),
                Together = together,
            };
            if (cell == RecurrentCell.Rnn) ForSequences(sizes, new RecurrentJob<RnnCell>(job));
            else if (cell == RecurrentCell.Lstm) ForSequences(sizes, new RecurrentJob<LstmCell>(job));
            else ForSequences(sizes, new RecurrentJob<GruCell>(job));
        }
    }

    public void RecurrentBackward(
        Storage dX, Storage dHidden, Storage dStart, Storage dStates, Storage states, Storage saved, Storage weight, in RecurrentSizes sizes)
    {
        (RecurrentCell cell, int T, int B, int H) = sizes;
        int G = sizes.Gates;
        long inputs = (long)T * B * G * H, all = sizes.States * (T + 1L) * B * H;
        fixed (float* dXs = Kernel.Array(dX, inputs), dHiddens = Kernel.Array(dHidden, inputs), dStarts = Kernel.Array(dStart, (long)sizes.States * B * H))
        fixed (float* ds = Kernel.Array(dStates, all), s = Kernel.Array(states, all), savedGates = Kernel.Array(saved, (long)T * B * sizes.Saved * H))
        fixed (float* u = Kernel.Array(weight, (long)H * G * H))
        {
            var job = new RecurrentBack
            {
                Sizes = sizes,
                States = s,
                Saved = savedGates,
                DX = dXs,
                DHidden = dHiddens,
                DStart = dStarts,
                DStates = ds,
                Transposed = new PackedMatrix(Kernel.Aligned(ref t_packedWeights, H * G * H), u, 1, G * H, G * H, H, MatMulVectorWidth),
            };
            if (cell == RecurrentCell.Rnn) ForSequences(sizes, new RecurrentBackwardJob<RnnCell>(job));
            else if (cell == RecurrentCell.Lstm) ForSequences(sizes, new RecurrentBackwardJob<LstmCell>(job));
            else ForSequences(sizes, new RecurrentBackwardJob<GruCell>(job));
        }
    }

    /// <summary>
    /// Shares the sequences out, in equal blocks that are multiples of four, the least number of rows that the kernels of products take. One block
    /// for each thread: smaller ones would read U more often.
    /// </summary>
    private void ForSequences<TJob>(in RecurrentSizes sizes, TJob job) where TJob : struct, ISequencesJob
    {
        long work = (long)sizes.Steps * sizes.Batch * sizes.Width * sizes.Gates * sizes.Width;
        int blocks = (int)Math.Clamp(work / MatMulJob.Worthwhile(sizes.Batch), 1, Threads);
        int size = (((sizes.Batch + blocks - 1) / blocks) + 3) & ~3;
        if (size > 0) _workers.For((sizes.Batch + size - 1) / size, 1, new BlocksOfSequences<TJob>(job, sizes.Batch, size));
    }

    private interface ISequencesJob
    {
        /// <summary>Takes so many sequences through all steps.</summary>
        void Run(int first, int count);
    }

    private readonly struct BlocksOfSequences<TJob>(TJob job, int batch, int size) : IRangeJob where TJob : struct, ISequencesJob
    {
        public void Run(int start, int end)
        {
            for (int block = start; block < end; block++) job.Run(block * size, Math.Min(size, batch - (block * size)));
        }
    }

    private struct RecurrentForward
    {
        public RecurrentSizes Sizes;
        public float* States, Saved, X, Bias;
        public PackedMatrix U, UAlone;
        public int Together;
    }

    private readonly struct RecurrentJob<TCell>(RecurrentForward at) : ISequencesJob where TCell : struct, IRecurrentCell
    {
        public void Run(int first, int count)
        {
            (_, int T, int B, int H) = at.Sizes;
            int row = at.Sizes.Gates * H, savedRow = at.Sizes.Saved * H;
            nint cells = (nint)(T + 1) * B * H;
            fixed (float* sums = Kernel.Scratch(count * row))
                for (int t = 0; t < T; t++)
                {
                    nint sequence = ((nint)t * B) + first;
                    float* before = at.States + (sequence * H), after = before + ((nint)B * H), x = at.X + (sequence * row);
                    at.U.Multiply(sums, row, before, count, x, row);
                    at.UAlone.Multiply(sums + at.Together, row, before, count, at.Bias, 0);
                    for (int r = 0; r < count; r++)
                    {
                        var step = new RecurrentStep
                        {
                            Hidden = after + (nint)r * H,
                            Cell = after + cells + (nint)r * H,
                            Saved = at.Saved + (sequence + r) * savedRow,
                            Sums = sums + (nint)r * row,
                            X = x + (nint)r * row,
                            HiddenBefore = before + (nint)r * H,
                            CellBefore = before + cells + (nint)r * H,
                        };
                        TCell.Forward(step, H);
                    }
                }
        }
    }

    private struct RecurrentBack
    {
        public RecurrentSizes Sizes;
        public float* DX, DHidden, DStart, DStates, States, Saved;
        public PackedMatrix Transposed;
    }

    private readonly struct RecurrentBackwardJob<TCell>(RecurrentBack at) : ISequencesJob where TCell : struct, IRecurrentCell
    {
        public void Run(int first, int count)
        {
            (RecurrentCell kind, int T, int B, int H) = at.Sizes;
            int row = at.Sizes.Gates * H, savedRow = at.Sizes.Saved * H, size = count * H;
            nint cells = (nint)(T + 1) * B * H;
            bool hasDirect = kind == RecurrentCell.Gru, hasCell = at.Sizes.States == 2;
            float* through = hasDirect ? at.DHidden : at.DX;
            fixed (float* scratch = Kernel.Scratch(4 * size))
            {
                // What the step after sends back; the cell's in two buffers by turns, since a cell reads one while it writes the other.
                float* dNext = scratch, direct = scratch + size, dCellNext = scratch + (2 * size), dCellBefore = scratch + (3 * size);
                new Span<float>(scratch, 4 * size).Clear();
                for (int t = T - 1; t >= 0; t--)
                {
                    nint sequence = ((nint)t * B) + first;
                    nint before = sequence * H, after = before + ((nint)B * H);
                    for (int r = 0; r < count; r++)
                    {
                        nint unit = (nint)r * H;
                        var step = new RecurrentStepBack
                        {
                            DX = at.DX + (sequence + r) * row,
                            DHidden = at.DHidden + (sequence + r) * row,
                            Direct = direct + unit,
                            DCellBefore = dCellBefore + unit,
                            DState = at.DStates + after + unit,
                            DCellState = at.DStates + cells + after + unit,
                            DNext = dNext + unit,
                            DCellNext = dCellNext + unit,
                            Hidden = at.States + after + unit,
                            Cell = at.States + cells + after + unit,
                            HiddenBefore = at.States + before + unit,
                            CellBefore = at.States + cells + before + unit,
                            Saved = at.Saved + (sequence + r) * savedRow,
                        };
                        TCell.Backward(step, H);
                    }
                    at.Transposed.Multiply(dNext, H, through + (sequence * row), count, hasDirect ? direct : null, H);
                    float* swap = dCellNext;
                    dCellNext = dCellBefore;
                    dCellBefore = swap;
                }
                Begin(at.DStart + (nint)first * H, at.DStates + (nint)first * H, dNext, size);
                if (hasCell) Begin(at.DStart + (nint)(B + first) * H, at.DStates + cells + (nint)first * H, dCellNext, size);
            }
        }

        // The first state's gradient: its readers', and what the first step sends back.
        private static void Begin(float* dStart, float* dState, float* dNext, int size)
        {
            for (int i = 0; i < size; i++) dStart[i] = dState[i] + dNext[i];
        }
    }
}
