using System.Globalization;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Unicode;
using Longhand.Files;
using Longhand.Models;
using Longhand.Nn;

namespace Longhand.Training;

/// <summary>
/// config.json: the keys that Hugging Face's GPT-2 uses for the model's shape, so that its tools read the folder too, and ours under
/// "longhand". The same configuration gives the same bytes.
/// </summary>
internal static class RunConfigJson
{
    private const int MaximumBytes = 1 << 20;

    public static byte[] Write(RunConfig config)
    {
        using var stream = new MemoryStream();
        using (var json = new Utf8JsonWriter(stream, new JsonWriterOptions { Indented = true, NewLine = "\n", Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping }))
        {
            json.WriteStartObject();
            if (config.Model is GptConfig gpt) WriteGpt(json, gpt);
            else WriteModel(json, config.Model);
            if (config.Corpus is { } corpus) WriteCorpus(json, corpus);
            if (config.Training is { } training) WriteTraining(json, training);
            json.WriteEndObject();
            json.WriteEndObject();
        }
        stream.WriteByte((byte)'\n');
        return stream.ToArray();
    }

    public static RunConfig Read(string path)
    {
        byte[] bytes = ReadBytes(path);
        if (!Utf8.IsValid(bytes)) throw new BadFileException(path, "the whole file", "UTF-8 text", "bytes that are none");
        try
        {
            using JsonDocument document = JsonDocument.Parse(bytes, new JsonDocumentOptions { MaxDepth = 16 });
            var root = new Fields(path, "", document.RootElement);
            Fields? ours = root.Object("longhand");
            ModelConfig model = ours?.Optional("kind") is { } kind ? ReadModel(kind, root, ours) : ReadGpt(root, ours);
            CorpusInfo? corpus = ours?.Object("corpus") is { } c
                ? new CorpusInfo(c.Text("name"), c.Text("path"), c.Text("sha256"), c.Integer("characters"))
                : null;
            TrainingOptions? training = ours?.Object("training") is { } t ? ReadTraining(t) : null;
            return new RunConfig(model, training, corpus).Validate();
        }
        catch (JsonException e)
        {
            throw new BadFileException(path, $"it is no valid JSON ({JsonProblem.Describe(e)})", e);
        }
        catch (ArgumentException e)
        {
            throw new BadFileException(path, e.Message, e);
        }
    }

    private static void WriteGpt(Utf8JsonWriter json, GptConfig model)
    {
        json.WriteStartArray("architectures");
        json.WriteStringValue(IsGpt2(model) ? "GPT2LMHeadModel" : "LonghandGpt");
        json.WriteEndArray();
        json.WriteString("model_type", IsGpt2(model) ? "gpt2" : "longhand");
        json.WriteString("activation_function", "gelu_new");
        json.WriteNumber("n_layer", model.Layers);
        json.WriteNumber("n_head", model.Heads);
        json.WriteNumber("n_embd", model.Width);
        json.WriteNumber("n_positions", model.Context);
        json.WriteNumber("n_ctx", model.Context);
        json.WriteNumber("vocab_size", model.Vocabulary);
        json.WriteNumber("layer_norm_epsilon", model.Epsilon);
        json.WriteNumber("initializer_range", 0.02);
        foreach (string dropout in new[] { "attn_pdrop", "embd_pdrop", "resid_pdrop" }) json.WriteNumber(dropout, model.Dropout);
        json.WriteBoolean("tie_word_embeddings", true);
        json.WriteStartObject("longhand");
        json.WriteString("norm", Word(model.Norm));
        json.WriteString("positions", Word(model.Positions));
    }

    private static GptConfig ReadGpt(Fields root, Fields? ours)
    {
        CheckVariant(root);
        return new GptConfig
        {
            Layers = root.Integer("n_layer"),
            Heads = root.Integer("n_head"),
            Width = root.Integer("n_embd"),
            Context = root.Integer("n_positions"),
            Vocabulary = root.Integer("vocab_size"),
            Epsilon = (float)root.Number("layer_norm_epsilon", 1e-5),
            Dropout = (float)root.Number("resid_pdrop", 0),
            Norm = ours?.Choice<NormPlacement>("norm") ?? NormPlacement.Pre,
            Positions = ours?.Choice<PositionKind>("positions") ?? PositionKind.Learned,
        };
    }

