namespace Longhand.Scalar;

/// <summary>
/// Every operation, forward and backward on one line: its result y, then for each input the local derivative, how fast y grows with
/// that input while the others stand still. The chain rule itself is not here: it is the same for all operations, two lines
/// in <see cref="Tape"/>. What is composed of these (a mean, a square root as a power, a softmax) needs no rule of its own.
/// <para>Exponential, logarithm and tanh are the platform's, so their last digit may differ between machines.</para>
/// </summary>
public readonly partial struct Value
{
    /// <summary>y = a + b; dy/da = 1 and dy/db = 1: a sum passes the gradient on as it is.</summary>
    public static Value operator +(Value a, Value b) => a.Tape.Record(Operation.Add, a.Data + b.Data, a, da: 1, b, db: 1);

    /// <summary>y = a − b; dy/da = 1 and dy/db = −1.</summary>
    public static Value operator -(Value a, Value b) => a.Tape.Record(Operation.Subtract, a.Data - b.Data, a, da: 1, b, db: -1);

    /// <summary>y = a·b; dy/da = b and dy/db = a: each factor's derivative is the other one.</summary>
    public static Value operator *(Value a, Value b)
    {
        (double x, double z) = (a.Data, b.Data);
        return a.Tape.Record(Operation.Multiply, x * z, a, da: z, b, db: x);
    }

    /// <summary>y = a/b; dy/da = 1/b, and dy/db = −a/b² because (1/b)′ = −1/b².</summary>
    public static Value operator /(Value a, Value b)
    {
        (double x, double z) = (a.Data, b.Data);
        return a.Tape.Record(Operation.Divide, x / z, a, da: 1 / z, b, db: -x / (z * z));
    }

    /// <summary>y = −a; dy/da = −1.</summary>
    public static Value operator -(Value a) => a.Tape.Record(Operation.Negate, -a.Data, a, da: -1);

    /// <summary>
    /// y = aⁿ for a fixed n, whole or not; dy/da = n·aⁿ⁻¹. An exponent that is itself to be learned is (n · a.Log()).Exp().
    /// </summary>
    public Value Power(double n)
    {
        double a = Data;
        return Tape.Record(Operation.Power, Math.Pow(a, n), this, da: n == 0 ? 0 : n * Math.Pow(a, n - 1), Tape.Constant(n), db: 0);
    }

    /// <summary>y = eᵃ; dy/da = y: the function that is its own derivative.</summary>
    public Value Exp()
    {
        double y = Math.Exp(Data);
        return Tape.Record(Operation.Exp, y, this, da: y);
    }

    /// <summary>y = ln a; dy/da = 1/a.</summary>
    public Value Log()
    {
        double a = Data;
        return Tape.Record(Operation.Log, Math.Log(a), this, da: 1 / a);
    }

    /// <summary>y = tanh a; dy/da = 1 − y².</summary>
    public Value Tanh()
    {
        double y = Math.Tanh(Data);
        return Tape.Record(Operation.Tanh, y, this, da: 1 - y * y);
    }

    /// <summary>y = 1 / (1 + e⁻ᵃ); dy/da = y·(1 − y), at most a quarter.</summary>
    public Value Sigmoid()
    {
        double y = 1 / (1 + Math.Exp(-Data));
        return Tape.Record(Operation.Sigmoid, y, this, da: y * (1 - y));
    }

    /// <summary>y = max(0, a); dy/da = 1 where a > 0, else 0: open or closed. At the kink the derivative is taken as 0.</summary>
    public Value Relu()
    {
        double a = Data;
        return Tape.Record(Operation.Relu, Math.Max(a, 0), this, da: a > 0 ? 1 : 0);
    }

    // With plain numbers on one side: these are constants.

    public static Value operator +(Value a, double b) => a + a.Tape.Constant(b);

    public static Value operator +(double a, Value b) => b.Tape.Constant(a) + b;

    public static Value operator -(Value a, double b) => a - a.Tape.Constant(b);

    public static Value operator -(double a, Value b) => b.Tape.Constant(a) - b;

    public static Value operator *(Value a, double b) => a * a.Tape.Constant(b);

    public static Value operator *(double a, Value b) => b.Tape.Constant(a) * b;

    public static Value operator /(Value a, double b) => a / a.Tape.Constant(b);

    public static Value operator /(double a, Value b) => b.Tape.Constant(a) / b;
}
