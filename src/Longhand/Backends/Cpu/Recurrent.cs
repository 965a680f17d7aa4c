namespace Longhand.Backends.Cpu;

/// <content>
/// Recurrent layers over whole sequences. Steps follow each other, but sequences do not meet: each thread takes some of them through all
/// steps, so a layer is forked and joined once. U is packed once for all steps.
/// </content>
public sealed unsafe partial class CpuBackend
{
    /// <summary>Sequences that go through all steps together at most; it bounds what a thread needs to work in.</summary>
    private const int MostSequences = 4096;

    [ThreadStatic]
    private static float[]? t_packedWeights;

    public void Recurrent(Storage states, Storage saved, Storage x, Storage start, Storage weight, Storage? bias, in RecurrentSizes sizes)
    {
        (RecurrentCell cell, int T, int B, int H) = sizes;
        int G = sizes.Gates;
        fixed (float* s = Kernel.Floats(states, sizes.States * (T + 1L) * B * H))
        fixed (float* savedGates = Kernel.Floats(saved, (long)T * B * sizes.Saved * H))
        fixed (float* xs = Kernel.Floats(x, (long)T * B * G * H), starts = Kernel.Floats(start, (long)sizes.States * B * H))
        fixed (float* u = Kernel.Floats(weight, (long)H * G * H), biases = bias is null ? null : Kernel.Floats(bias, H))
        {
            for (int part = 0; part < sizes.States; part++)
                new Span<float>(starts + (nint)part * B * H, B * H).CopyTo(new Span<float>(s + (nint)part * (T + 1) * B * H, B * H));

            var job = new RecurrentForward { Sizes = sizes, States = s, Saved = savedGates, X = xs, U = u, Bias = biases };
            if (MatMulVectorWidth == 512) Run<Row512>(job);
            else if (MatMulVectorWidth == 256) Run<Row256>(job);
            else Run<Row128>(job);
        }

        void Run<TRow>(in RecurrentForward job) where TRow : struct, ITileRow<TRow>
        {
            float* room = Kernel.Aligned(ref t_packedWeights, PackedMatrix<TRow>.Room(H, G * H));
            var packed = new PackedMatrix<TRow>(room, job.U, G * H, 1, H, G * H);
            if (cell == RecurrentCell.Rnn) ForSequences(job.Sizes, new RecurrentJob<RnnCell, TRow>(job, packed));
            else if (cell == RecurrentCell.Lstm) ForSequences(job.Sizes, new RecurrentJob<LstmCell, TRow>(job, packed));
            else ForSequences(job.Sizes, new RecurrentJob<GruCell, TRow>(job, packed));
        }
    }

    public void RecurrentBackward(
        Storage dX, Storage dHidden, Storage dStart, Storage dStates, Storage states, Storage saved, Storage weight, in RecurrentSizes sizes)
    {
        (RecurrentCell cell, int T, int B, int H) = sizes;
        int G = sizes.Gates;
        long inputs = (long)T * B * G * H, all = sizes.States * (T + 1L) * B * H;
        fixed (float* dXs = Kernel.Floats(dX, inputs), dHiddens = Kernel.Floats(dHidden, inputs))
        fixed (float* dStarts = Kernel.Floats(dStart, (long)sizes.States * B * H))
        fixed (float* ds = Kernel.Floats(dStates, all), s = Kernel.Floats(states, all))
        fixed (float* savedGates = Kernel.Floats(saved, (long)T * B * sizes.Saved * H), u = Kernel.Floats(weight, (long)H * G * H))
        {
            var job = new RecurrentBack
            {
                Sizes = sizes,
                States = s,
                Saved = savedGates,
                U = u,
                DX = dXs,
                DHidden = dHiddens,
                DStart = dStarts,
                DStates = ds,
            };
            if (MatMulVectorWidth == 512) Run<Row512>(job);
            else if (MatMulVectorWidth == 256) Run<Row256>(job);
            else Run<Row128>(job);
        }

        void Run<TRow>(in RecurrentBack job) where TRow : struct, ITileRow<TRow>
        {
            float* room = Kernel.Aligned(ref t_packedWeights, PackedMatrix<TRow>.Room(G * H, H));
            var packed = new PackedMatrix<TRow>(room, job.U, 1, G * H, G * H, H);
            if (cell == RecurrentCell.Rnn) ForSequences(job.Sizes, new RecurrentBackwardJob<RnnCell, TRow>(job, packed));
            else if (cell == RecurrentCell.Lstm) ForSequences(job.Sizes, new RecurrentBackwardJob<LstmCell, TRow>(job, packed));
            else ForSequences(job.Sizes, new RecurrentBackwardJob<GruCell, TRow>(job, packed));
        }
    }

    /// <summary>
    /// Shares the sequences out, in equal blocks: one for each thread, since smaller ones would read U more often. They are multiples of four,
    /// for the tiles of a product have four rows at least, and two threads must not compute the same ones.
    /// </summary>
    private void ForSequences<TJob>(in RecurrentSizes sizes, TJob job) where TJob : struct, ISequencesJob
    {
        long work = (long)sizes.Steps * sizes.Batch * sizes.Width * sizes.Gates * sizes.Width;
        int blocks = (int)Math.Clamp(work / MatMulJob.Worthwhile(sizes.Batch), 1, Threads);
        int size = Math.Min((((sizes.Batch + blocks - 1) / blocks) + 3) & ~3, MostSequences);
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
        public float* States, Saved, X, U, Bias;
    }