    // Kinds that no other program knows: the names of GPT-2's keys where they mean the same, and only those that the kind has.
    private static void WriteModel(Utf8JsonWriter json, ModelConfig model)
    {
        json.WriteString("model_type", "longhand");
        if (model.Has(nameof(model.Layers))) json.WriteNumber("n_layer", model.Layers);
        if (model.Has(nameof(model.Width))) json.WriteNumber("n_embd", model.Width);
        json.WriteNumber("n_positions", model.Context);
        json.WriteNumber("vocab_size", model.Vocabulary);
        if (model.Has(nameof(model.Dropout))) json.WriteNumber("resid_pdrop", model.Dropout);
        json.WriteStartObject("longhand");
        json.WriteString("kind", model.Kind);
        if (model is NGramConfig ngram)
        {
            json.WriteNumber("history", ngram.History);
            json.WriteNumber("hidden", ngram.Hidden);
        }
    }

    private static ModelConfig ReadModel(string kind, Fields root, Fields ours)
    {
        ModelConfig model = ModelKinds.Find(kind) ?? throw ours.Wrong("kind", "one of " + string.Join(", ", ModelKinds.Names));
        if (model.Has(nameof(model.Layers))) model = model with { Layers = root.Integer("n_layer") };
        if (model.Has(nameof(model.Width))) model = model with { Width = root.Integer("n_embd") };
        if (model.Has(nameof(model.Dropout))) model = model with { Dropout = (float)root.Number("resid_pdrop", 0) };
        model = model with { Context = root.Integer("n_positions"), Vocabulary = root.Integer("vocab_size") };
        return model is NGramConfig ngram ? ngram with { History = ours.Integer("history"), Hidden = ours.Integer("hidden") } : model;
    }

    // Other programs' files may describe a GPT-2 that differs where this one has no choice; loading it would give wrong numbers silently.
    private static void CheckVariant(Fields root)
    {
        root.Fixed("model_type", "gpt2 or longhand", static value => value.ValueEquals("gpt2") || value.ValueEquals("longhand"), JsonValueKind.String);
        root.Fixed("activation_function", "gelu_new, the only one this model has", value => value.ValueEquals("gelu_new"), JsonValueKind.String);
        root.Fixed("tie_word_embeddings", "true, as this model shares the table", static _ => true, JsonValueKind.True);
        root.Fixed("scale_attn_weights", "true", static _ => true, JsonValueKind.True);
        root.Fixed("scale_attn_by_inverse_layer_idx", "false", static _ => true, JsonValueKind.False);
        int inner = unchecked(4 * root.Integer("n_embd"));
        root.Fixed("n_inner", FormattableString.Invariant($"null or {inner}, four times the width"),
            value => value.ValueKind == JsonValueKind.Null || (value.TryGetInt32(out int n) && n == inner), JsonValueKind.Null, JsonValueKind.Number);
    }

    // Other norms and positions are our own: no other program may take them for GPT-2.
    private static bool IsGpt2(GptConfig model) => model is { Norm: NormPlacement.Pre, Positions: PositionKind.Learned };

