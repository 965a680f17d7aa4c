using System.Diagnostics;
using System.Globalization;
using System.Runtime.Intrinsics;
using Longhand.Backends.Cpu;
using Longhand.Bits;

// Prints the widest vectors that this process may use, then one line for each kernel and size: the SHA-256 of everything the
// processor backend wrote, and last the SHA-256 of the weights after short trainings. Started with and without vector
// instructions (DOTNET_EnableAVX512=0 and so on), every line but the first must stay the same.
//
// With the argument ulp, it prints the error of the vectorised functions over all floats instead, less than a minute for each;
// ulp 61 takes every 61st, ulp 1 Exp all for one function.

if (args is ["ulp", ..])
{
    uint stride = args.Length > 1 ? uint.Parse(args[1], CultureInfo.InvariantCulture) : 1;
    foreach (UlpFunction function in UlpScan.Functions)
    {
        if (args.Length > 2 && args[2] != function.Name) continue;
        var time = Stopwatch.StartNew();
        (double error, float at) = UlpScan.Worst(function, stride);
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"{function.Name,-10} {error:f6} ULP at {at:r} ({BitConverter.SingleToUInt32Bits(at):x8}), {time.Elapsed.TotalSeconds:f1} s"));
    }
    return;
}

Console.WriteLine($"vectors {Width()}");
var backend = new CpuBackend(threads: 1);
foreach (KernelCase kernel in KernelTable.All) Console.WriteLine($"{kernel.Fingerprint(backend)} {kernel.Name}");
Console.WriteLine($"{ByHandRun.Fingerprint()} models derived by hand");
foreach (int threads in new[] { 1, 2, 3 }) Console.WriteLine($"{await ShortRun.Fingerprint(threads)} training with {threads} threads");

static int Width() =>
    Vector512.IsHardwareAccelerated ? 512 : Vector256.IsHardwareAccelerated ? 256 : Vector128.IsHardwareAccelerated ? 128 : 0;
