namespace CompressDsl.Integration.Tests.Examples;

/// <summary>examples/Gpt2: the layers lie the other way round in the file, and the names may lack their prefix.</summary>
public sealed class Gpt2Tests : IDisposable
{
    internal const string Config = """
        {
          "model_type": "gpt2", "vocab_size": 256, "n_positions": 48, "n_embd": 16, "n_layer": 2, "n_head": 4, "activation_function": "gelu_new",
          "layer_norm_epsilon": 1e-05
        }
        """;

    private readonly Example _gpt2 = new("Gpt2");

    public void Dispose() => _gpt2.Dispose();

    [Theory]
    [InlineData("", "F32")]
    [InlineData("transformer.", "BF16")]
    public void Prune_KeepsTheFile_AndPrunesAlongTheInputs(string prefix, string dtype)
    {
        TinyFolder.Write(_gpt2["model"], Config, Shapes(prefix), dtype);
        File.WriteAllText(_gpt2["text.txt"], TinyFolder.Text);

        var figures = _gpt2.Figures(
            "prune", "--model", _gpt2["model"], "--out", _gpt2["out"], "--criterion", "magnitude", "--pattern", "2:4",
            "--calibration", _gpt2["text.txt"], "--sequences", "2", "--length", "32", "--stride", "64");

        Assert.Equal(8, figures.GetProperty("layers").GetArrayLength());
        var (before, _) = TinyFolder.Read(Path.Combine(_gpt2["model"], "model.safetensors"));
        var (after, _) = TinyFolder.Read(Path.Combine(_gpt2["out"], "model.safetensors"));
        Assert.Equal(before.Keys.Order(), after.Keys.Order());
        foreach (var (name, (type, shape, values)) in after)
        {
            Assert.Equal((before[name].Dtype, string.Join(' ', before[name].Shape)), (type, string.Join(' ', shape)));
            if (name.Contains(".c_", StringComparison.Ordinal) && shape is [var inputs, var outputs])
            {
                for (var output = 0; output < outputs; output++)
                {
                    var column = Enumerable.Range(0, (int)inputs).Select(input => values[(input * outputs) + output]);
                    Assert.All(column.Chunk(4), static group => Assert.Equal(2, group.Count(static value => value == 0)));
                }
            }
            else
            {
                Assert.Equal(before[name].Values, values);
            }
        }

        var quality = _gpt2.Figures("eval", "--model", _gpt2["out"], "--text", _gpt2["text.txt"], "--window", "32", "--windows", "8");
        Assert.InRange(quality.GetProperty("perplexity").GetDouble(), 100, 1000);
    }

    [Fact]
    public void LongerWindows_ThanThereArePositions_AreRefused_AndWritingGoesOnWithoutTheFirst()
    {
        TinyFolder.Write(_gpt2["model"], Config, Shapes(""));
        File.WriteAllText(_gpt2["text.txt"], TinyFolder.Text);

        var error = _gpt2.Error("eval", "--model", _gpt2["model"], "--text", _gpt2["text.txt"], "--window", "49");

        Assert.Contains("48 tokens at most", error, StringComparison.Ordinal);
        Assert.Equal(60, _gpt2.Figures("generate", "--model", _gpt2["model"], "--prompt", "a", "--tokens", "60").GetProperty("tokens").GetInt32());
    }

    internal static Dictionary<string, long[]> Shapes(string prefix)
    {
        var shapes = new Dictionary<string, long[]>
        {
            ["wte.weight"] = [256, 16],
            ["wpe.weight"] = [48, 16],
            ["ln_f.weight"] = [16],
            ["ln_f.bias"] = [16],
        };
        for (var i = 0; i < 2; i++)
        {
            foreach (var norm in new[] { "ln_1", "ln_2" })
            {
                (shapes[$"h.{i}.{norm}.weight"], shapes[$"h.{i}.{norm}.bias"]) = ([16], [16]);
            }

            (string Name, long In, long Out)[] layers = [("attn.c_attn", 16, 48), ("attn.c_proj", 16, 16), ("mlp.c_fc", 16, 64), ("mlp.c_proj", 64, 16)];
            foreach (var (name, inputs, outputs) in layers)
            {
                (shapes[$"h.{i}.{name}.weight"], shapes[$"h.{i}.{name}.bias"]) = ([inputs, outputs], [outputs]);
            }

            shapes[$"h.{i}.attn.bias"] = [1, 1, 48, 48];
        }

        return shapes.ToDictionary(pair => prefix + pair.Key, static pair => pair.Value);
    }
}