    private static byte[] ReadBytes(string path)
    {
        try
        {
            var file = new FileInfo(path);
            if (!file.Exists) throw new BadFileException(path, "there is no such file.");
            if (file.Length > MaximumBytes) throw new BadFileException(path, $"it has {file.Length} bytes; a configuration has at most {MaximumBytes}.");
            return File.ReadAllBytes(path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new BadFileException(path, $"it cannot be read ({e.Message})", e);
        }
    }

    private static void WriteCorpus(Utf8JsonWriter json, CorpusInfo corpus)
    {
        json.WriteStartObject("corpus");
        json.WriteString("name", corpus.Name);
        json.WriteString("path", corpus.Path);
        json.WriteString("sha256", corpus.Sha256);
        json.WriteNumber("characters", corpus.Characters);
        json.WriteEndObject();
    }

    private static void WriteTraining(Utf8JsonWriter json, TrainingOptions o)
    {
        json.WriteStartObject("training");
        json.WriteString("seed", o.Seed);
        json.WriteNumber("batch", o.Batch);
        json.WriteNumber("accumulate", o.Accumulate);
        json.WriteNumber("steps", o.Steps);
        json.WriteNumber("learning_rate", o.LearningRate);
        json.WriteNumber("final_share", o.FinalShare);
        json.WriteNumber("warmup", o.Warmup);
        json.WriteNumber("beta1", o.Beta1);
        json.WriteNumber("beta2", o.Beta2);
        json.WriteNumber("weight_decay", o.WeightDecay);
        json.WriteNumber("clip", o.Clip);
        json.WriteNumber("eval_every", o.EvalEvery);
        json.WriteNumber("sample_every", o.SampleEvery);
        json.WriteNumber("save_every", o.SaveEvery);
        json.WriteNumber("patience", o.Patience);
        json.WriteEndObject();
    }

    private static TrainingOptions ReadTraining(Fields t) => new()
    {
        Seed = t.Text("seed"),
        Batch = t.Integer("batch"),
        Accumulate = t.Integer("accumulate"),
        Steps = t.Integer("steps"),
        LearningRate = t.Number("learning_rate"),
        FinalShare = t.Number("final_share"),
        Warmup = t.Integer("warmup"),
        Beta1 = t.Number("beta1"),
        Beta2 = t.Number("beta2"),
        WeightDecay = t.Number("weight_decay"),
        Clip = t.Number("clip"),
        EvalEvery = t.Integer("eval_every"),
        SampleEvery = t.Integer("sample_every"),
        SaveEvery = t.Integer("save_every"),
        Patience = t.Integer("patience"),
    };

    private static string Word<T>(T value) where T : struct, Enum => value.ToString().ToLowerInvariant();

    /// <summary>The fields of one JSON object; every wrong one becomes a message that names the file and the field.</summary>
    private sealed class Fields
    {
        private readonly string _path;
        private readonly string _prefix;
        private readonly JsonElement _element;

        public Fields(string path, string prefix, JsonElement element)
        {
            (_path, _prefix, _element) = (path, prefix, element);
            if (element.ValueKind != JsonValueKind.Object)
                throw new BadFileException(path, prefix.Length == 0 ? "the whole file" : prefix, "an object", element.ValueKind.ToString());
        }

        public Fields? Object(string name) =>
            _element.TryGetProperty(name, out JsonElement value) ? new Fields(_path, Full(name), value) : null;

        public int Integer(string name)
        {
            JsonElement value = Find(name);
            return value.ValueKind == JsonValueKind.Number && value.TryGetInt32(out int number) ? number : throw Wrong(name, "a whole number", value);
        }

        public double Number(string name, double? absent = null)
        {
            if (absent is { } number && !_element.TryGetProperty(name, out _)) return number;
            JsonElement value = Find(name);
            return value.ValueKind == JsonValueKind.Number && value.TryGetDouble(out double read) ? read : throw Wrong(name, "a number", value);
        }

        /// <summary>A text, or null where the key is absent.</summary>
        public string? Optional(string name) => _element.TryGetProperty(name, out _) ? Text(name) : null;

        public BadFileException Wrong(string name, string expected) => Wrong(name, expected, Find(name));

        public string Text(string name)
        {
            JsonElement value = Find(name);
            if (value.ValueKind != JsonValueKind.String) throw Wrong(name, "a text", value);
            try
            {
                return value.GetString()!;
            }
            catch (InvalidOperationException)
            {
                throw new BadFileException(_path, Full(name), "a text", "an escape that is half a character (a lone surrogate)");
            }
        }

        /// <summary>For a key that may be absent but has one meaning here: refuses another value.</summary>
        public void Fixed(string name, string expected, Func<JsonElement, bool> accepts, params ReadOnlySpan<JsonValueKind> kinds)
        {
            if (_element.TryGetProperty(name, out JsonElement value) && !(kinds.Contains(value.ValueKind) && accepts(value))) throw Wrong(name, expected, value);
        }

        public T Choice<T>(string name) where T : struct, Enum
        {
            string word = Text(name);
            foreach (T choice in Enum.GetValues<T>())
            {
                if (Word(choice) == word) return choice;
            }
            throw Wrong(name, "one of " + string.Join(", ", Enum.GetValues<T>().Select(Word)), Find(name));
        }

        private JsonElement Find(string name) =>
            _element.TryGetProperty(name, out JsonElement value) ? value : throw new BadFileException(_path, Full(name), "a value", "nothing");

        private BadFileException Wrong(string name, string expected, JsonElement found)
        {
            string text = found.GetRawText();
            return new BadFileException(_path, Full(name), expected, text.Length <= 60 ? text : string.Create(CultureInfo.InvariantCulture, $"{text[..60]}…"));
        }

        private string Full(string name) => _prefix.Length == 0 ? name : _prefix + "." + name;
    }
}
