using Longhand.Backends;

namespace Longhand.Bits;

/// <summary>Recurrent layers: each kind of cell over a few steps, forward, and backward from the states that it made.</summary>
public static partial class KernelTable
{
    private static IEnumerable<KernelCase> Recurrent((int Steps, int Batch, int Width)[] sizes)
    {
        foreach (RecurrentCell cell in Enum.GetValues<RecurrentCell>())
            foreach ((int steps, int batch, int width) in sizes)
            {
                string name = $"{cell} {steps}×{batch}×{width}";
                var shape = new RecurrentSizes(cell, steps, batch, width);
                // Rounding is multiplied by the weights of each step.
                double tolerance = SummingOver(width) * Math.Max(1, steps);
                yield return new KernelCase(nameof(IBackend.Recurrent), name, tolerance, t => States(t, shape));
                yield return new KernelCase(nameof(IBackend.RecurrentBackward), name, tolerance * 5, t =>
                {
                    int inputs = steps * batch * shape.Gates * width;
                    (Storage states, Storage saved, Storage weight) = States(t, shape);
                    Storage dX = t.Output(inputs), dHidden = cell == RecurrentCell.Gru ? t.Output(inputs) : dX;
                    t.Backend.RecurrentBackward(
                        dX, dHidden, t.Output(shape.States * batch * width), t.Input(shape.States * (steps + 1) * batch * width), states, saved, weight, shape);
                });
            }
    }

    private static (Storage States, Storage Saved, Storage Weight) States(Trial t, RecurrentSizes s)
    {
        Storage states = t.Output(s.States * (s.Steps + 1) * s.Batch * s.Width), saved = t.Output(s.Steps * s.Batch * s.Saved * s.Width);
        Storage weight = t.Input(s.Width * s.Gates * s.Width, scale: 1 / MathF.Sqrt(Math.Max(s.Width, 1)));
        t.Backend.Recurrent(
            states, saved, t.Input(s.Steps * s.Batch * s.Gates * s.Width), t.Input(s.States * s.Batch * s.Width), weight,
            s.Cell == RecurrentCell.Gru ? t.Input(s.Width) : null, s);
        return (states, saved, weight);
    }
}
