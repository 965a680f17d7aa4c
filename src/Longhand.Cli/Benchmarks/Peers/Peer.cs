using System.Text.Json;
using Longhand.Cli.Benchmarks.Results;
using Longhand.Cli.Display;
using Longhand.Models;

namespace Longhand.Cli.Benchmarks.Peers;

/// <summary>A library at work with a number of threads: the requests it understands, which tools/twins/peer.py describes.</summary>
internal sealed class Peer(PeerProcess process, PeerFacts facts) : IDisposable
{
    public PeerFacts Facts => facts;

    public bool IsAlive => process.IsAlive;

    public static async Task<(PeerFacts? Facts, string? Missing)> HelloAsync(PeerProcess process, int threads, CancellationToken cancel)
    {
        JsonElement answer = await process.AskAsync("hello", _ => { }, cancel);
        if (answer.TryGetProperty("missing", out JsonElement missing))
        {
            return (null, ForeignText.Line(missing.ToString()));
        }
        return (new PeerFacts(
            process.Name, Text(answer, "version"), threads, Text(answer, "python"), Text(answer, "blas"), Text(answer, "kernels"),
            answer.TryGetProperty("slow", out JsonElement slow) && slow.ValueKind == JsonValueKind.True), null);
    }

    /// <summary>Prepares a product and returns the check sum of its result.</summary>
    public async Task<double> PrepareAsync(Product product, CancellationToken cancel) => Number(
        await process.AskAsync("product", json =>
        {
            json.WriteNumber("batch", product.Batch);
            json.WriteNumber("m", product.M);
            json.WriteNumber("n", product.N);
            json.WriteNumber("k", product.K);
            json.WriteBoolean("transpose_a", product.TransposeA);
            json.WriteBoolean("transpose_b", product.TransposeB);
        }, cancel), "check");

    public async Task<Burst> MultiplyAsync(double seconds, CancellationToken cancel) =>
        Timed(await process.AskAsync("multiply", json => json.WriteNumber("seconds", seconds), cancel));

    /// <summary>Makes the model of a shape with the weights of a file and returns how many parameters it has.</summary>
    public async Task<long> PrepareAsync(TrainingShape shape, string weights, CancellationToken cancel) => (long)Number(
        await process.AskAsync("model", json =>
        {
            json.WriteString("file", weights);
            json.WriteString("kind", shape.Model.Kind);
            json.WriteNumber("layers", shape.Model.Layers);
            if (shape.Model is GptConfig gpt)
            {
                json.WriteNumber("heads", gpt.Heads);
            }
            json.WriteNumber("width", shape.Model.Width);
            json.WriteNumber("context", shape.Model.Context);
            json.WriteNumber("vocabulary", shape.Model.Vocabulary);
            json.WriteNumber("batch", shape.Batch);
            json.WriteNumber("learning_rate", TrainingShape.LearningRate);
            json.WriteNumber("beta2", TrainingShape.Beta2);
            json.WriteNumber("decay", TrainingShape.WeightDecay);
            json.WriteNumber("clip", TrainingShape.Clip);
            json.Reals("ids", shape.Ids().Select(id => (double)id));
            json.Reals("targets", shape.Targets().Select(id => (double)id));
        }, cancel), "parameters");

    /// <summary>The losses of so many further steps.</summary>
    public async Task<double[]> StepsAsync(int count, CancellationToken cancel)
    {
        JsonElement answer = await process.AskAsync("steps", json => json.WriteNumber("count", count), cancel);
        return answer.TryGetProperty("losses", out JsonElement losses) && losses.ValueKind == JsonValueKind.Array && losses.GetArrayLength() == count
            && losses.EnumerateArray().All(loss => loss.ValueKind == JsonValueKind.Number)
            ? [.. losses.EnumerateArray().Select(loss => loss.GetDouble())]
            : throw new PeerException($"{process.Name} answered to \"steps\" without {count} losses.");
    }

    public async Task<Burst> TrainAsync(double seconds, int least, CancellationToken cancel) => Timed(
        await process.AskAsync("train", json =>
        {
            json.WriteNumber("seconds", seconds);
            json.WriteNumber("least", least);
        }, cancel));

    /// <summary>Gives the memory of the last product or model back.</summary>
    public Task DropAsync(CancellationToken cancel) => process.AskAsync("drop", _ => { }, cancel);

    public void Dispose() => process.Dispose();

    private Burst Timed(JsonElement answer)
    {
        var burst = new Burst((long)Number(answer, "count"), Number(answer, "seconds"));
        return burst is { Count: > 0, Seconds: > 0 } ? burst : throw new PeerException($"{process.Name} did nothing in no time: {ForeignText.Line(answer.GetRawText())}.");
    }

    private double Number(JsonElement answer, string name) =>
        answer.TryGetProperty(name, out JsonElement value) && value.ValueKind == JsonValueKind.Number
            ? value.GetDouble()
            : throw new PeerException($"{process.Name} answered without a number \"{name}\".");

    private static string Text(JsonElement answer, string name) => answer.TryGetProperty(name, out JsonElement value) ? ForeignText.Line(value.ToString()) : "";
}
