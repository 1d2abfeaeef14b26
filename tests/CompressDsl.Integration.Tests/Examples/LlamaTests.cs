using System.Diagnostics;
using System.Text.Json.Nodes;

namespace CompressDsl.Integration.Tests.Examples;

/// <summary>examples/Llama on folders of its family: every command, from outside.</summary>
public sealed class LlamaTests : IDisposable
{
    internal const string Config = """
        {
          "model_type": "llama", "vocab_size": 256, "hidden_size": 16, "intermediate_size": 24, "num_hidden_layers": 3, "num_attention_heads": 4,
          "num_key_value_heads": 2, "rms_norm_eps": 1e-05, "hidden_act": "silu", "rope_theta": 10000.0
        }
        """;

    private static readonly string[] Small = ["--sequences", "4", "--length", "32", "--stride", "64"];

    private readonly Example _llama = new("Llama");

    public LlamaTests()
    {
        TinyFolder.Write(_llama["model"], Config, Shapes());
        File.WriteAllText(_llama["text.txt"], TinyFolder.Text);
    }

    public void Dispose() => _llama.Dispose();

    [Fact]
    public void Prune_WritesAFolderLikeTheOneItRead()
    {
        // Everything that the family leaves open, at once.
        var rotary = JsonNode.Parse("""
            {
              "rope_type": "llama3", "rope_theta": 500000.0, "factor": 8.0, "low_freq_factor": 1.0, "high_freq_factor": 4.0,
              "original_max_position_embeddings": 64
            }
            """);
        var config = With(
            ("tie_word_embeddings", true), ("attention_bias", true), ("mlp_bias", true), ("head_dim", 8), ("rope_theta", null), ("rope_parameters", rotary));
        TinyFolder.Write(_llama["source"], config, Shapes(headSize: 8, hasBias: true, hasHead: false), "BF16", shards: 2);
        File.WriteAllText(Path.Combine(_llama["source"], "generation_config.json"), "{}");

        var figures = _llama.Figures(
        [
            "prune", "--model", _llama["source"], "--out", _llama["out"], "--criterion", "wanda", "--pattern", "2:4",
            "--calibration", _llama["text.txt"], .. Small,
        ]);

        Assert.Equal(0.5, figures.GetProperty("sparsity").GetDouble());
        Assert.True(figures.GetProperty("seconds").GetDouble() > 0);
        var layers = figures.GetProperty("layers").EnumerateArray().ToArray();
        Assert.Equal(21, layers.Length);
        Assert.All(layers, static layer =>
        {
            Assert.Equal(0.5, layer.GetProperty("sparsity").GetDouble());
            Assert.InRange(layer.GetProperty("error").GetDouble(), 1e-6, 1);
            Assert.All(["name", "damping", "dampingRaises", "deadColumns", "seconds"], key => Assert.True(layer.TryGetProperty(key, out _), key));
        });
        Assert.Equal(Names("source"), Names("out"));
        Assert.Equal(config, File.ReadAllText(Path.Combine(_llama["out"], "config.json")));
        Assert.Equal(["out", "source"], new[] { "out", "source" }.Where(name => Directory.Exists(_llama[name])));
        Assert.False(Directory.Exists(_llama["out.journal"]));
        foreach (var file in Names("source").Where(static name => name.EndsWith(".safetensors", StringComparison.Ordinal)))
        {
            var (before, _) = TinyFolder.Read(Path.Combine(_llama["source"], file));
            var (after, metadata) = TinyFolder.Read(Path.Combine(_llama["out"], file));
            Assert.Equal("""{"format":"pt"}""", metadata);
            Assert.Equal(before.Keys.Order(), after.Keys.Order());
            Assert.All(before, pair =>
            {
                var (dtype, shape, values) = after[pair.Key];
                Assert.Equal((pair.Value.Dtype, string.Join(' ', pair.Value.Shape)), (dtype, string.Join(' ', shape)));
                Assert.All(values.Zip(pair.Value.Values), static value => Assert.True(value.First == 0 || value.First == value.Second));
                var zeros = pair.Key.Contains("_proj.weight", StringComparison.Ordinal) ? 2 : 0;
                Assert.All(values.Chunk(4), group => Assert.Equal(zeros, group.Count(static value => value == 0)));
            });
        }

        Assert.Equal(0.5, _llama.Figures("info", "--model", _llama["out"]).GetProperty("sparsity").GetDouble(), 6);
    }

