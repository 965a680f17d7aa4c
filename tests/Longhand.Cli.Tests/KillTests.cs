using System.Diagnostics;
using System.Text.Json;

namespace Longhand.Cli.Tests;

/// <summary>kill -9 at random moments: while starting, stepping, evaluating, writing best weights or a checkpoint.</summary>
public sealed class KillTests(TrainedRun run) : IClassFixture<TrainedRun>
{
    private static readonly string[] Settings =
    [
        "--layers", "1", "--heads", "2", "--width", "16", "--context", "16", "--batch", "4", "--steps", "4000",
        "--eval-every", "40", "--sample-every", "400", "--save-every", "20", "--seed", "kill", "--json",
    ];

    [Fact]
    public async Task Killed_twenty_times_and_resumed_a_run_ends_with_the_same_bytes()
    {
        string whole = Path.Combine(run.Home, "whole"), killed = Path.Combine(run.Home, "killed");
        Cli.Result uninterrupted = Cli.Run(["train", run.Text, "--out", whole, .. Settings]);
        Assert.Equal(ExitCode.Done, uninterrupted.Code);

        // The seed of the moments is in every message, so that a failure can be repeated.
        int seed = Environment.TickCount, kills = 0;
        var random = new Random(seed);
        int furthest = 0;
        while (kills < 20)
        {
            string[] args = ["train", run.Text, "--out", killed, .. Directory.Exists(killed) ? (string[])["--resume"] : [], .. Settings];
            using Process process = Cli.Start([], args);
            Task<string> output = process.StandardOutput.ReadToEndAsync(), error = process.StandardError.ReadToEndAsync();
            bool isOver = process.WaitForExit(TimeSpan.FromMilliseconds(random.Next(100, 1500)));
            if (!isOver) process.Kill();
            await process.WaitForExitAsync();
            Assert.True((await error).Length == 0, $"seed {seed}, kill {kills}: {await error}");
            foreach (string line in (await output).Split('\n').Where(line => line.StartsWith("{\"event\":\"step\"", StringComparison.Ordinal) && line.EndsWith('}')))
                furthest = Math.Max(furthest, JsonDocument.Parse(line).RootElement.GetProperty("step").GetInt32());
            if (!isOver) kills++;
            else Directory.Delete(killed, recursive: true);                     // finished before it could be killed: begin again
        }
        Assert.True(furthest > 0, $"seed {seed}: no step was ever reached between the kills");

        Cli.Result resumed = Cli.Run(["train", run.Text, "--out", killed, .. Directory.Exists(killed) ? (string[])["--resume"] : [], .. Settings]);
        Assert.True(resumed.Code == ExitCode.Done, $"seed {seed}: {resumed.Error}");
        foreach (string file in new[] { "model.safetensors", "metrics.jsonl", "checkpoints/step-004000/model.safetensors", "checkpoints/step-004000/optimizer.safetensors" })
            Assert.True(Bytes(whole, file).SequenceEqual(Bytes(killed, file)), $"seed {seed}: {file} differs");
    }

    private static byte[] Bytes(string folder, string file) => File.ReadAllBytes(Path.Combine(folder, file));
}
