using System.Text.Json;
using System.Text.Json.Nodes;

namespace CompressDsl.Integration.Tests.Examples;

/// <summary>The command <c>shrink</c>: what the new folder holds and says, and what its config cannot say.</summary>
public sealed class ShrinkTests : IDisposable
{
    private static readonly string[] Data = ["--sequences", "4", "--length", "32", "--stride", "64"];

    private readonly Example _llama = new("Llama");
    private readonly Example _gpt2 = new("Gpt2");

    public void Dispose()
    {
        _llama.Dispose();
        _gpt2.Dispose();
    }

    [Fact]
    public void Config_SaysTheNewSizes_AndTheTensorsHaveThem()
    {
        WriteLlama(new() { ["tie_word_embeddings"] = true }, hasHead: false, shards: 3);

        var figures = Shrink("--heads", "0.5", "--channels", "0.25", "--hidden", "0.25", "--layers", "0.4", "--calibration", _llama["text.txt"]);

        Assert.True(figures.GetProperty("parametersAfter").GetInt64() < figures.GetProperty("parametersBefore").GetInt64());
        var config = Config(_llama["out"]);
        Assert.Equal(
            (12, 18, 2, 2, 2, 4),
            ((int)config["hidden_size"]!, (int)config["intermediate_size"]!, (int)config["num_hidden_layers"]!, (int)config["num_attention_heads"]!,
                (int)config["num_key_value_heads"]!, (int)config["head_dim"]!));
        Assert.Equal(10000, (double)config["rope_theta"]!);

        var tensors = Tensors(_llama["out"]);
        Assert.Equal("256 12", Shape(tensors, "model.embed_tokens.weight"));
        Assert.Equal("8 12", Shape(tensors, "model.layers.1.self_attn.q_proj.weight"));
        Assert.Equal("12 8", Shape(tensors, "model.layers.1.self_attn.o_proj.weight"));
        Assert.Equal("18 12", Shape(tensors, "model.layers.0.mlp.up_proj.weight"));
        Assert.DoesNotContain(tensors.Keys, static name => name.Contains("layers.2.", StringComparison.Ordinal));
        var map = JsonNode.Parse(File.ReadAllText(Path.Combine(_llama["out"], "model.safetensors.index.json")))!["weight_map"]!.AsObject();
        Assert.Equal(tensors.Keys.Order(), map.Select(static entry => entry.Key).Order());

        // The new folder is one like any other.
        var quality = _llama.Figures("eval", "--model", _llama["out"], "--text", _llama["text.txt"], "--window", "32", "--windows", "4");
        Assert.InRange(quality.GetProperty("perplexity").GetDouble(), 50, 2000);
    }

    [Fact]
    public void KeptChannels_AreThoseOfTheOldFolder()
    {
        WriteLlama([]);
        Shrink("--channels", "0.5");

        var (before, after) = (Tensors(_llama["model"]), Tensors(_llama["out"]));
        var (old, left) = (before["model.layers.0.mlp.up_proj.weight"].Values.Chunk(16).ToArray(), after["model.layers.0.mlp.up_proj.weight"].Values.Chunk(16).ToArray());
        int[] kept = [.. left.Select(row => Array.FindIndex(old, row.SequenceEqual))];
        Assert.Equal(12, kept.Length);
        Assert.Equal(kept.Where(static row => row >= 0).Order().Distinct(), kept);
        Assert.Equal(
            before["model.layers.0.mlp.down_proj.weight"].Values.Chunk(24).SelectMany(row => kept.Select(column => row[column])),
            after["model.layers.0.mlp.down_proj.weight"].Values);
        Assert.Equal(before["model.layers.0.self_attn.q_proj.weight"].Values, after["model.layers.0.self_attn.q_proj.weight"].Values);
    }

    [Fact]
    public void Heads_WithoutAKeyForTheirSize_AreRefused_UnlessTheHiddenChannelsGoToo()
    {
        WriteGpt2();

        var error = _gpt2.Error("shrink", "--model", _gpt2["model"], "--out", _gpt2["out"], "--heads", "0.5");

        Assert.Contains("\"gpt2\" has no key for the size of a head: it is \"n_embd\" / \"n_head\", and 16 / 2 is not 4.", error, StringComparison.Ordinal);
        Assert.False(Directory.Exists(_gpt2["out"]));

        _gpt2.Figures("shrink", "--model", _gpt2["model"], "--out", _gpt2["out"], "--heads", "0.5", "--hidden", "0.5");
        var config = Config(_gpt2["out"]);
        Assert.Equal((8, 2, 64, 2), ((int)config["n_embd"]!, (int)config["n_head"]!, (int)config["n_inner"]!, (int)config["n_layer"]!));
        var tensors = Tensors(_gpt2["out"]);
        Assert.Equal("8 24", Shape(tensors, "h.0.attn.c_attn.weight"));
        Assert.Equal("8 64", Shape(tensors, "h.1.mlp.c_fc.weight"));
        Assert.True(_gpt2.Figures("eval", "--model", _gpt2["out"], "--text", _gpt2["text.txt"], "--window", "32", "--windows", "4").TryGetProperty("perplexity", out _));
    }

    [Theory]
    [InlineData("--heads is 1; the fraction that goes is greater than 0 and less than 1.", "--heads", "1")]
    [InlineData("Nothing is to go: name at least one of --heads, --channels, --hidden and --layers.")]
    [InlineData("--layers looks at data: name a text with --calibration.", "--layers", "0.5")]
    [InlineData("--criterion taylor looks at data: name a text with --calibration.", "--channels", "0.5", "--criterion", "taylor")]
    public void WrongOptions_AreNamed_AndNothingIsWritten(string named, params string[] options)
    {
        WriteLlama([]);

        Assert.Contains(named, _llama.Error(["shrink", "--model", _llama["model"], "--out", _llama["out"], .. options]), StringComparison.Ordinal);
        Assert.False(Directory.Exists(_llama["out"]));
    }

    private JsonElement Shrink(params string[] options) => _llama.Figures(["shrink", "--model", _llama["model"], "--out", _llama["out"], .. options, .. Data]);

    private void WriteLlama(JsonObject more, bool hasHead = true, int shards = 1)
    {
        var config = JsonNode.Parse(LlamaTests.Config)!.AsObject();
        foreach (var (key, value) in more)
        {
            config[key] = value?.DeepClone();
        }

        TinyFolder.Write(_llama["model"], config.ToJsonString(), LlamaTests.Shapes(hasHead: hasHead), shards: shards);
        File.WriteAllText(_llama["text.txt"], TinyFolder.Text);
    }

    private void WriteGpt2()
    {
        TinyFolder.Write(_gpt2["model"], Gpt2Tests.Config, Gpt2Tests.Shapes(""));
        File.WriteAllText(_gpt2["text.txt"], TinyFolder.Text);
    }

    private static JsonNode Config(string folder) => JsonNode.Parse(File.ReadAllText(Path.Combine(folder, "config.json")))!;

    private static Dictionary<string, (string Dtype, long[] Shape, float[] Values)> Tensors(string folder) => Directory.GetFiles(folder, "*.safetensors")
        .SelectMany(static file => TinyFolder.Read(file).Tensors)
        .ToDictionary();

    private static string Shape(Dictionary<string, (string Dtype, long[] Shape, float[] Values)> tensors, string name) => string.Join(' ', tensors[name].Shape);
}
