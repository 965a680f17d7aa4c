using static Longhand.Backends.Reference.ReferenceStorage;

namespace Longhand.Backends.Reference;

/// <summary>The optimizer step, element by element.</summary>
public sealed partial class ReferenceBackend
{
    public void AdamW(Storage weight, Storage gradient, Storage m, Storage v, in AdamWStep step)
    {
        double[] weights = Of(weight), gradients = Of(gradient), ms = Of(m), vs = Of(v);
        double rate = step.LearningRate, beta1 = step.Beta1, beta2 = step.Beta2;
        for (int i = 0; i < weights.Length; i++)
        {
            double g = step.GradientScale * gradients[i];
            ms[i] = (beta1 * ms[i]) + ((1 - beta1) * g);
            vs[i] = (beta2 * vs[i]) + ((1 - beta2) * g * g);
            double mHat = ms[i] / step.Correction1, vHat = vs[i] / step.Correction2;
            weights[i] = (weights[i] * (1 - (rate * step.WeightDecay))) - (rate * mHat / (Math.Sqrt(vHat) + step.Epsilon));
        }
    }
}
