using System.Runtime.Intrinsics;
using Longhand.Backends.Cpu;
using Longhand.Bits;

// Prints the widest vectors that this process may use, then one line for each kernel and size: the SHA-256 of everything the
// processor backend wrote, and last the SHA-256 of the weights after a short training. Started with and without vector instructions (DOTNET_EnableAVX512=0 and so on), every line but the
// first must stay the same.

Console.WriteLine($"vectors {Width()}");
var backend = new CpuBackend(threads: 1);
foreach (KernelCase kernel in KernelTable.All) Console.WriteLine($"{kernel.Fingerprint(backend)} {kernel.Name}");
foreach (int threads in new[] { 1, 2, 3 }) Console.WriteLine($"{await ShortRun.Fingerprint(threads)} training with {threads} threads");

static int Width() =>
    Vector512.IsHardwareAccelerated ? 512 : Vector256.IsHardwareAccelerated ? 256 : Vector128.IsHardwareAccelerated ? 128 : 0;
