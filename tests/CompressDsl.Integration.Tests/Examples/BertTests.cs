using System.Text.Json.Nodes;

namespace CompressDsl.Integration.Tests.Examples;

/// <summary>examples/Bert: a masked language model with the names of the first folders.</summary>
public sealed class BertTests : IDisposable
{
    private readonly Example _bert = new("Bert");
    private readonly string[] _vocabulary =
    [
        "[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", "the", "network", "prune", "##s", "weight", "a", "layer", ".",
        .. Enumerable.Range(0, 100).Select(static i => $"{i}"),
    ];

    public BertTests()
    {
        TinyFolder.Write(_bert["model"], $$"""
            {
              "model_type": "bert", "vocab_size": {{_vocabulary.Length}}, "hidden_size": 16, "intermediate_size": 32, "num_hidden_layers": 2,
              "num_attention_heads": 4, "max_position_embeddings": 64, "type_vocab_size": 2, "hidden_act": "gelu", "layer_norm_eps": 1e-12
            }
            """, Shapes());
        File.WriteAllText(Path.Combine(_bert["model"], "tokenizer.json"), Tokenizer());
        File.WriteAllText(_bert["text.txt"], TinyFolder.Text);
    }

    public void Dispose() => _bert.Dispose();

    [Fact]
    public void Prune_KeepsEveryTensorOfOtherTasks()
    {
        var figures = _bert.Figures(
            "prune", "--model", _bert["model"], "--out", _bert["out"], "--criterion", "sparsegpt", "--sparsity", "0.5",
            "--calibration", _bert["text.txt"], "--sequences", "4", "--length", "32", "--stride", "64");

        Assert.Equal(12, figures.GetProperty("layers").GetArrayLength());
        Assert.Equal(0.5, figures.GetProperty("sparsity").GetDouble(), 2);
        var (before, _) = TinyFolder.Read(Path.Combine(_bert["model"], "model.safetensors"));
        var (after, _) = TinyFolder.Read(Path.Combine(_bert["out"], "model.safetensors"));
        Assert.Equal(before.Keys.Order(), after.Keys.Order());
        Assert.Equal(
            before.Keys.Where(static name => name.Contains(".layer.", StringComparison.Ordinal) && name[^6..] == "weight").Order(),
            after.Where(pair => !pair.Value.Values.SequenceEqual(before[pair.Key].Values)).Select(static pair => pair.Key).Order());
        Assert.True(File.Exists(Path.Combine(_bert["out"], "tokenizer.json")));
    }

    [Fact]
    public void Eval_PredictsWhatIsMasked()
    {
        var figures = _bert.Figures("eval", "--model", _bert["model"], "--text", _bert["text.txt"], "--window", "30", "--windows", "5");

        Assert.Equal(20, figures.GetProperty("tokens").GetInt64()); // every seventh of 28, five times
        Assert.InRange(figures.GetProperty("accuracy").GetDouble(), 0, 1);
        Assert.InRange(figures.GetProperty("perplexity").GetDouble(), 20, 500);
    }

    [Fact]
    public void Shrink_CarriesWhatFits_AndRefusesWhatWouldBreakOtherTasks()
    {
        var error = _bert.Error("shrink", "--model", _bert["model"], "--out", _bert["out"], "--heads", "0.5", "--hidden", "0.5");

        Assert.Contains("carried: bert.pooler.dense.weight", error, StringComparison.Ordinal);
        Assert.False(Directory.Exists(_bert["out"]));

        _bert.Figures(
            "shrink", "--model", _bert["model"], "--out", _bert["out"], "--channels", "0.5", "--layers", "0.5",
            "--calibration", _bert["text.txt"], "--sequences", "4", "--length", "32", "--stride", "64");
        var config = JsonNode.Parse(File.ReadAllText(Path.Combine(_bert["out"], "config.json")))!;
        Assert.Equal((16, 16, 1, 4), ((int)config["hidden_size"]!, (int)config["intermediate_size"]!, (int)config["num_hidden_layers"]!, (int)config["num_attention_heads"]!));
        var (tensors, _) = TinyFolder.Read(Path.Combine(_bert["out"], "model.safetensors"));
        Assert.Equal([16, 16], tensors["bert.encoder.layer.0.intermediate.dense.weight"].Shape);
        Assert.Contains("bert.pooler.dense.weight", tensors.Keys);
        Assert.DoesNotContain(tensors.Keys, static name => name.Contains("layer.1.", StringComparison.Ordinal));
    }

    private Dictionary<string, long[]> Shapes()
    {
        var shapes = new Dictionary<string, long[]>
        {
            ["bert.embeddings.word_embeddings.weight"] = [_vocabulary.Length, 16],
            ["bert.embeddings.position_embeddings.weight"] = [64, 16],
            ["bert.embeddings.token_type_embeddings.weight"] = [2, 16],
            ["cls.predictions.bias"] = [_vocabulary.Length],
            ["cls.predictions.transform.dense.weight"] = [16, 16],
            ["cls.predictions.transform.dense.bias"] = [16],
            ["cls.seq_relationship.weight"] = [2, 16],
            ["cls.seq_relationship.bias"] = [2],
            ["bert.pooler.dense.weight"] = [16, 16],
            ["bert.pooler.dense.bias"] = [16],
        };
        foreach (var norm in new[] { "bert.embeddings", "cls.predictions.transform" })
        {
            (shapes[$"{norm}.LayerNorm.gamma"], shapes[$"{norm}.LayerNorm.beta"]) = ([16], [16]);
        }

        for (var i = 0; i < 2; i++)
        {
            var layer = $"bert.encoder.layer.{i}.";
            (string Name, long Out, long In)[] parts =
            [
                ("attention.self.query", 16, 16), ("attention.self.key", 16, 16), ("attention.self.value", 16, 16), ("attention.output.dense", 16, 16),
                ("intermediate.dense", 32, 16), ("output.dense", 16, 32),
            ];
            foreach (var (name, outputs, inputs) in parts)
            {
                (shapes[$"{layer}{name}.weight"], shapes[$"{layer}{name}.bias"]) = ([outputs, inputs], [outputs]);
            }

            foreach (var norm in new[] { "attention.output", "output" })
            {
                (shapes[$"{layer}{norm}.LayerNorm.gamma"], shapes[$"{layer}{norm}.LayerNorm.beta"]) = ([16], [16]);
            }
        }

        return shapes;
    }

    private string Tokenizer()
    {
        var vocabulary = new JsonObject();
        foreach (var token in _vocabulary)
        {
            vocabulary[token] = vocabulary.Count;
        }

        return new JsonObject
        {
            ["normalizer"] = new JsonObject { ["type"] = "BertNormalizer", ["lowercase"] = true },
            ["pre_tokenizer"] = new JsonObject { ["type"] = "BertPreTokenizer" },
            ["model"] = new JsonObject { ["type"] = "WordPiece", ["unk_token"] = "[UNK]", ["vocab"] = vocabulary },
        }.ToJsonString();
    }
}
