using System.Text;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace CompressDsl.Tests.Checkpoints;

public sealed class HuggingFaceFolderTests : IDisposable
{
    private const string Config = """{ "model_type": "tiny",  "width": 4 }""";

    private readonly TemporaryFolder _folder = new();
    private readonly DisposeScope _scope = NewDisposeScope();

    public void Dispose()
    {
        _scope.Dispose();
        _folder.Dispose();
    }

    [Fact]
    public void Shards_AreReadAndWrittenAsTheyAre()
    {
        var source = WriteShards("source");
        File.WriteAllText(Path.Combine(source, "tokenizer.json"), "{}");
        File.WriteAllText(Path.Combine(source, "generation_config.json"), "{}");
        File.WriteAllText(Path.Combine(source, "pytorch_model.bin"), "weights once more");
        File.WriteAllText(Path.Combine(source, "README.md"), "the paper");
        using var folder = HuggingFaceFolder.Open(source);
        using var model = new FolderModel();

        folder.Load(model);
        var bytes = folder.Save(_folder["target"], model);

        Assert.Equal(4, folder.Config.Integer("width"));
        Assert.Equal(2f, model.first.weight![1, 1].item<float>());
        Assert.Equal(
            ["config.json", "generation_config.json", "model-1.safetensors", "model-2.safetensors", "model.safetensors.index.json", "tokenizer.json"],
            FilesOf("target"));
        Assert.Equal(Config, File.ReadAllText(Path.Combine(_folder["target"], "config.json")));
        Assert.Equal(Directory.GetFiles(_folder["target"], "*.safetensors").Sum(static file => new FileInfo(file).Length), bytes);
        foreach (var name in new[] { "model-1.safetensors", "model-2.safetensors" })
        {
            using var before = SafeTensorsFile.Open(Path.Combine(source, name));
            using var after = SafeTensorsFile.Open(Path.Combine(_folder["target"], name));
            Assert.Equal(before.Tensors.Values.Select(static tensor => tensor.ToString()), after.Tensors.Values.Select(static tensor => tensor.ToString()));
            Assert.All(before.Names, tensor => Assert.True(before.Read(tensor).Equals(after.Read(tensor)), tensor));
            Assert.Equal(new Dictionary<string, string> { ["format"] = "pt" }, after.Metadata);
        }
    }

    [Theory]
    [InlineData(ScalarType.Float32, "F32")]
    [InlineData(ScalarType.Float16, "F16")]
    [InlineData(ScalarType.BFloat16, "BF16")]
    public void PrunedModel_KeepsTheDtype_AndItsZerosAreZeros(ScalarType type, string dtype)
    {
        WriteSingle("source", Values(type));
        using var folder = HuggingFaceFolder.Open(_folder["source"]);
        using var model = new FolderModel();
        folder.Load(model);
        model.Prune(new PruneOptions { Rule = SparsityRule.SemiStructured(2, 4) });

        folder.Save(_folder["target"], model);

        using var written = HuggingFaceFolder.Open(_folder["target"]);
        Assert.Equal(folder.Tensors.Keys.Order(), written.Tensors.Keys.Order());
        Assert.All(written.Tensors.Values, tensor => Assert.Equal(dtype, tensor.Dtype));
        var (before, after) = (folder.Read("first.weight"), written.Read("first.weight"));
        Assert.Equal(8, after.eq(0).sum().item<long>());
        Assert.True(after.eq(0).logical_or(after.eq(before)).all().item<bool>());
    }

    [Fact]
    public void RenamedAndTransposedTensors_MeetTheirPlaces()
    {
        var values = Values(ScalarType.Float32);
        WriteSingle("source", new()
        {
            ["body.first.weight"] = values["first.weight"].t().contiguous(),
            ["body.first.bias"] = values["first.bias"],
            ["body.second.weight"] = values["second.weight"],
        });
        using var folder = HuggingFaceFolder.Open(_folder["source"]);
        using var model = new FolderModel();
        var layout = new HuggingFaceLayout { Find = static name => new("body." + name, IsTransposed: name == "first.weight") };

        folder.Load(model, layout);
        Assert.True(values["first.weight"].Equals(model.first.weight!));
        folder.Save(_folder["target"], model, layout);

        using var written = HuggingFaceFolder.Open(_folder["target"]);
        Assert.All(folder.Tensors.Keys, name => Assert.True(folder.Read(name).Equals(written.Read(name)), name));
        Assert.Equal([4L, 4L], written.Tensors["body.first.weight"].Shape);
    }

