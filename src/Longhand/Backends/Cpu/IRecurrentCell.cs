namespace Longhand.Backends.Cpu;

/// <summary>One sequence at one step, forward: where its numbers lie. The first two are written, and what a cell saves.</summary>
internal unsafe struct RecurrentStep
{
    public float* Hidden, Cell, Saved;

    /// <summary>h·U, and what the inputs give the gates.</summary>
    public float* Sums, X;

    /// <summary>One row for all sequences, of a Gru.</summary>
    public float* Bias;

    public float* HiddenBefore, CellBefore;
}

/// <summary>The same backward. dX, dHidden, Direct and DCellBefore are written.</summary>
internal unsafe struct RecurrentStepBack
{
    public float* DX, DHidden;

    /// <summary>What the state before gets without passing through U.</summary>
    public float* Direct;

    public float* DCellBefore;

    /// <summary>The gradient of the state after this step: what its readers sent, and what came back from the step after it.</summary>
    public float* DState, DCellState, DNext, DCellNext;

    public float* Hidden, Cell, HiddenBefore, CellBefore, Saved;
}

/// <summary>What a cell does to each unit, given its sums; <see cref="IBackend.Recurrent"/> has the formulas.</summary>
internal interface IRecurrentCell
{
    /// <summary>One row of n units forward. Nothing written overlaps what is read.</summary>
    static abstract void Forward<TLanes>(in RecurrentStep at, int n) where TLanes : struct, IRowLanes;

    /// <summary>One row of n units backward.</summary>
    static abstract void Backward<TLanes>(in RecurrentStepBack at, int n) where TLanes : struct, IRowLanes;
}
