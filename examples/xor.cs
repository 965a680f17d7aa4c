#:project ../src/Longhand/Longhand.csproj
#:property PublishAot=false

// A network with one hidden layer learns exclusive or: dotnet run examples/xor.cs

using Longhand.Nn;
using Longhand.Numerics;
using Longhand.Optim;
using Longhand.Tensors;

var rng = new Rng("xor");
var model = new Sequential(new Linear(2, 8, rng.Fork(0)), Activation.Tanh(), new Linear(8, 1, rng.Fork(1)));
var optimizer = new AdamW(ParameterGroup.All(model));
Tensor x = Tensor.From([0, 0, 0, 1, 1, 0, 1, 1], (4, 2));
Tensor t = Tensor.From([0, 1, 1, 0], (4, 1));

for (int step = 0; step < 200; step++)
{
    Tensor error = model.Forward(x) - t;
    Tensor loss = (error * error).Mean();
    model.ClearGradients();
    loss.Backward();
    optimizer.Step(learningRate: 0.02);
    if (step % 40 == 0) Console.WriteLine($"{step}: {loss.ToScalar():f4}");
}
Console.WriteLine(model.Forward(x));
