using Longhand.Backends;
using Longhand.Backends.Cpu;
using Longhand.Backends.Reference;
using Longhand.Bits;

namespace Longhand.Tests;

/// <summary>Holds the processor backend against the reference, and against itself with other numbers of threads.</summary>
public sealed class BackendAgreementTests
{
    public static TheoryData<string> Kernels => [.. KernelTable.All.Select(c => c.Kernel).Distinct()];

    [Theory, MemberData(nameof(Kernels))]
    public void The_processor_agrees_with_the_reference(string kernel)
    {
        IBackend cpu = new CpuBackend(threads: 2), reference = new ReferenceBackend();
        ForEachCase(kernel, c => Difference(c.Run(reference), c.Run(cpu), c.Tolerance));
    }

    [Theory, MemberData(nameof(Kernels))]
    public void The_number_of_threads_changes_no_bit(string kernel)
    {
        IBackend one = new CpuBackend(threads: 1), two = new CpuBackend(threads: 2), three = new CpuBackend(threads: 3);
        ForEachCase(kernel, c =>
        {
            string expected = c.Fingerprint(one);
            if (c.Fingerprint(two) != expected) return "differs with 2 threads";
            return c.Fingerprint(three) != expected ? "differs with 3 threads" : null;
        });
    }

    [Fact]
    public void Every_kernel_is_in_the_table()
    {
        string[] memory = ["get_Name", nameof(IBackend.Allocate), nameof(IBackend.Release), nameof(IBackend.Write), nameof(IBackend.Read)];
        IEnumerable<string> kernels = typeof(IBackend).GetMethods().Select(m => m.Name).Distinct().Except(memory);
        Assert.Equal(kernels.Order(), KernelTable.All.Select(c => c.Kernel).Distinct().Order());
    }

    [Fact]
    public void No_case_stands_in_the_table_twice()
    {
        Assert.Empty(KernelTable.All.GroupBy(c => c.Name).Where(g => g.Count() > 1).Select(g => g.Key));
    }

    /// <summary>Runs every case of a kernel before failing, because which sizes fail is half of the diagnosis.</summary>
    private static void ForEachCase(string kernel, Func<KernelCase, string?> check)
    {
        List<string> failures = [];
        foreach (KernelCase c in KernelTable.All.Where(c => c.Kernel == kernel))
        {
            string? failure;
            try
            {
                failure = check(c);
            }
            catch (Exception e)
            {
                failure = $"throws {e.GetType().Name}: {e.Message}";
            }
            if (failure is not null) failures.Add($"{c.Name}: {failure}");
        }
        Assert.True(failures.Count == 0, $"{failures.Count} of the cases of {kernel} fail:\n{string.Join('\n', failures.Take(20))}");
    }

    /// <summary>The worst place, or null when every number is near enough.</summary>
    private static string? Difference(double[][] expected, double[][] actual, double tolerance)
    {
        if (double.IsPositiveInfinity(tolerance)) return null;
        string? worst = null;
        double worstExcess = 1;
        for (int output = 0; output < expected.Length; output++)
        {
            for (int i = 0; i < expected[output].Length; i++)
            {
                float exact = (float)expected[output][i], found = (float)actual[output][i];
                if (exact.Equals(found) || exact == found) continue;                                // NaN and NaN, 0 and −0, ∞ and ∞
                double excess = Math.Abs((double)exact - found) / (tolerance * (1 + Math.Abs(exact)));
                if (excess < worstExcess) continue;
                worstExcess = double.IsNaN(excess) ? double.PositiveInfinity : excess;
                worst = $"output {output} at {i} is {found:r} and should be {exact:r}, {excess:g3} times what is allowed";
            }
        }
        return worst;
    }
}
