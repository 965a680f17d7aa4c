using static Longhand.Backends.Reference.ReferenceStorage;

namespace Longhand.Backends.Reference;

/// <summary>Recurrent layers, one number at a time in the order of the formulas.</summary>
public sealed partial class ReferenceBackend
{
    public void Recurrent(Storage states, Storage saved, Storage x, Storage start, Storage weight, Storage? bias, in RecurrentSizes sizes)
    {
        double[] s = Of(states), gates = Of(saved), xs = Of(x), u = Of(weight), biases = bias is null ? new double[sizes.Width] : Of(bias);
        (_, int T, int B, int H) = sizes;
        int G = sizes.Gates, cells = (T + 1) * B * H;
        for (int part = 0; part < sizes.States; part++) Array.Copy(Of(start), part * B * H, s, part * cells, B * H);
        for (int row = 0; row < T * B; row++)
            for (int j = 0; j < H; j++)
            {
                // before is where the state of this unit stood, after where it goes.
                int before = (row * H) + j, after = before + (B * H), saving = (row * 4 * H) + j;
                double X(int gate) => xs[(row * G * H) + (gate * H) + j];
                double Hidden(int gate) => DotState(s, u, row, H, G * H, (gate * H) + j);
                switch (sizes.Cell)
                {
                    case RecurrentCell.Rnn:
                        s[after] = Math.Tanh(X(0) + Hidden(0));
                        break;
                    case RecurrentCell.Lstm:
                        double i = Sigmoid(X(0) + Hidden(0)), f = Sigmoid(X(1) + Hidden(1)), g = Math.Tanh(X(2) + Hidden(2)), o = Sigmoid(X(3) + Hidden(3));
                        s[cells + after] = (f * s[cells + before]) + (i * g);
                        s[after] = o * Math.Tanh(s[cells + after]);
                        Save(gates, saving, H, i, f, g, o);
                        break;
                    default:
                        double r = Sigmoid(X(0) + Hidden(0)), z = Sigmoid(X(1) + Hidden(1)), q = biases[j] + Hidden(2), n = Math.Tanh(X(2) + (r * q));
                        s[after] = n + (z * (s[before] - n));
                        Save(gates, saving, H, r, z, n, q);
                        break;
                }
            }
    }

    public void RecurrentBackward(
        Storage dX, Storage dHidden, Storage dStart, Storage dStates, Storage states, Storage saved, Storage weight, in RecurrentSizes sizes)
    {
        double[] dXs = Of(dX), dHs = Of(dHidden), dStarts = Of(dStart), ds = Of(dStates), s = Of(states), gates = Of(saved), u = Of(weight);
        (_, int T, int B, int H) = sizes;
        int G = sizes.Gates, cells = (T + 1) * B * H;
        for (int b = 0; b < B; b++)
        {
            double[] dh = new double[H], dc = new double[H];
            for (int t = T; t >= 0; t--)
            {
                int slot = ((t * B) + b) * H, row = ((t - 1) * B) + b;
                for (int j = 0; j < H; j++)
                {
                    dh[j] += ds[slot + j];
                    if (sizes.States == 2) dc[j] += ds[cells + slot + j];
                }
                if (t == 0) break;
                double[] direct = new double[H];
                for (int j = 0; j < H; j++)
                {
                    int after = slot + j, before = after - (B * H), saving = (row * 4 * H) + j, into = (row * G * H) + j;
                    switch (sizes.Cell)
                    {
                        case RecurrentCell.Rnn:
                            dXs[into] = dh[j] * (1 - Square(s[after]));
                            break;
                        case RecurrentCell.Lstm:
                            double i = gates[saving], f = gates[saving + H], g = gates[saving + (2 * H)], o = gates[saving + (3 * H)];
                            double tanh = Math.Tanh(s[cells + after]), dCell = dc[j] + (dh[j] * o * (1 - Square(tanh)));
                            dXs[into] = dCell * g * i * (1 - i);
                            dXs[into + H] = dCell * s[cells + before] * f * (1 - f);
                            dXs[into + (2 * H)] = dCell * i * (1 - Square(g));
                            dXs[into + (3 * H)] = dh[j] * tanh * o * (1 - o);
                            dc[j] = dCell * f;
                            break;
                        default:
                            double r = gates[saving], z = gates[saving + H], n = gates[saving + (2 * H)], q = gates[saving + (3 * H)];
                            double dn = dh[j] * (1 - z) * (1 - Square(n));
                            dXs[into] = dHs[into] = dn * q * r * (1 - r);
                            dXs[into + H] = dHs[into + H] = dh[j] * (s[before] - n) * z * (1 - z);
                            dXs[into + (2 * H)] = dn;
                            dHs[into + (2 * H)] = dn * r;
                            direct[j] = dh[j] * z;
                            break;
                    }
                }
                double[] through = sizes.Cell == RecurrentCell.Gru ? dHs : dXs;
                for (int j = 0; j < H; j++)
                {
                    dh[j] = direct[j];
                    for (int k = 0; k < G * H; k++) dh[j] += through[(row * G * H) + k] * u[(j * G * H) + k];
                }
            }
            dh.CopyTo(dStarts, b * H);
            if (sizes.States == 2) dc.CopyTo(dStarts, (B + b) * H);
        }
    }

    // (h·U) of one row and column, h being the state before the step.
    private static double DotState(double[] states, double[] u, int row, int width, int columns, int column)
    {
        double sum = 0;
        for (int k = 0; k < width; k++) sum += states[(row * width) + k] * u[(k * columns) + column];
        return sum;
    }

    private static void Save(double[] saved, int at, int width, double first, double second, double third, double fourth) =>
        (saved[at], saved[at + width], saved[at + (2 * width)], saved[at + (3 * width)]) = (first, second, third, fourth);

    private static double Sigmoid(double x) => 1 / (1 + Math.Exp(-x));
}
