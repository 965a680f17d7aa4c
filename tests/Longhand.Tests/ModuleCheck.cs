using Longhand.Backends;
using Longhand.Backends.Reference;
using Longhand.Nn;
using Longhand.Numerics;
using Longhand.Tensors;

namespace Longhand.Tests;

/// <summary>
/// Gradient checks for modules: the inputs through <see cref="GradientCheck"/>, and every parameter by moving each of its numbers a
/// little, in double precision on the reference backend. The module ends up there, with random parameters.
/// </summary>
internal static class ModuleCheck
{
    private const double Step = 1e-5;

    public static void Gradients(Module module, Func<Tensor[], Tensor> forward, params Tensor[] inputs)
    {
        Randomise(module);
        string name = module.GetType().Name;
        GradientReport report = GradientCheck.Run(
            name,
            x =>
            {
                if (x.Length > 0) module.MoveTo(x[0].Backend);
                return forward(x);
            },
            inputs);
        Assert.True(report.Passed, report.ToString());
        if (module.ParameterCount == 0) return;

        var backend = new ReferenceBackend();
        module.MoveTo(backend);
        Tensor[] moved = Array.ConvertAll(inputs, x => x.To(backend));
        Tensor y = forward(moved), projection = Tensor.Normal(y.Shape, new Rng("projection"), backend: backend);
        y.Backward(projection);
        foreach ((string parameterName, Parameter parameter) in module.Parameters.Where(p => !p.Parameter.IsState))
        {
            Assert.True(parameter.Gradient is not null, $"{name}: {parameterName} got no gradient.");
            var slopes = new InputGradient(
                parameter.Shape, parameter.Gradient.ToDoubles(), Slopes(parameter, () => (forward(moved) * projection).Sum().ToDoubles()[0]));
            var checkedParameter = new GradientReport($"{name}: {parameterName}", y.Shape, [slopes], 1e-6);
            Assert.True(checkedParameter.Passed, checkedParameter.ToString());
        }
    }

    /// <summary>Overwrites the trained parameters, so that weights of 1 and biases of 0 hide nothing.</summary>
    public static void Randomise(Module module)
    {
        var rng = new Rng("parameters");
        foreach ((string name, Parameter parameter) in module.Parameters.Where(p => !p.Parameter.IsState))
            parameter.Write(Tensor.Normal(parameter.Shape, rng.Fork(name), deviation: 0.5f).ToArray());
    }

    public static Tensor Input(Shape shape, string name = "x", IBackend? backend = null) => Tensor.Normal(shape, new Rng(name), backend: backend);

    private static double[] Slopes(Parameter parameter, Func<double> loss)
    {
        Tensor value = parameter.Value;
        double[] numbers = value.ToDoubles(), slopes = new double[numbers.Length];
        for (int i = 0; i < numbers.Length; i++)
        {
            double center = numbers[i], high = center + Step, low = center - Step;
            double above = At(high), below = At(low);
            At(center);
            slopes[i] = (above - below) / (high - low);

            double At(double x)
            {
                numbers[i] = x;
                value.Backend.Write(value.Storage, numbers);
                return loss();
            }
        }
        return slopes;
    }
}
