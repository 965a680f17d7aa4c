using System.Runtime.CompilerServices;

namespace Longhand.Backends.Cpu;

/// <summary>
/// A <see cref="CopyLayout"/> made ready to run: axes of size 1 dropped, neighbours merged where both views step through them
/// as through one. An item of work is several rows: numbers along the last axis, for a few steps of the axis before it or, in
/// a transposition, of the axis along which x is contiguous.
/// </summary>
internal struct CopyPlan
{
    private const int TransposedRows = 16, NumbersPerItem = 4096;

    [InlineArray(8)]
    private struct Axes
    {
        private int _first;
    }

    private readonly int _rank, _yOffset, _xOffset, _rowAxisSize = 1, _rowsPerItem = 1;
    private Axes _sizes, _ySteps, _xSteps;                   // of the axes that number the items

    public CopyPlan(in CopyLayout layout)
    {
        (_yOffset, _xOffset) = (layout.YOffset, layout.XOffset);
        int rank = 0;
        for (int axis = 0; axis < layout.Sizes.Length; axis++)
        {
            (int size, int yStep, int xStep) = (layout.Sizes[axis], layout.YStrides[axis], layout.XStrides[axis]);
            if (size == 0) return;                           // Items stays 0
            if (size == 1) continue;
            if (rank > 0 && _ySteps[rank - 1] == size * yStep && _xSteps[rank - 1] == size * xStep) rank--;
            else _sizes[rank] = 1;
            (_sizes[rank], _ySteps[rank], _xSteps[rank]) = (_sizes[rank] * size, yStep, xStep);
            rank++;
        }

        (Length, YStep, XStep) = rank == 0 ? (1, 1, 1) : (_sizes[rank - 1], _ySteps[rank - 1], _xSteps[rank - 1]);
        _rank = Math.Max(0, rank - 1);
        if (YStep == 1 && XStep > 1)
        {
            int axis = _rank - 1;
            while (axis >= 0 && _xSteps[axis] != 1) axis--;
            if (axis >= 0)
            {
                Transposed = true;
                (int size, int yStep) = (_sizes[axis], _ySteps[axis]);
                for (; axis < _rank - 1; axis++)
                    (_sizes[axis], _ySteps[axis], _xSteps[axis]) = (_sizes[axis + 1], _ySteps[axis + 1], _xSteps[axis + 1]);
                (_sizes[axis], _ySteps[axis], _xSteps[axis]) = (size, yStep, 1);
            }
        }
        if (_rank > 0)
        {
            // The axis of the rows counts in items from here on.
            ref int size = ref _sizes[_rank - 1], yStep = ref _ySteps[_rank - 1], xStep = ref _xSteps[_rank - 1];
            (_rowAxisSize, RowYStep, RowXStep) = (size, yStep, xStep);
            _rowsPerItem = Transposed ? TransposedRows : Math.Max(1, NumbersPerItem / Length);
            size = (size + _rowsPerItem - 1) / _rowsPerItem;
            yStep *= _rowsPerItem;
            xStep *= _rowsPerItem;
        }
        Items = 1;
        for (int axis = 0; axis < _rank; axis++) Items *= _sizes[axis];
    }

    /// <summary>How many independent pieces there are; 0 if there is nothing to copy.</summary>
    public int Items { get; }

    /// <summary>About how many numbers an item copies.</summary>
    public readonly long ItemLength => (long)Length * Math.Min(_rowsPerItem, _rowAxisSize);

    /// <summary>How many numbers each row of an item has, and the distance between them in y and x.</summary>
    public int Length { get; }
    public int YStep { get; }
    public int XStep { get; }

    /// <summary>The distance between the rows of an item in y and x.</summary>
    public int RowYStep { get; }
    public int RowXStep { get; }

    /// <summary>The rows of an item are next to each other in x and each is contiguous in y.</summary>
    public bool Transposed { get; }

    /// <summary>The rows of an item; fewer at the end of the axis.</summary>
    public readonly int Rows(int item) =>
        _rank == 0 ? 1 : Math.Min(_rowsPerItem, _rowAxisSize - (item % _sizes[_rank - 1] * _rowsPerItem));

    /// <summary>Where an item begins in y and in x.</summary>
    public readonly (long Y, long X) Locate(int item)
    {
        (long y, long x) = (_yOffset, _xOffset);
        for (int axis = _rank - 1; axis >= 0; axis--)
        {
            (item, int index) = Math.DivRem(item, _sizes[axis]);
            y += (long)index * _ySteps[axis];
            x += (long)index * _xSteps[axis];
        }
        return (y, x);
    }

    /// <summary>Throws unless every index lies inside storages of these lengths: the loops do not look.</summary>
    public readonly void Check(int yLength, int xLength)
    {
        (long yLast, long xLast) = (_yOffset + ((long)(Length - 1) * YStep), _xOffset + ((long)(Length - 1) * XStep));
        for (int axis = 0; axis < _rank; axis++)
        {
            bool rows = axis == _rank - 1;
            long last = rows ? _rowAxisSize - 1 : _sizes[axis] - 1;
            yLast += last * (rows ? RowYStep : _ySteps[axis]);
            xLast += last * (rows ? RowXStep : _xSteps[axis]);
        }
        if (_yOffset < 0 || _xOffset < 0 || yLast >= yLength || xLast >= xLength)
            throw new ArgumentException($"A copy reaches element {yLast} of {yLength} and reads element {xLast} of {xLength}.");
    }
}