    [Fact]
    public void NamesThatOneSideLacks_AreAllNamed_AndNothingIsLoaded()
    {
        var values = Values(ScalarType.Float32);
        values.Remove("second.weight");
        values["third.weight"] = ones(2);
        values["first.bias"] = ones(5);
        WriteSingle("source", values);
        using var folder = HuggingFaceFolder.Open(_folder["source"]);
        using var model = new FolderModel();
        var before = model.first.weight!.clone();

        var error = Assert.Throws<CheckpointMismatchException>(() => folder.Load(model));

        Assert.Equal(3, error.Problems.Count);
        Assert.Contains("missing: second.weight", error.Message, StringComparison.Ordinal);
        Assert.Contains("unexpected: third.weight F32 [2]", error.Message, StringComparison.Ordinal);
        Assert.Contains("shape: first.bias F32 [5]", error.Message, StringComparison.Ordinal);
        Assert.True(before.Equals(model.first.weight!));
        Assert.Throws<CheckpointMismatchException>(() => folder.Save(_folder["target"], model));
        Assert.Equal(["source"], Folders());
    }

    [Fact]
    public void KnownBuffers_AndWhatTheLayoutCarries_StayAsTheyAre()
    {
        var values = Values(ScalarType.Float32);
        values["layers.0.self_attn.rotary_emb.inv_freq"] = arange(3, dtype: ScalarType.Float64);
        values["h.0.attn.bias"] = ones([2, 2], dtype: ScalarType.Bool).tril();
        values["embeddings.position_ids"] = arange(5, dtype: ScalarType.Int64);
        values["head.weight"] = ones(2, 2);
        WriteSingle("source", values);
        using var folder = HuggingFaceFolder.Open(_folder["source"]);
        using var model = new FolderModel();
        var layout = new HuggingFaceLayout { Carries = static name => name == "head.weight" };

        folder.Load(model, layout);
        using (no_grad())
        {
            model.second.weight!.zero_();
        }

        folder.Save(_folder["target"], model, layout);

        using var written = HuggingFaceFolder.Open(_folder["target"]);
        Assert.Equal(folder.Tensors.Values.Select(static tensor => tensor.ToString()), written.Tensors.Values.Select(static tensor => tensor.ToString()));
        Assert.All(folder.Tensors.Keys.Where(static name => name != "second.weight"), name => Assert.True(folder.Read(name).Equals(written.Read(name)), name));
        Assert.Equal(0, written.Read("second.weight").count_nonzero().item<long>());
    }

