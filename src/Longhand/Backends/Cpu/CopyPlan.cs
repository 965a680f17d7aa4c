using System.Runtime.CompilerServices;

namespace Longhand.Backends.Cpu;

/// <summary>
/// A <see cref="CopyLayout"/> made ready to run: axes of size 1 dropped, neighbours merged where both views step through them
/// as through one, the last axis (or, in a transposition, the last two) taken as the work of one item, and the items numbered.
/// </summary>
internal struct CopyPlan
{
    private const int TileSize = 16;

    [InlineArray(8)]
    private struct Axes
    {
        private int _first;
    }

    private readonly int _rank, _yOffset, _xOffset, _tileAxisSize, _tilesPerAxis;
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
        Items = 1;
        _tilesPerAxis = 1;
        if (YStep == 1 && XStep > 1)
        {
            for (int axis = 0; axis < _rank && !Tiled; axis++)
            {
                if (_xSteps[axis] != 1) continue;
                // The axis along which x is contiguous becomes the last of the numbered ones, in tiles.
                Tiled = true;
                (_tileAxisSize, TileYStep) = (_sizes[axis], _ySteps[axis]);
                for (int next = axis + 1; next < _rank; next++)
                    (_sizes[next - 1], _ySteps[next - 1], _xSteps[next - 1]) = (_sizes[next], _ySteps[next], _xSteps[next]);
                _tilesPerAxis = (_tileAxisSize + TileSize - 1) / TileSize;
                (_sizes[_rank - 1], _ySteps[_rank - 1], _xSteps[_rank - 1]) = (_tilesPerAxis, TileSize * TileYStep, TileSize);
            }
        }
        for (int axis = 0; axis < _rank; axis++) Items *= _sizes[axis];
        ItemLength = (long)Length * (Tiled ? TileSize : 1);
    }

    /// <summary>How many independent pieces there are; 0 if there is nothing to copy.</summary>
    public int Items { get; }

    /// <summary>About how many numbers an item copies.</summary>
    public long ItemLength { get; }

    /// <summary>How many numbers each row of an item has, and the distance between them in y and x.</summary>
    public int Length { get; }
    public int YStep { get; }
    public int XStep { get; }

    /// <summary>An item is several rows, next to each other in x and this far from each other in y.</summary>
    public bool Tiled { get; }
    public int TileYStep { get; }

    /// <summary>The rows of an item's tile; fewer at the end of the axis.</summary>
    public readonly int TileRows(int item) => Math.Min(TileSize, _tileAxisSize - (item % _tilesPerAxis * TileSize));

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
            bool tiles = Tiled && axis == _rank - 1;
            long last = tiles ? _tileAxisSize - 1 : _sizes[axis] - 1;
            yLast += last * (tiles ? TileYStep : _ySteps[axis]);
            xLast += last * (tiles ? 1 : _xSteps[axis]);
        }
        if (_yOffset < 0 || _xOffset < 0 || yLast >= yLength || xLast >= xLength)
            throw new ArgumentException($"A copy reaches element {yLast} of {yLength} and reads element {xLast} of {xLength}.");
    }
}
