using Longhand.Backends;
using Longhand.Backends.Cpu;
using Longhand.Backends.Reference;
using Longhand.Nn;
using Longhand.Numerics;
using Longhand.Optim;
using Longhand.Tensors;

namespace Longhand.Tests;

public sealed class OptimizerTests
{
    private static readonly IBackend Reference = new ReferenceBackend(), Cpu = new CpuBackend(threads: 2);

    public static TheoryData<string> Cases => new(Golden.Load("optimizers").Where(c => c.Op != "problem").Select(c => c.Name));

    /// <summary>Every rule with every piece of state it can have.</summary>
    private static readonly Dictionary<string, (Func<IReadOnlyList<ParameterGroup>, Optimizer> Make, string[] State)> Rules = new()
    {
        ["Sgd"] = (g => new Sgd(g, momentum: 0.9, nesterov: true, weightDecay: 0.1), ["momentum"]),
        ["AdaGrad"] = (g => new AdaGrad(g, weightDecay: 0.1), ["sum"]),
        ["AdaDelta"] = (g => new AdaDelta(g, weightDecay: 0.1), ["gradient_square", "step_square"]),
        ["RmsProp"] = (g => new RmsProp(g, momentum: 0.9, centered: true, weightDecay: 0.1), ["square", "mean", "momentum"]),
        ["Adam"] = (g => new Adam(g, weightDecay: 0.1), ["m", "v"]),
        ["AdamW"] = (g => new AdamW(g), ["m", "v"]),
    };

    public static TheoryData<string> RuleNames => new(Rules.Keys);

    [Theory]
    [MemberData(nameof(Cases))]
    public void Equals_PyTorch_in_double_precision(string name) => Compare(name, Reference, relative: 1e-9);

    [Theory]
    [MemberData(nameof(Cases))]
    public void Equals_PyTorch_in_single_precision(string name) => Compare(name, Cpu, relative: 1e-5);

    [Theory]
    [InlineData(1, 1)]
    [InlineData(15, 2)]
    [InlineData(16, 3)]
    [InlineData(131, 10)]
    [InlineData(5000, 1000)]
    public void The_fused_AdamW_has_the_bits_of_the_composed_one(int length, int step)
    {
        foreach (IBackend backend in new[] { Reference, Cpu })
        {
            var rng = new Rng("fused");
            Tensor gradient = Draw("g"), scaled = Tensor.Map(new WeightedSum(0.7, 0), gradient, gradient);
            Tensor[] fused = [Draw("w"), Draw("m"), Squared("v")], composed = [Draw("w"), Draw("m"), Squared("v")];
            var settings = new AdamWStep(
                LearningRate: 3e-3, Beta1: 0.9, Beta2: 0.999, Epsilon: 1e-8, WeightDecay: 0.1,
                Correction1: 1 - StableMath.Power(0.9, step), Correction2: 1 - StableMath.Power(0.999, step), GradientScale: 0.7);
            backend.AdamW(fused[0].Storage, gradient.Storage, fused[1].Storage, fused[2].Storage, settings);
            Adam.Apply(backend, composed[0].Storage, scaled.Storage, composed[1].Storage, composed[2].Storage, settings);
            for (int i = 0; i < fused.Length; i++) Assert.Equal(fused[i].ToDoubles(), composed[i].ToDoubles());

            Tensor Draw(string purpose) => Tensor.Normal(length, rng.Fork(purpose), backend: backend);
            Tensor Squared(string purpose) => Draw(purpose) * Draw(purpose);
        }
    }

    [Theory]
    [MemberData(nameof(RuleNames))]
    public void A_restored_optimizer_goes_on_with_the_same_bits(string rule)
    {
        var original = new OptimizerProblem(Cpu);
        Optimizer first = Rules[rule].Make(ParameterGroup.All(original));
        original.Train(first, steps: 7);

        var copy = new OptimizerProblem(Cpu);
        Optimizer second = Rules[rule].Make(ParameterGroup.All(copy));
        copy.Overwrite(original.Numbers());
        second.Restore(first.StepCount, [.. first.State.Reverse().Select(s => (s.Name, s.Tensor.To(Reference)))]);

        original.Train(first, steps: 7);
        copy.Train(second, steps: 7);
        Assert.Equal(14, second.StepCount);
        Assert.Equal(original.Numbers(), copy.Numbers());
        for (int i = 0; i < first.State.Count; i++) Assert.Equal(first.State[i].Tensor.ToDoubles(), second.State[i].Tensor.ToDoubles());
    }