    [Theory]
    [InlineData("magnitude", "--sparsity", "0.5", "--scope", "global")]
    [InlineData("sparsegpt", "--sparsity", "0.7", "--spill")]
    [InlineData("taylor", "--sparsity", "0.5", "--allocation", "owl", "--scope", "row")]
    public void Criteria_AreFollowed(string criterion, params string[] options)
    {
        var figures = _llama.Figures(
        [
            "prune", "--model", _llama["model"], "--out", _llama["out"], "--criterion", criterion, "--calibration", _llama["text.txt"], .. options, .. Small,
        ]);

        Assert.Equal(double.Parse(options[1], System.Globalization.CultureInfo.InvariantCulture), figures.GetProperty("sparsity").GetDouble(), 1);
        Assert.False(Directory.Exists(_llama["out.activations"]));
        Assert.True(File.Exists(Path.Combine(_llama["out"], "model.safetensors")));
    }

    [Fact]
    public void KilledPrune_GoesOn_ToTheSameBytes()
    {
        string[] command =
        [
            "prune", "--model", _llama["model"], "--criterion", "sparsegpt", "--sparsity", "0.5", "--calibration", _llama["text.txt"], .. Small,
        ];
        _llama.Figures([.. command, "--out", _llama["whole"]]);
        using (var process = _llama.Start([.. command, "--out", _llama["killed"]]))
        {
            var (clock, stage) = (Stopwatch.StartNew(), Path.Combine(_llama["killed.journal"], "stage-00002.safetensors"));
            while (!process.HasExited && !File.Exists(stage) && clock.Elapsed < TimeSpan.FromMinutes(1))
            {
                Thread.Sleep(1);
            }

            process.Kill();
            process.WaitForExit();
        }

        var figures = _llama.Figures([.. command, "--out", _llama["killed"], "--resume"]);

        Assert.Equal(0.5, figures.GetProperty("sparsity").GetDouble(), 2);
        Assert.Equal(
            File.ReadAllBytes(Path.Combine(_llama["whole"], "model.safetensors")), File.ReadAllBytes(Path.Combine(_llama["killed"], "model.safetensors")));
        Assert.False(Directory.Exists(_llama["killed.journal"]));
    }

    [Fact]
    public void Journal_OfAnotherRun_IsRefused_UnlessItIsDiscarded()
    {
        Directory.CreateDirectory(_llama["out.journal"]);
        File.WriteAllText(Path.Combine(_llama["out.journal"], "fingerprint.txt"), "another");
        string[] command = ["prune", "--model", _llama["model"], "--out", _llama["out"], "--criterion", "magnitude", "--sparsity", "0.5"];

        Assert.Contains(_llama["out.journal"], _llama.Error([.. command, "--resume"]), StringComparison.Ordinal);
        Assert.False(Directory.Exists(_llama["out"]));
        Assert.Equal(0.5, _llama.Figures(command).GetProperty("sparsity").GetDouble(), 2);
    }

    [Fact]
    public void Eval_FollowsTheProtocol()
    {
        // A head of zeros knows nothing: every byte has the probability 1 / 256.
        Zero(Path.Combine(_llama["model"], "model.safetensors"), numbers: 256 * 16);

        var figures = _llama.Figures("eval", "--model", _llama["model"], "--text", _llama["text.txt"], "--window", "32", "--windows", "20");

        Assert.Equal(256, figures.GetProperty("perplexity").GetDouble(), 2);
        Assert.Equal(640, figures.GetProperty("tokens").GetInt64());
        Assert.True(figures.GetProperty("seconds").GetDouble() > 0);
        var error = _llama.Error("eval", "--model", _llama["model"], "--text", _llama["text.txt"], "--window", "32");
        Assert.Contains("windows of 32 at most", error, StringComparison.Ordinal);
    }

