using Longhand.Backends.Cpu;
using Longhand.Models;
using Longhand.Training;

namespace Longhand.Tests;

[Collection("alone")]
public sealed class TrainerMemoryTests
{
    [Fact]
    public async Task Ten_thousand_steps_need_no_full_collection_and_leave_the_resident_size_flat()
    {
        using var folder = new TemporaryFolder();
        TrainingOptions options = TrainerTests.Short with { Steps = 10_000, Batch = 2, EvalEvery = 100_000, SampleEvery = 0, SaveEvery = 100_000 };
        int collections = 0;
        long resident = 0, allocated = 0;
        await foreach (TrainingEvent e in TrainerTests.NewTrainer(folder.Path, options, TrainerTests.Tiny with { Layers = 1 }, new CpuBackend(1)).RunAsync())
        {
            if (e is StepEvent { Step: 2000 })
            {
                GC.Collect();                                // what tests before this one left would count as ours
                (collections, resident, allocated) = (GC.CollectionCount(2), Environment.WorkingSet, GC.GetTotalAllocatedBytes(precise: true));
            }
            if (e is not StepEvent { Step: 9999 }) continue;

            // The tape of a step: nodes, rules, tensors, their shapes, and lists of them; no numbers.
            long perStep = (GC.GetTotalAllocatedBytes(precise: true) - allocated) / 7999;
            Assert.True(perStep < 40_000, $"{perStep} bytes a step");
            Assert.Equal(collections, GC.CollectionCount(2));
            Assert.True(Environment.WorkingSet - resident < 16 << 20, $"the resident size grew by {(Environment.WorkingSet - resident) >> 20} MiB");
        }
    }

    [Theory]
    [InlineData(16, 64, 1)]                                  // activations of 16 · 64 · 64 numbers, 256 KiB each
    [InlineData(128, 4, 2)]                                  // gradients of up to 128 · 512 numbers, 256 KiB, that add up over two parts
    public async Task A_step_in_steady_state_allocates_no_large_object(int width, int batch, int accumulate)
    {
        // One fresh array of these a step would show many times over.
        const int LargeObject = 85_000;
        using var folder = new TemporaryFolder();
        GptConfig model = TrainerTests.Tiny with { Layers = 1, Width = width, Context = 64 };
        TrainingOptions options = TrainerTests.Short with
        {
            Steps = 120,
            Batch = batch,
            Accumulate = accumulate,
            EvalEvery = 1000,
            SampleEvery = 0,
            SaveEvery = 1000,
        };
        long before = 0;
        await foreach (TrainingEvent e in TrainerTests.NewTrainer(folder.Path, options, model, new CpuBackend(2)).RunAsync())
        {
            if (e is StepEvent { Step: 20 }) before = GC.GetTotalAllocatedBytes(precise: true);
            if (e is not StepEvent { Step: 119 }) continue;
            long perStep = (GC.GetTotalAllocatedBytes(precise: true) - before) / 99;
            Assert.True(perStep < LargeObject, $"{perStep} bytes a step");
        }
    }
}
