#:project ../src/Longhand/Longhand.csproj
#:property PublishAot=false

// The chain rule in numbers: a small expression, its gradients, and where each one comes from: dotnet run examples/chain_rule.cs

using Longhand.Scalar;

var tape = new Tape();
Value a = tape.Variable(2, "a"), b = tape.Variable(-3, "b"), c = tape.Variable(10, "c");
Value d = (a * b).Named("d"), e = (d + c).Named("e");
Value L = (d * e).Named("L");
L.Backward();

Trace trace = Trace.Of(L);
foreach (TraceStep step in trace.Steps) Console.WriteLine(step.Text);
Console.WriteLine();
foreach (Value x in (Value[])[e, d, c, b, a]) Console.WriteLine(trace.Derive(x).Equation);

// A step against the gradient makes L smaller.
a.Data -= 0.01 * a.Gradient;
b.Data -= 0.01 * b.Gradient;
c.Data -= 0.01 * c.Gradient;
Console.WriteLine($"\nL was {L.Data:f2}; after a small step downhill it is {(a * b * (a * b + c)).Data:f2}.");
