using Longhand.Cli.Display;

namespace Longhand.Cli.Benchmarks.Results;

/// <summary>Results for programs: one object per row; its "event" says which kind.</summary>
internal static class ResultJson
{
    public static void Write(TextWriter output, BenchResult result)
    {
        if (result is Comparison comparison)
        {
            WriteComparison(output, comparison);
            return;
        }
        JsonLine.Write(output, json =>
        {
            switch (result)
            {
                case Remark remark:
                    json.WriteString("event", remark.IsFailure ? "failure" : "remark");
                    json.WriteString("text", remark.Text);
                    break;
                case MachineFacts machine:
                    json.WriteString("event", "machine");
                    foreach ((string name, string value) in machine.Rows)
                    {
                        json.WriteString(name.Replace(".NET", "dotnet", StringComparison.Ordinal).Replace(' ', '_'), value);
                    }
                    json.WriteNumber("threads", machine.Threads);
                    json.Real("peak_gflops_one_thread", machine.Peak.OneThread);
                    json.Real("peak_gflops", machine.Peak.AllThreads);
                    json.Real("read_gigabytes_per_second_one_thread", machine.ReadOneThread);
                    json.Real("read_gigabytes_per_second", machine.Peak.ReadBandwidth);
                    break;
                case PeerFacts peer:
                    json.WriteString("event", "peer");
                    json.WriteString("name", peer.Name);
                    json.WriteString("version", peer.Version);
                    json.WriteNumber("threads", peer.Threads);
                    json.WriteString("python", peer.Python);
                    json.WriteString("blas", peer.Blas);
                    json.WriteString("kernels", peer.Kernels);
                    json.WriteBoolean("reference_blas", peer.IsSlow);
                    break;
                case LossCheck check:
                    json.WriteString("event", "losses");
                    json.WriteString("name", check.Shape);
                    json.WriteString("peer", check.Peer);
                    json.WriteNumber("threads", check.Threads);
                    json.WriteNumber("parameters", check.Parameters);
                    json.Reals("ours", check.Ours);
                    json.Reals("theirs", check.Theirs);
                    json.Real("difference", check.Difference);
                    break;
                case ScalePoint point:
                    json.WriteString("event", "scale");
                    json.WriteString("name", point.Series);
                    json.WriteNumber("value", point.Value);
                    json.WriteNumber("threads", point.Threads);
                    json.Real("tokens_per_second", point.TokensPerSecond);
                    json.Real("gflops", point.Gflops);
                    json.Real("share_of_peak", point.ShareOfPeak);
                    break;
                case WritingSpeed writing:
                    json.WriteString("event", "writing");
                    json.WriteString("name", writing.Model);
                    json.WriteNumber("threads", writing.Threads);
                    json.Real("tokens_per_second", writing.TokensPerSecond);
                    if (writing.ShareOfBandwidth is { } share)
                    {
                        json.Real("share_of_bandwidth", share);
                    }
                    break;
                case MemoryUse memory:
                    json.WriteString("event", "memory");
                    json.WriteString("shape", memory.Shape);
                    json.WriteNumber("parameters", memory.Parameters);
                    json.WriteNumber("peak_bytes", memory.Peak);
                    json.WriteNumber("state_bytes", memory.State);
                    json.WriteNumber("activation_bytes", memory.Activations);
                    break;
            }
        });
    }

    // A row for each side, then how we stand to the peer's better one.
    private static void WriteComparison(TextWriter output, Comparison c)
    {
        bool isTraining = c.Subject == Subject.Training;
        string subject = c.Subject switch { Subject.Training => "train", Subject.SquareProduct => "gemm", _ => "gemm of models" };
        foreach (Speeds side in c.Sides)
        {
            Speeds gflops = c.InGflops(side);
            JsonLine.Write(output, json =>
            {
                json.WriteString("event", "side");
                json.WriteString("subject", subject);
                json.WriteString("name", c.Name);
                json.WriteString("who", side.Who);
                json.WriteNumber("threads", side.Threads);
                json.WriteNumber("rounds", side.Rounds.Count);
                json.Real("gflops", gflops.Median);
                json.Real("gflops_least", gflops.Least);
                json.Real("gflops_greatest", gflops.Greatest);
                json.Real("share_of_peak", c.ShareOfPeak(side));
                if (isTraining)
                {
                    json.Real("tokens_per_second", side.Median);
                    json.Real("tokens_per_second_least", side.Least);
                    json.Real("tokens_per_second_greatest", side.Greatest);
                }
            });
        }
        foreach (Ratio ratio in c.Ours.Select(ours => c.RatioAt(ours.Threads)).OfType<Ratio>())
        {
            JsonLine.Write(output, json =>
            {
                json.WriteString("event", "ratio");
                json.WriteString("subject", subject);
                json.WriteString("name", c.Name);
                json.WriteNumber("threads", ratio.Ours.Threads);
                json.WriteString("peer", ratio.Theirs.Who);
                json.WriteNumber("peer_threads", ratio.Theirs.Threads);
                json.Real("ratio", ratio.Median);
                json.Real("ratio_least", ratio.Least);
                json.Real("ratio_greatest", ratio.Greatest);
                json.WriteBoolean("reference_blas", c.IsUnfair);
            });
        }
    }
}
