using System.Diagnostics;
using System.Globalization;
using Longhand.Cli.Benchmarks;
using Longhand.Cli.Benchmarks.Peers;
using Longhand.Cli.Benchmarks.Results;
using Longhand.Models;

namespace Longhand.Cli.Tests;

/// <summary>Stands in for a library: a shell script that answers the benchmark's requests. No test needs Python; those with scripts do nothing on Windows.</summary>
internal static class FakePeer
{
    public static readonly TrainingShape Shape = new("tiny", new GptConfig { Layers = 1, Heads = 1, Width = 8, Context = 4, Vocabulary = 5 }, Batch: 2);

    public static readonly Product Product = Product.Square(8);

    /// <summary>One turn of everything small.</summary>
    public static readonly BenchPlan Plan = new()
    {
        Training = [Shape],
        Squares = [Product],
        OfModels = [],
        Growing = [],
        Writing = false,
        Memory = false,
        Rounds = 2,
        LongRounds = 2,
        ProductRounds = 2,
        TrainingSeconds = 0.001,
        ProductSeconds = 0.001,
        ScaleSeconds = 0.001,
    };

    /// <summary>A script that does everything right, at ten steps or products in half a second. A request of the kind <paramref name="at"/> is answered by <paramref name="instead"/>.</summary>
    public static string Script(string at = "", string instead = "", TrainingShape? shape = null)
    {
        shape ??= Shape;
        var training = new OurTraining(shape, threads: 1);
        string losses = string.Join(',', Enumerable.Range(0, 3).Select(_ => training.Step().ToString("R", CultureInfo.InvariantCulture)));
        string check = new OurProduct(Product, threads: 1).CheckSum().ToString("R", CultureInfo.InvariantCulture);
        (string Request, string Answer)[] answers =
        [
            (at, instead),
            ("hello", """echo '{"version":"1.2","python":"3.9","blas":"FakeBLAS 7","kernels":"Wide"}'"""),
            ("model", $$"""echo '{"parameters":{{shape.Model.ParameterCount}}}'"""),
            ("steps", $$"""echo '{"losses":[{{losses}}]}'"""),
            ("product", $$"""echo '{"check":{{check}}}'"""),
            ("drop", "echo '{}'"),
            ("train", """echo '{"count":10,"seconds":0.5}'"""),
            ("multiply", """echo '{"count":10,"seconds":0.5}'"""),
        ];
        string cases = string.Concat(answers.Where(a => a.Request.Length > 0).Select(a => $"*'\"do\":\"{a.Request}\"'*) {a.Answer};;\n"));
        return $"while read -r line; do case \"$line\" in\n{cases}esac; done";
    }

    public static PeerProcess Start(string script, TimeSpan? patience = null) =>
        new("Fake", new ProcessStartInfo("/bin/sh", ["-c", script]), patience ?? TimeSpan.FromSeconds(30));

    /// <summary>Makes a program that looks like Python from outside and runs such a script.</summary>
    public static string Interpreter(string folder, string script)
    {
        string path = Path.Combine(folder, $"python-{Guid.NewGuid():N}");
        File.WriteAllText(path, $"#!/bin/sh\nif [ \"$1\" = --version ]; then echo 'Python 3.9'; exit 0; fi\n{script}\n");
        if (!OperatingSystem.IsWindows())
        {
            File.SetUnixFileMode(path, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        }
        return path;
    }

    /// <summary>Runs the plan with such a peer.</summary>
    public static async Task<List<BenchResult>> RunAsync(BenchPlan plan, string script)
    {
        using var folder = new PeerScripts();
        var results = new List<BenchResult>();
        var run = new SideBySide(plan, threads: 1, FindAsync, folder.Folder, (_, _) => { });
        await foreach (BenchResult result in run.RunAsync(CancellationToken.None))
        {
            results.Add(result);
        }
        return results;

        async Task<IReadOnlyList<Peer>> FindAsync(string library, string name, Action<Remark> remark, CancellationToken cancel)
        {
            PeerProcess process = Start(script);
            (PeerFacts? facts, _) = await Peer.HelloAsync(process, threads: 1, cancel);
            return [new Peer(process, facts!)];
        }
    }
}