    [Fact]
    public void TiedWeights_AreFoundUnderEitherName_AndMustAgree()
    {
        WriteSingle("once", new() { ["second.weight"] = ones(4, 4), ["first.bias"] = ones(4) });
        WriteSingle("twice", new() { ["first.weight"] = ones(4, 4), ["second.weight"] = zeros(4, 4), ["first.bias"] = ones(4) });
        using var model = new FolderModel();
        model.second.weight = model.first.weight;

        using var once = HuggingFaceFolder.Open(_folder["once"]);
        once.Load(model);
        Assert.Equal(16f, model.first.weight!.sum().item<float>());
        once.Save(_folder["target"], model);
        using var written = HuggingFaceFolder.Open(_folder["target"]);
        Assert.Equal(["first.bias", "second.weight"], written.Tensors.Keys.Order());

        using var twice = HuggingFaceFolder.Open(_folder["twice"]);
        var error = Assert.Throws<CheckpointMismatchException>(() => twice.Load(model));
        Assert.Contains("tied: first.weight and second.weight", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void OldTarget_IsReplaced_AndWhatAKilledRunLeft_IsGone()
    {
        WriteSingle("source", Values(ScalarType.Float32));
        WriteSingle("target", Values(ScalarType.Float16));
        File.WriteAllText(Path.Combine(_folder["target"], "vocab.txt"), "old");
        Directory.CreateDirectory(_folder[".target.partial"]);
        File.WriteAllText(Path.Combine(_folder[".target.partial"], "model.safetensors"), "half");
        Directory.CreateDirectory(_folder[".target.replaced"]);
        using var folder = HuggingFaceFolder.Open(_folder["source"]);
        using var model = new FolderModel();

        folder.Save(_folder["target"], model);

        Assert.Equal(["config.json", "model.safetensors"], FilesOf("target"));
        Assert.Equal(["source", "target"], Folders());
    }

    [Fact]
    public void TargetsThatWouldLoseSomething_AreRefused()
    {
        WriteSingle("source", Values(ScalarType.Float32));
        Directory.CreateDirectory(_folder["photos"]);
        File.WriteAllText(Path.Combine(_folder["photos"], "photo.jpg"), "precious");
        File.WriteAllText(_folder["file"], "precious");
        WriteSingle("annotated", Values(ScalarType.Float32));
        File.WriteAllText(Path.Combine(_folder["annotated"], "notes.txt"), "precious");
        Directory.CreateSymbolicLink(_folder["link"], _folder["source"]);
        using var folder = HuggingFaceFolder.Open(_folder["source"]);
        using var model = new FolderModel();

        foreach (var target in new[] { "source", "link", ".", "photos", "annotated", "file", "nowhere/target" })
        {
            var error = Assert.ThrowsAny<IOException>(() => folder.Save(_folder[target], model));
            Assert.Contains("ame another", error.Message, StringComparison.Ordinal);
            Assert.ThrowsAny<IOException>(() => folder.CheckTarget(_folder[target]));
        }

        Assert.Equal(["config.json", "model.safetensors"], FilesOf("source"));
        Assert.Equal(["photo.jpg"], FilesOf("photos"));
    }

    [Fact]
    public void MissingParts_AreNamed()
    {
        Directory.CreateDirectory(_folder["empty"]);
        Directory.CreateDirectory(_folder["old"]);
        File.WriteAllText(Path.Combine(_folder["old"], "config.json"), Config);
        File.WriteAllText(Path.Combine(_folder["old"], "pytorch_model.bin"), "");

        Assert.Contains("nowhere", Assert.Throws<DirectoryNotFoundException>(() => HuggingFaceFolder.Open(_folder["nowhere"])).Message, StringComparison.Ordinal);
        Assert.Contains("config.json", Assert.Throws<FileNotFoundException>(() => HuggingFaceFolder.Open(_folder["empty"])).Message, StringComparison.Ordinal);
        Assert.Contains("converted", Assert.Throws<FileNotFoundException>(() => HuggingFaceFolder.Open(_folder["old"])).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("""{ "weight_map": { "first.weight": "../source/model-1.safetensors" } }""", "a .safetensors file in the same folder")]
    [InlineData("""{ "weight_map": { "first.weight": 1 } }""", "a file name")]
    [InlineData("""{ "weight_map": 1 }""", "an object")]
    [InlineData("""{ }""", "weight_map")]
    [InlineData("""{ "weight_map": """, "not valid JSON")]
    [InlineData("""{ "weight_map": { "other": "model-1.safetensors" } }""", "does not have it")]
    [InlineData("""{ "weight_map": { "first.weight": "model-1.safetensors" } }""", "\"first.bias\"")]
    public void WrongIndex_IsNamed(string index, string named)
    {
        File.WriteAllText(Path.Combine(WriteShards("source"), "model.safetensors.index.json"), index);

        var error = Assert.Throws<FormatException>(() => HuggingFaceFolder.Open(_folder["source"]));

        Assert.Contains("model.safetensors.index.json", error.Message, StringComparison.Ordinal);
        Assert.Contains(named, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void WrongValuesOfAConfig_AreNamed_WithWhatWouldBeRight()
    {
        File.WriteAllText(_folder["config.json"], """{ "a": 1, "b": "x", "c": -1, "d": 1.5, "e": null, "f": {}, "g": [1, 2] }""");
        var config = HuggingFaceConfig.Read(_folder["config.json"]);

        Assert.Equal(1, config.Integer("a"));
        Assert.Equal(7, config.Integer("e", otherwise: 7));
        Assert.Equal(1.5, config.Number("d"));
        Assert.Equal("x", config.Text("b"));
        Assert.False(config.Flag("none"));
        Assert.False(config.Has("e"));
        config.Require("a", "1", "2");
        config.Require("e", "null");
        AssertNamed(() => config.Integer("b"), "\"b\" is \"x\"; a whole number of at least 1 is right");
        AssertNamed(() => config.Integer("d"), "\"d\" is 1.5");
        AssertNamed(() => config.Integer("none"), "\"none\" is missing");
        AssertNamed(() => config.Number("c"), "\"c\" is -1; a number greater than 0");
        AssertNamed(() => config.Flag("a"), "true or false");
        AssertNamed(() => config.Text("g"), "\"g\" is [1, 2]; a text");
        AssertNamed(() => config.Section("a"), "an object");
        AssertNamed(() => config.Require("a", "\"silu\"", "null"), "\"a\" is 1; \"silu\" or null is right");
    }

    private static void AssertNamed(Action read, string named) =>
        Assert.Contains(named, Assert.Throws<FormatException>(read).Message, StringComparison.Ordinal);

    private static Dictionary<string, Tensor> Values(ScalarType type) => new()
    {
        ["first.weight"] = (arange(1, 17, dtype: ScalarType.Float32).reshape(4, 4) / 3).to(type),
        ["first.bias"] = arange(4, dtype: ScalarType.Float32).to(type),
        ["second.weight"] = (arange(16, dtype: ScalarType.Float32).reshape(4, 4) / 7).to(type),
    };

    private void WriteSingle(string name, Dictionary<string, Tensor> tensors)
    {
        Directory.CreateDirectory(_folder[name]);
        File.WriteAllText(Path.Combine(_folder[name], "config.json"), Config);
        SafeTensors.Write(Path.Combine(_folder[name], "model.safetensors"), tensors);
    }

    private string WriteShards(string name)
    {
        var path = _folder[name];
        var values = Values(ScalarType.BFloat16);
        Directory.CreateDirectory(path);
        File.WriteAllText(Path.Combine(path, "config.json"), Config);
        SafeTensors.Write(Path.Combine(path, "model-1.safetensors"), values.Where(static pair => pair.Key.StartsWith("first", StringComparison.Ordinal)));
        SafeTensors.Write(Path.Combine(path, "model-2.safetensors"), values.Where(static pair => pair.Key.StartsWith("second", StringComparison.Ordinal)));
        File.WriteAllText(Path.Combine(path, "model.safetensors.index.json"), """
            { "metadata": { "total_size": 72 }, "weight_map": {
              "first.weight": "model-1.safetensors", "first.bias": "model-1.safetensors", "second.weight": "model-2.safetensors" } }
            """, Encoding.UTF8);
        return path;
    }

    private string[] FilesOf(string name) => [.. Directory.GetFiles(_folder[name]).Select(Path.GetFileName).OfType<string>().Order(StringComparer.Ordinal)];

    private string[] Folders() => [.. Directory.GetDirectories(_folder["."]).Select(Path.GetFileName).OfType<string>().Order(StringComparer.Ordinal)];
}

/// <summary>Two layers, one of them with a rule.</summary>
internal sealed partial class FolderModel : nn.Module<Tensor, Tensor>
{
    [Sparsity(0.5, Purpose = Purpose.Size)]
    internal readonly Linear first = nn.Linear(4, 4);
    internal readonly Linear second = nn.Linear(4, 4, hasBias: false);

    public FolderModel()
        : base(nameof(FolderModel)) => RegisterComponents();

    public override Tensor forward(Tensor x) => second.call(first.call(x));
}
