using Longhand.Files;
using Longhand.Models;
using Longhand.Nn;
using Longhand.Numerics;
using Longhand.Training;

namespace Longhand.Tests;

public sealed class ModelFileTests : IDisposable
{
    private static readonly GptConfig Config = new() { Layers = 1, Heads = 2, Width = 8, Context = 4, Vocabulary = 5 };

    private readonly TemporaryFolder _folder = new();
    private readonly Gpt _model = new(Config, new Rng("written"));

    private string File => _folder["model.safetensors"];

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void What_was_written_is_read()
    {
        Write(Tensors());
        AssertRead();
    }

    [Fact]
    public void The_file_is_the_same_each_time_and_says_its_format()
    {
        using MemoryStream first = new(), second = new();
        ModelFile.Write(first, _model);
        ModelFile.Write(second, _model);
        Assert.Equal(first.ToArray(), second.ToArray());
        System.IO.File.WriteAllBytes(File, first.ToArray());
        using SafeTensorsFile file = SafeTensorsFile.Open(File);
        Assert.Equal("pt", file.Metadata["format"]);
        Assert.Equal(_model.Parameters.Select(p => p.Name).Order(), file.Entries.Select(e => e.Name).Order());
    }

    [Fact]
    public void A_flipped_bit_anywhere_in_the_numbers_is_noticed()
    {
        using var written = new MemoryStream();
        ModelFile.Write(written, _model);
        byte[] bytes = written.ToArray();
        int start = 8 + (int)BitConverter.ToInt64(bytes);
        for (int at = start; at < bytes.Length; at += 97)
        {
            bytes[at] ^= 4;
            System.IO.File.WriteAllBytes(File, bytes);
            AssertRefused("the numbers in it do not have the SHA-256 that it was written with: it is damaged.");
            bytes[at] ^= 4;
        }
    }

    [Fact]
    public void State_is_saved_too()
    {
        var norm = new BatchNorm(3);
        norm.RunningMean.Write([1, 2, 3]);
        using (FileStream stream = System.IO.File.Create(File)) ModelFile.Write(stream, norm);
        var read = new BatchNorm(3);
        ModelFile.Read(File, read);
        Assert.Equal([1f, 2, 3], read.RunningMean.Value.ToArray());
    }

    [Fact]
    public void Names_without_transformer_are_accepted()
    {
        Write([.. Tensors().Select(t => (t.Name["transformer.".Length..], t.Shape, t.Values))]);
        AssertRead();
    }

    [Fact]
    public void The_tied_output_layer_and_the_masks_are_passed_over()
    {
        Write(
        [
            .. Tensors(), ("lm_head.weight", [5, 8], new float[40]), ("transformer.h.0.attn.bias", [1, 1, 4, 4], new float[16]),
            ("transformer.h.0.attn.masked_bias", [], new float[1]),
        ]);
        AssertRead();
    }

    [Fact]
    public void A_missing_tensor_is_named()
    {
        Write([.. Tensors().Where(t => t.Name != "transformer.h.0.mlp.c_fc.bias")]);
        AssertRefused("transformer.h.0.mlp.c_fc.bias: expected a tensor (32), as config.json says, found no tensor of this name.");
    }

    [Fact]
    public void A_tensor_of_another_shape_is_named_with_both()
    {
        Write([.. Tensors().Select(t => t.Name == "transformer.wte.weight" ? (t.Name, [8, 5], t.Values) : t)]);
        AssertRefused("transformer.wte.weight: expected the shape (5, 8), as config.json says, found (8, 5).");
    }

    [Fact]
    public void A_tensor_too_many_is_named()
    {
        Write([.. Tensors(), ("transformer.h.1.ln_1.weight", [8], new float[8])]);
        AssertRefused("transformer.h.1.ln_1.weight: expected only the tensors that config.json asks for, found this one more.");
        Write([.. Tensors(), ("wte.weight", [5, 8], new float[40])]);
        AssertRefused("wte.weight: expected only the tensors that config.json asks for, found this one more.");
    }

    [Fact]
    public void Any_truncation_is_refused()
    {
        Write(Tensors());
        byte[] whole = System.IO.File.ReadAllBytes(File);
        for (int length = 0; length < whole.Length; length += 97)
        {
            TemporaryFolder.Overwrite(File, whole[..length]);
            Assert.Throws<BadFileException>(() => ModelFile.Read(File, new Gpt(Config, new Rng("read"))));
        }
    }

    [Fact]
    public void A_missing_file_is_refused() => AssertRefused("there is no such file.");

    private List<(string Name, int[] Shape, float[] Values)> Tensors() =>
        [.. _model.Parameters.Select(p => (p.Name, p.Parameter.Shape.Sizes.ToArray(), p.Parameter.Value.ToArray()))];

    private void Write(List<(string Name, int[] Shape, float[] Values)> tensors)
    {
        using FileStream stream = System.IO.File.Create(File);
        SafeTensorsWriter.Write(stream, [.. tensors.Select(t => (t.Name, t.Shape))], i => tensors[i].Values);
    }

    private void AssertRead()
    {
        var read = new Gpt(Config, new Rng("read"));
        ModelFile.Read(File, read);
        foreach (((string name, Parameter expected), (_, Parameter actual)) in _model.Parameters.Zip(read.Parameters))
            Assert.True(expected.Value.ToArray().AsSpan().SequenceEqual(actual.Value.ToArray()), name);
    }

    private void AssertRefused(string message) =>
        Assert.Equal($"{File}: {message}", Assert.Throws<BadFileException>(() => ModelFile.Read(File, new Gpt(Config, new Rng("read")))).Message);
}
