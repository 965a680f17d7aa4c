using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using Longhand.Numerics;

namespace Longhand.Backends.Cpu;

/// <content>
/// One optimizer step in a single pass over the weights. The update is the formula of <see cref="AdamWStep"/> term by term;
/// only where two operations are fused is written out here.
/// </content>
public sealed partial class CpuBackend
{
    public void AdamW(Storage weight, Storage gradient, Storage m, Storage v, in AdamWStep step)
    {
        int n = weight.Length;
        _workers.For(n, Kernel.Minimum(2), new AdamWJob(
            Kernel.Floats(weight, n), Kernel.Floats(gradient, n), Kernel.Floats(m, n), Kernel.Floats(v, n), step));
    }

    private readonly struct AdamWJob(Floats weight, Floats gradient, Floats m, Floats v, AdamWStep step) : IRangeJob
    {
        // Everything that does not depend on the element, in double and rounded once.
        private readonly float _gradientScale = (float)step.GradientScale, _epsilon = (float)step.Epsilon;
        private readonly float _beta1 = (float)step.Beta1, _share1 = (float)(1 - step.Beta1);
        private readonly float _beta2 = (float)step.Beta2, _share2 = (float)(1 - step.Beta2);
        private readonly float _correction2 = (float)(1 / step.Correction2), _rate = (float)(step.LearningRate / step.Correction1);
        private readonly float _decay = (float)(1 - (step.LearningRate * step.WeightDecay));

        [MethodImpl(Kernel.Loop)]
        public void Run(int start, int end)
        {
            ref float ws = ref weight.At(start);
            ref float gs = ref gradient.At(start);
            ref float ms = ref m.At(start);
            ref float vs = ref v.At(start);
            int n = end - start, i = 0;
            for (; i + Lanes.Count <= n; i += Lanes.Count)
            {
                Vector512<float> w = Lanes.Load(ref ws, i), first = Lanes.Load(ref ms, i), second = Lanes.Load(ref vs, i);
                Update(ref w, Lanes.Load(ref gs, i), ref first, ref second);
                Lanes.Store(w, ref ws, i);
                Lanes.Store(first, ref ms, i);
                Lanes.Store(second, ref vs, i);
            }
            if (i < n) Last(start + i, n - i);
        }

        private void Last(int start, int count)
        {
            ref float ws = ref weight.At(start);
            ref float ms = ref m.At(start);
            ref float vs = ref v.At(start);
            Vector512<float> w = Lanes.LoadPart(ref ws, count, 0), first = Lanes.LoadPart(ref ms, count, 0);
            Vector512<float> second = Lanes.LoadPart(ref vs, count, 0);
            Update(ref w, Lanes.LoadPart(ref gradient.At(start), count, 0), ref first, ref second);
            Lanes.StorePart(w, ref ws, count);
            Lanes.StorePart(first, ref ms, count);
            Lanes.StorePart(second, ref vs, count);
        }

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        private void Update(ref Vector512<float> w, Vector512<float> gradient, ref Vector512<float> m, ref Vector512<float> v)
        {
            Vector512<float> g = gradient * _gradientScale;
            m = Vector512.FusedMultiplyAdd(Vector512.Create(_beta1), m, g * _share1);
            v = Vector512.FusedMultiplyAdd(Vector512.Create(_beta2), v, g * g * _share2);
            Vector512<float> spread = VectorMath.Sqrt(v * _correction2) + Vector512.Create(_epsilon);
            w = Vector512.FusedMultiplyAdd(w, Vector512.Create(_decay), -(m * _rate / spread));
        }
    }
}