    [Theory]
    [MemberData(nameof(RuleNames))]
    public void State_has_stable_names_and_starts_at_zero(string rule)
    {
        Optimizer optimizer = Rules[rule].Make(ParameterGroup.All(new OptimizerProblem(Reference)));
        string[] kinds = Rules[rule].State;
        Assert.Equal([.. kinds.Select(k => k + ".weight"), .. kinds.Select(k => k + ".bias")], optimizer.State.Select(s => s.Name));
        Assert.All(optimizer.State, s => Assert.All(s.Tensor.ToDoubles(), x => Assert.Equal(0, x)));
    }

    [Theory]
    [MemberData(nameof(RuleNames))]
    public void Parameters_without_a_gradient_and_frozen_ones_stay_as_they_are(string rule)
    {
        var problem = new OptimizerProblem(Reference);
        Optimizer optimizer = Rules[rule].Make(ParameterGroup.All(problem));
        problem.Train(optimizer, steps: 2);
        foreach (bool isFrozen in new[] { false, true })
        {
            double[] bias = problem.Bias.Value.ToDoubles(), weight = problem.Weight.Value.ToDoubles(), state = BiasState();
            problem.Backward();
            if (isFrozen) problem.Bias.IsTrainable = false;
            else problem.Bias.Gradient = null;
            optimizer.Step(0.03);
            Assert.Equal(bias, problem.Bias.Value.ToDoubles());
            Assert.Equal(state, BiasState());
            Assert.NotEqual(weight, problem.Weight.Value.ToDoubles());
        }

        double[] BiasState() =>
            [.. optimizer.State.Where(s => s.Name.EndsWith(".bias", StringComparison.Ordinal)).SelectMany(s => s.Tensor.ToDoubles())];
    }

    [Theory]
    [MemberData(nameof(RuleNames))]
    public void A_gradient_scale_is_as_good_as_a_scaled_gradient(string rule)
    {
        var one = new OptimizerProblem(Reference);
        var other = new OptimizerProblem(Reference);
        Optimizer first = Rules[rule].Make(ParameterGroup.All(one)), second = Rules[rule].Make(ParameterGroup.All(other));
        for (int step = 0; step < 3; step++)
        {
            one.Backward();
            double[] before = one.Weight.Gradient!.ToDoubles();
            first.Step(0.03, gradientScale: 0.25);
            Assert.Equal(before, one.Weight.Gradient!.ToDoubles());
            other.ClearGradients();
            (other.Loss(..) * 0.25f).Backward();
            second.Step(0.03);
        }
        OperationTests.AssertClose(rule, other.Numbers(), one.Numbers(), relative: 1e-12);
    }

    [Fact]
    public void Accumulated_batches_equal_one_batch()
    {
        var whole = new OptimizerProblem(Reference);
        var parts = new OptimizerProblem(Reference);
        var first = new AdamW(ParameterGroup.All(whole));
        var second = new AdamW(ParameterGroup.All(parts));
        for (int step = 0; step < 5; step++)
        {
            whole.ClearGradients();
            whole.Loss(..6).Backward();
            first.Step(0.03);
            parts.ClearGradients();
            for (int row = 0; row < 6; row += 2) parts.Loss(row..(row + 2)).Backward();
            second.Step(0.03, gradientScale: 1.0 / 3);
        }
        OperationTests.AssertClose("accumulated", whole.Numbers(), parts.Numbers(), relative: 1e-12);
    }

    [Theory]
    [MemberData(nameof(RuleNames))]
    public void A_step_allocates_nothing_once_warm(string rule)
    {
        foreach (IBackend backend in new[] { Reference, Cpu })
        {
            var problem = new OptimizerProblem(backend);
            Optimizer optimizer = Rules[rule].Make(ParameterGroup.All(problem));
            problem.Backward();
            for (int i = 0; i < 3; i++) optimizer.Step(0.001);
            long before = GC.GetAllocatedBytesForCurrentThread();
            for (int i = 0; i < 10; i++) optimizer.Step(0.001);
            Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
        }
    }