    [Fact]
    public void Generate_WritesTheSame_ForTheSameSeed()
    {
        string[] command = ["generate", "--model", _llama["model"], "--prompt", "the ", "--tokens", "8"];

        var (first, second) = (_llama.Figures([.. command, "--seed", "3"]), _llama.Figures([.. command, "--seed", "3"]));
        var greedy = _llama.Figures([.. command, "--temperature", "0"]);

        Assert.Equal(8, first.GetProperty("tokens").GetInt32());
        Assert.Equal(first.GetProperty("text").GetString(), second.GetProperty("text").GetString());
        Assert.NotEqual(first.GetProperty("text").GetString(), greedy.GetProperty("text").GetString());
    }

    [Fact]
    public void TokenizerJson_CutsTheText()
    {
        // "the" is one token by two merges, a space before it too; all else is bytes.
        File.WriteAllText(Path.Combine(_llama["model"], "tokenizer.json"), ByteTokenizer("BPE"));
        File.WriteAllText(_llama["the.txt"], string.Concat(Enumerable.Repeat("the the the<|end|>", 100)));

        // Every 18 characters are 4 tokens: the, _the, _the, <|end|>. The last tenth has 40, after the one that begins every text.
        var figures = _llama.Figures("eval", "--model", _llama["model"], "--text", _llama["the.txt"], "--window", "10", "--windows", "4");

        Assert.Equal(40, figures.GetProperty("tokens").GetInt64());
        var error = _llama.Error("eval", "--model", _llama["model"], "--text", _llama["the.txt"], "--window", "10", "--windows", "5");
        Assert.Contains("41 tokens", error, StringComparison.Ordinal);
        File.WriteAllText(Path.Combine(_llama["model"], "tokenizer.json"), ByteTokenizer("Unigram"));
        Assert.Contains("Unigram", _llama.Error("generate", "--model", _llama["model"], "--prompt", "the"), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("hidden_act", "gelu", "\"silu\"")]
    [InlineData("model_type", "gpt2", "\"llama\"")]
    [InlineData("num_key_value_heads", "3", "a divisor of")]
    [InlineData("sliding_window", "4096", "null")]
    [InlineData("rope_scaling", "{ \"rope_type\": \"yarn\", \"factor\": 2.0 }", "\"llama3\"")]
    [InlineData("tie_word_embeddings", "true", "lm_head")]
    public void ConfigsOfOtherComputations_AreRefused(string key, string value, string named)
    {
        var json = char.IsLetter(value[0]) && value != "true" ? JsonValue.Create(value) : JsonNode.Parse(value);
        if (key == "tie_word_embeddings")
        {
            // Without a head, and without a config that ties it.
            (json, var shapes) = (JsonValue.Create(false), Shapes(hasHead: false));
            TinyFolder.Write(_llama["model"], Config, shapes);
        }

        File.WriteAllText(Path.Combine(_llama["model"], "config.json"), With((key, json)));

        var error = _llama.Error("eval", "--model", _llama["model"], "--text", _llama["text.txt"], "--window", "16", "--windows", "2");

        Assert.Contains(key == "tie_word_embeddings" ? "missing" : key == "rope_scaling" ? "yarn" : key, error, StringComparison.Ordinal);
        Assert.Contains(named, error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("name one of them", "--criterion", "magnitude")]
    [InlineData("name one of them", "--criterion", "magnitude", "--sparsity", "0.5", "--pattern", "2:4")]
    [InlineData("--calibration", "--criterion", "sparsegpt", "--sparsity", "0.5")]
    [InlineData("2:4", "--criterion", "magnitude", "--pattern", "4:2")]
    [InlineData("movement", "--criterion", "movement", "--sparsity", "0.5")]
    [InlineData("--sparsity is 0,5", "--criterion", "magnitude", "--sparsity", "0,5")]
    [InlineData("--damping is 0,01", "--criterion", "magnitude", "--sparsity", "0.5", "--damping", "0,01")]
    public void WrongOptions_AreNamed_AndNothingIsWritten(string named, params string[] options)
    {
        Assert.Contains(named, _llama.Error(["prune", "--model", _llama["model"], "--out", _llama["out"], .. options]), StringComparison.Ordinal);
        Assert.False(Directory.Exists(_llama["out"]));
        Assert.False(Directory.Exists(_llama["out.journal"]));
    }

    private static string With(params (string Key, JsonNode? Value)[] values)
    {
        var config = JsonNode.Parse(Config)!.AsObject();
        foreach (var (key, value) in values)
        {
            config[key] = value;
        }

        return config.ToJsonString();
    }

    internal static Dictionary<string, long[]> Shapes(int headSize = 4, bool hasBias = false, bool hasHead = true)
    {
        var shapes = new Dictionary<string, long[]> { ["model.embed_tokens.weight"] = [256, 16], ["model.norm.weight"] = [16] };
        for (var i = 0; i < 3; i++)
        {
            (string Name, long Out, long In)[] layers =
            [
                ("self_attn.q_proj", 4 * headSize, 16), ("self_attn.k_proj", 2 * headSize, 16), ("self_attn.v_proj", 2 * headSize, 16),
                ("self_attn.o_proj", 16, 4 * headSize),
                ("mlp.gate_proj", 24, 16), ("mlp.up_proj", 24, 16), ("mlp.down_proj", 16, 24),
            ];
            foreach (var (name, outputs, inputs) in layers)
            {
                shapes[$"model.layers.{i}.{name}.weight"] = [outputs, inputs];
                if (hasBias)
                {
                    shapes[$"model.layers.{i}.{name}.bias"] = [outputs];
                }
            }

            shapes[$"model.layers.{i}.input_layernorm.weight"] = [16];
            shapes[$"model.layers.{i}.post_attention_layernorm.weight"] = [16];
        }

        if (hasHead)
        {
            shapes["lm_head.weight"] = [256, 16];
        }

        return shapes;
    }

    /// <summary>Bytes, then <c>th</c>, <c>the</c>, <c>_the</c>, and a special token at the beginning and the end.</summary>
    private static string ByteTokenizer(string kind)
    {
        // The first 250 bytes are enough here: GPT-2's table writes the space as U+0120.
        var vocabulary = new JsonObject();
        (int First, int Count)[] ranges = [(0x21, 94), (0xA1, 12), (0xAE, 82), (0x100, 60)];
        foreach (var character in ranges.SelectMany(static range => Enumerable.Range(range.First, range.Count)))
        {
            vocabulary[((char)character).ToString()] = vocabulary.Count;
        }

        foreach (var token in new[] { "th", "the", "\u0120the", "<|end|>" })
        {
            vocabulary[token] = vocabulary.Count;
        }

        return new JsonObject
        {
            ["added_tokens"] = new JsonArray(new JsonObject { ["id"] = vocabulary.Count - 1, ["content"] = "<|end|>", ["special"] = true }),
            ["pre_tokenizer"] = new JsonObject { ["type"] = "ByteLevel", ["add_prefix_space"] = false },
            ["post_processor"] = JsonNode.Parse("""
                { "type": "TemplateProcessing", "single": [{ "SpecialToken": { "id": "<|end|>", "type_id": 0 } }, { "Sequence": { "id": "A", "type_id": 0 } }] }
                """),
            ["model"] = new JsonObject { ["type"] = kind, ["vocab"] = vocabulary, ["merges"] = new JsonArray("t h", "th e", "\u0120 the") },
        }.ToJsonString();
    }

    private static void Zero(string path, int numbers)
    {
        using var file = File.OpenWrite(path);
        file.Seek(-4L * numbers, SeekOrigin.End);
        file.Write(new byte[4 * numbers]);
    }

    private string[] Names(string folder) => [.. Directory.GetFiles(_llama[folder]).Select(Path.GetFileName).OfType<string>().Order(StringComparer.Ordinal)];
}