    private readonly struct RecurrentJob<TCell, TRow>(RecurrentForward at, PackedMatrix<TRow> u) : ISequencesJob
        where TCell : struct, IRecurrentCell where TRow : struct, ITileRow<TRow>
    {
        public void Run(int first, int count)
        {
            (_, int T, int B, int H) = at.Sizes;
            int row = at.Sizes.Gates * H, savedRow = at.Sizes.Saved * H;
            nint cells = (nint)(T + 1) * B * H;
            fixed (float* sums = Kernel.Scratch(PackedMatrix<TRow>.MostRows * u.Width))
                for (int t = 0; t < T; t++)
                {
                    nint sequence = ((nint)t * B) + first;
                    float* before = at.States + (sequence * H), after = before + ((nint)B * H);

                    // A few sequences at a time, so that their sums are still in the first-level cache when the cell reads them.
                    for (int done = 0; done < count;)
                    {
                        (int start, int rows) = PackedMatrix<TRow>.Tile(count, done);
                        u.Multiply(sums, before + (nint)start * H, H, rows, null);
                        for (; done < start + rows; done++)
                        {
                            var step = new RecurrentStep
                            {
                                Hidden = after + (nint)done * H,
                                Cell = after + cells + (nint)done * H,
                                Saved = at.Saved + (sequence + done) * savedRow,
                                Sums = sums + (nint)(done - start) * u.Width,
                                X = at.X + (sequence + done) * row,
                                Bias = at.Bias,
                                HiddenBefore = before + (nint)done * H,
                                CellBefore = before + cells + (nint)done * H,
                            };
                            if (H >= Lanes.Count) TCell.Forward<LongRow>(step, H);
                            else TCell.Forward<ShortRow>(step, H);
                        }
                    }
                }
        }
    }

    private struct RecurrentBack
    {
        public RecurrentSizes Sizes;
        public float* DX, DHidden, DStart, DStates, States, Saved, U;
    }

    private readonly struct RecurrentBackwardJob<TCell, TRow>(RecurrentBack at, PackedMatrix<TRow> transposed) : ISequencesJob
        where TCell : struct, IRecurrentCell where TRow : struct, ITileRow<TRow>
    {
        public void Run(int first, int count)
        {
            (RecurrentCell kind, int T, int B, int H) = at.Sizes;
            int row = at.Sizes.Gates * H, savedRow = at.Sizes.Saved * H, wide = transposed.Width, size = checked(count * wide);
            nint cells = (nint)(T + 1) * B * H;
            bool hasDirect = kind == RecurrentCell.Gru, hasCell = at.Sizes.States == 2;
            float* through = hasDirect ? at.DHidden : at.DX;
            fixed (float* scratch = Kernel.Scratch(checked(4 * size)))
            {
                // What the step after sends back; the cell's in two buffers by turns, since a cell reads one while it writes the other.
                float* dNext = scratch, direct = scratch + size, dCellNext = scratch + (2 * size), dCellBefore = scratch + (3 * size);
                new Span<float>(scratch, 4 * size).Clear();
                for (int t = T - 1; t >= 0; t--)
                {
                    nint sequence = ((nint)t * B) + first;
                    nint before = sequence * H, after = before + ((nint)B * H);
                    for (int done = 0; done < count;)
                    {
                        (int start, int rows) = PackedMatrix<TRow>.Tile(count, done);
                        for (; done < start + rows; done++)
                        {
                            nint unit = (nint)done * H, wideUnit = (nint)done * wide;
                            var step = new RecurrentStepBack
                            {
                                DX = at.DX + (sequence + done) * row,
                                DHidden = at.DHidden + (sequence + done) * row,
                                Direct = direct + wideUnit,
                                DCellBefore = dCellBefore + wideUnit,
                                DState = at.DStates + after + unit,
                                DCellState = at.DStates + cells + after + unit,
                                DNext = dNext + wideUnit,
                                DCellNext = dCellNext + wideUnit,
                                Hidden = at.States + after + unit,
                                Cell = at.States + cells + after + unit,
                                HiddenBefore = at.States + before + unit,
                                CellBefore = at.States + cells + before + unit,
                                Saved = at.Saved + (sequence + done) * savedRow,
                            };
                            if (H >= Lanes.Count) TCell.Backward<LongRow>(step, H);
                            else TCell.Backward<ShortRow>(step, H);
                        }
                        nint tile = (nint)start * wide;
                        transposed.Multiply(dNext + tile, through + (sequence + start) * row, row, rows, hasDirect ? direct + tile : null);
                    }
                    float* swap = dCellNext;
                    dCellNext = dCellBefore;
                    dCellBefore = swap;
                }
                Begin(at.DStart + (nint)first * H, at.DStates + (nint)first * H, dNext, count, H, wide);
                if (hasCell) Begin(at.DStart + (nint)(B + first) * H, at.DStates + cells + (nint)first * H, dCellNext, count, H, wide);
            }
        }

        // The first state's gradient: its readers', and what the first step sends back.
        private static void Begin(float* dStart, float* dState, float* dNext, int rows, int n, int wide)
        {
            for (int r = 0; r < rows; r++, dStart += n, dState += n, dNext += wide)
                for (int i = 0; i < n; i++) dStart[i] = dState[i] + dNext[i];
        }
    }
}