    [Theory]
    [MemberData(nameof(RuleNames))]
    public void A_workspace_around_everything_does_not_recycle_the_state(string rule)
    {
        var problem = new OptimizerProblem(Reference);
        Optimizer optimizer;
        using (Workspace.Begin())
        {
            optimizer = Rules[rule].Make(ParameterGroup.All(problem));
            problem.Train(optimizer, steps: 1);
        }
        for (int i = 0; i < 2; i++)
        {
            using Workspace step = Workspace.Begin();
            problem.Train(optimizer, steps: 1);
        }
        var plain = new OptimizerProblem(Reference);
        plain.Train(Rules[rule].Make(ParameterGroup.All(plain)), steps: 3);
        Assert.Equal(plain.Numbers(), problem.Numbers());
        Assert.All(optimizer.State, s => Assert.All(s.Tensor.ToDoubles(), x => Assert.True(double.IsFinite(x))));
    }

    [Fact]
    public void Restore_refuses_what_does_not_fit_and_changes_nothing()
    {
        var problem = new OptimizerProblem(Reference);
        var optimizer = new Sgd(ParameterGroup.All(problem), momentum: 0.5);
        Tensor weight = Tensor.Ones((5, 3)), bias = Tensor.Ones(3);
        Refuse("has no 'momentum.bias'", ("momentum.weight", weight));
        Refuse("'momentum.bias' is (4) in the saved state but must be (3)", ("momentum.weight", weight), ("momentum.bias", Tensor.Ones(4)));
        Refuse("has 'm.bias', which", ("momentum.weight", weight), ("momentum.bias", bias), ("m.bias", bias));
        Assert.Equal(0, optimizer.StepCount);
        Assert.All(optimizer.State, s => Assert.All(s.Tensor.ToDoubles(), x => Assert.Equal(0, x)));

        void Refuse(string message, params (string, Tensor)[] state) =>
            Assert.Contains(message, Assert.Throws<ArgumentException>(() => optimizer.Restore(3, state)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_constant_gradient_does_not_make_the_centered_root_NaN()
    {
        var parameter = new Parameter(Tensor.Zeros(100, Cpu));
        var optimizer = new RmsProp([new([("w", parameter)])], smoothing: 0.5, centered: true);
        parameter.Gradient = Tensor.Uniform(100, new Rng("constant"), backend: Cpu);
        for (int i = 0; i < 50; i++) optimizer.Step(1e-9);
        Assert.All(parameter.Value.ToArray(), w => Assert.True(float.IsFinite(w)));
    }

    [Fact]
    public void Settings_out_of_range_are_named()
    {
        ParameterGroup[] groups = ParameterGroup.All(new OptimizerProblem(Reference));
        ParameterGroup other = ParameterGroup.All(new OptimizerProblem(Reference))[0], tied = new([("tied", groups[0].Parameters[0].Parameter)]);
        Refuse("Sgd: momentum is 1 but must be at least 0 and below 1.", () => new Sgd(groups, momentum: 1));
        Refuse("Sgd: weightDecay is -0.1 but must be a finite number, 0 or more.", () => new Sgd(groups, weightDecay: -0.1));
        Refuse("Sgd: Nesterov's form needs a momentum above 0.", () => new Sgd(groups, nesterov: true));
        Refuse("AdaGrad: epsilon is 0 but must be a finite number above 0.", () => new AdaGrad(groups, epsilon: 0));
        Refuse("AdaDelta: rho is NaN but", () => new AdaDelta(groups, rho: double.NaN));
        Refuse("RmsProp: smoothing is 1.5 but", () => new RmsProp(groups, smoothing: 1.5));
        Refuse("RmsProp: momentum is -1 but", () => new RmsProp(groups, momentum: -1));
        Refuse("Adam: beta1 is 1 but", () => new Adam(groups, beta1: 1));
        Refuse("AdamW: beta2 is -0.5 but", () => new AdamW(groups, beta2: -0.5));
        Refuse("AdamW: epsilon is NaN but", () => new AdamW(groups, epsilon: double.NaN));
        Refuse("AdamW: learningRate is NaN but", () => new AdamW(groups).Step(double.NaN));
        Refuse("AdamW: gradientScale is NaN but", () => new AdamW(groups).Step(0.1, double.NaN));
        Refuse("AdamW: the groups have no parameter to train.", () => new AdamW([]));
        Refuse("AdamW: two parameters are called 'weight'.", () => new AdamW([.. groups, other]));
        Refuse("AdamW: 'tied' is the same parameter as another", () => new AdamW([.. groups, tied]));

        static void Refuse(string message, Action action) =>
            Assert.StartsWith(message, Assert.ThrowsAny<ArgumentException>(action).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_model_that_moved_after_its_optimizer_was_made_is_refused()
    {
        var problem = new OptimizerProblem(Reference);
        var optimizer = new Sgd(ParameterGroup.All(problem));
        var elsewhere = new ReferenceBackend();
        problem.MoveTo(elsewhere);
        problem.Weight.Gradient = Tensor.Ones((5, 3), elsewhere);
        string message = Assert.Throws<InvalidOperationException>(() => optimizer.Step(0.1)).Message;
        Assert.Contains("Hint: move the model first", message, StringComparison.Ordinal);
    }

    private static void Compare(string name, IBackend backend, double relative)
    {
        GoldenCase c = Golden.Case("optimizers", name);
        double[] losses = c["losses"].Doubles();
        var problem = new OptimizerProblem(backend);
        Optimizer optimizer = Make(c, problem);
        double rate = c.Number(c.Op == "adamw_groups" ? "weight_learning_rate" : "learning_rate");
        for (int step = 1; step <= 100; step++)
        {
            OperationTests.AssertClose($"{name}: loss before step {step}", [losses[step - 1]], [problem.Backward()], relative);
            double factor = 1;
            if (c.HasAttribute("clip_norm")) factor = GradientClipping.ByNorm(optimizer.Parameters, c.Number("clip_norm")).Factor;
            if (c.HasAttribute("clip_value")) GradientClipping.ByValue(optimizer.Parameters, c.Number("clip_value"));
            optimizer.Step(rate, factor);
            if (!c.Has($"weight@{step}")) continue;
            AssertNear($"{name}: weight after step {step}", c[$"weight@{step}"].Doubles(), problem.Weight.Value.ToDoubles(), relative);
            AssertNear($"{name}: bias after step {step}", c[$"bias@{step}"].Doubles(), problem.Bias.Value.ToDoubles(), relative);
        }
        OperationTests.AssertClose($"{name}: last loss", [losses[100]], [problem.Backward()], relative);
    }

    private static Optimizer Make(GoldenCase c, OptimizerProblem problem)
    {
        ParameterGroup[] all = ParameterGroup.All(problem);
        return c.Op switch
        {
            "sgd" => new Sgd(all, c.Number("momentum"), c.Flag("nesterov"), c.Number("weight_decay")),
            "adagrad" => new AdaGrad(all, c.Number("epsilon"), c.Number("weight_decay")),
            "adadelta" => new AdaDelta(all, c.Number("rho"), c.Number("epsilon"), c.Number("weight_decay")),
            "rmsprop" => new RmsProp(all, c.Number("smoothing"), c.Number("epsilon"), c.Number("momentum"), c.Flag("centered")),
            "adam" => new Adam(all, c.Number("beta1"), c.Number("beta2"), c.Number("epsilon"), c.Number("weight_decay")),
            "adamw" => new AdamW(all, c.Number("beta1"), c.Number("beta2"), c.Number("epsilon"), c.Number("weight_decay")),
            "adamw_groups" => new AdamW(
                [
                    new([("weight", problem.Weight)]) { WeightDecay = c.Number("weight_weight_decay") },
                    new([("bias", problem.Bias)])
                    {
                        LearningRateFactor = c.Number("bias_learning_rate") / c.Number("weight_learning_rate"),
                        WeightDecay = c.Number("bias_weight_decay"),
                    },
                ],
                c.Number("beta1"), c.Number("beta2"), c.Number("epsilon")),
            _ => throw new NotSupportedException($"No optimizer for the golden op '{c.Op}'."),
        };
    }

    // Relative to the largest number of the array: a weight that passes near 0 has no more correct digits than its neighbours.
    private static void AssertNear(string what, double[] expected, double[] actual, double relative)
    {
        double allowed = relative * expected.Max(Math.Abs);
        for (int i = 0; i < expected.Length; i++)
            Assert.True(Math.Abs(expected[i] - actual[i]) <= allowed, $"{what}[{i}]: expected {expected[i]:r}, got {actual[i]:r}");
    }
}
