using CompressDsl.Tests.Pruning;
using TorchSharp;
using static TorchSharp.torch;

namespace CompressDsl.Tests.Checkpoints;

/// <summary>Model folders whose weights are in a layout of compressed-tensors.</summary>
public sealed class HuggingFaceCompactTests : IDisposable
{
    private const string Plain = """{ "model_type": "tiny", "width": 4 }""";

    private readonly TemporaryFolder folder = new();
    private readonly DisposeScope scope = NewDisposeScope();

    public void Dispose()
    {
        scope.Dispose();
        folder.Dispose();
    }

    [Theory]
    [InlineData(SparseKernel.Bitmask, ScalarType.Float32, """{"format":"sparse-bitmask","sparsity_structure":"unstructured","targets":["fc"],"ignore":[]}""")]
    [InlineData(SparseKernel.Csr, ScalarType.Float16, """{"format":"sparse-bitmask","sparsity_structure":"unstructured","targets":["fc"],"ignore":[]}""")]
    [InlineData(SparseKernel.SemiStructured, ScalarType.BFloat16, """{"format":"sparse-24-bitmask","sparsity_structure":"2:4","targets":["fc"],"ignore":[]}""")]
    public void Compact_weights_are_written_in_the_dtype_of_the_folder_and_read_back(SparseKernel kernel, ScalarType type, string sparsity)
    {
        using var model = Write("source", type);
        using var source = HuggingFaceFolder.Open(folder["source"]);
        source.Load(model);
        var weight = model.Weight;
        model.Fc.Compact(kernel);

        var bytes = source.Save(folder["target"], model, weights: SavedWeights.Compact);

        Assert.Equal(new FileInfo(WeightsOf("target")).Length, bytes);
        using var target = HuggingFaceFolder.Open(folder["target"]);
        Assert.Equal($$"""{"quant_method":"compressed-tensors","sparsity_config":{{sparsity}}}""", Compressed(target.Config.Section("quantization_config")!));
        Assert.Equal(4, target.Config.Integer("width"));
        Assert.Equal(source.Tensors.Values.Select(static tensor => tensor.ToString()).Order(), target.Tensors.Values.Select(static tensor => tensor.ToString()).Order());
        using (var file = SafeTensorsFile.Open(WeightsOf("target")))
        {
            Assert.Equal(source.Tensors["fc.weight"].Dtype, file.Tensors["fc.compressed"].Dtype);
            Assert.DoesNotContain("fc.weight", file.Names);
        }

        Assert.Equal(weight.to(type).bytes, target.Read("fc.weight").bytes);
        foreach (var storage in new[] { SparseKernel.None, kernel })
        {
            using var loaded = CompactNet.TwoOfFour();
            if (storage != SparseKernel.None)
            {
                loaded.Fc.Compact(storage);
            }

            target.Load(loaded);
            Assert.Equal((storage, true), (loaded.Fc.Storage, weight.bytes.SequenceEqual(loaded.Weight.bytes)));
        }
    }

    [Fact]
    public void A_compressed_folder_is_written_dense_without_a_word_of_compression()
    {
        using var model = Write("source", ScalarType.Float32);
        using (var source = HuggingFaceFolder.Open(folder["source"]))
        {
            model.Fc.Compact(SparseKernel.Bitmask);
            source.Save(folder["compact"], model, weights: SavedWeights.Compact);
        }

        using var compact = HuggingFaceFolder.Open(folder["compact"]);
        compact.Save(folder["dense"], model);

        Assert.Equal(File.ReadAllBytes(WeightsOf("source")), File.ReadAllBytes(WeightsOf("dense")));
        using var dense = HuggingFaceFolder.Open(folder["dense"]);
        Assert.False(dense.Config.Has("quantization_config"));
        compact.Save(folder["again"], model, weights: SavedWeights.Compact);
        Assert.Equal(File.ReadAllBytes(WeightsOf("compact")), File.ReadAllBytes(WeightsOf("again")));
    }

    [Fact]
    public void Shards_have_the_parts_and_the_index_names_them()
    {
        using var model = Write("source", ScalarType.Float32, sharded: true);
        using var source = HuggingFaceFolder.Open(folder["source"]);
        model.Fc.Compact(SparseKernel.Bitmask);
        source.Save(folder["target"], model, weights: SavedWeights.Compact);

        var index = HuggingFaceConfig.Read(Path.Combine(folder["target"], "model.safetensors.index.json"));
        Assert.Equal(
            ["fc.bias 1", "fc.bitmask 1", "fc.compressed 1", "fc.row_offsets 1", "fc.shape 1", "head.bias 2", "head.weight 2"],
            index.Section("weight_map")!.Json.EnumerateObject().Select(static pair => $"{pair.Name} {pair.Value.GetString()![6]}"));
        using var target = HuggingFaceFolder.Open(folder["target"]);
        target.Load(model);
        Assert.Equal(model.Weight.bytes, target.Read("fc.weight").bytes);
    }

    [Fact]
    public void The_parts_of_a_weight_may_be_in_several_files()
    {
        using var model = Write("source", ScalarType.Float32, sharded: true);
        using (var source = HuggingFaceFolder.Open(folder["source"]))
        {
            model.Fc.Compact(SparseKernel.Bitmask);
            source.Save(folder["target"], model, weights: SavedWeights.Compact);
        }

        Move("fc.bitmask");
        using var target = HuggingFaceFolder.Open(folder["target"]);
        Assert.Equal(model.Weight.bytes, target.Read("fc.weight").bytes);
        target.Save(folder["dense"], model);
        using var dense = HuggingFaceFolder.Open(folder["dense"]);
        Assert.Equal(model.Weight.bytes, dense.Read("fc.weight").bytes);

        void Move(string name)
        {
            var (from, to) = (Path.Combine(folder["target"], "model-1.safetensors"), Path.Combine(folder["target"], "model-2.safetensors"));
            var (first, second) = (ReadAll(from), ReadAll(to));
            second[name] = first[name];
            first.Remove(name);
            SafeTensors.Write(from, first);
            SafeTensors.Write(to, second);
            var index = Path.Combine(folder["target"], "model.safetensors.index.json");
            File.WriteAllText(index, File.ReadAllText(index).Replace($"\"{name}\": \"model-1", $"\"{name}\": \"model-2", StringComparison.Ordinal));
        }
    }

    [Fact]
    public void Layouts_that_a_config_cannot_say_are_refused_and_nothing_is_written()
    {
        using var one = new SparseLinear(8, 8, hasBias: false);
        using var other = new SparseLinear(8, 8, hasBias: false);
        using var model = new Annotated(null, ("one", one), ("other", other));
        one.weight.requires_grad_(false).narrow(1, 0, 4).zero_();
        Weights.Fill(other.weight, [.. Enumerable.Range(0, 64).Select(static i => i % 4 < 2 ? 0f : i)]);
        WriteFolder("source", Plain, model.state_dict());
        using var source = HuggingFaceFolder.Open(folder["source"]);
        one.Compact(SparseKernel.Bitmask);
        other.Compact(SparseKernel.SemiStructured);

        var mixed = Assert.Throws<InvalidOperationException>(() => source.Save(folder["target"], model, weights: SavedWeights.Compact));
        Assert.Contains("'one.weight' would be in sparse-bitmask and 'other.weight' in sparse-24-bitmask", mixed.Message, StringComparison.Ordinal);
        var layout = new HuggingFaceLayout { Find = static name => new(name, IsTransposed: name == "one.weight") };
        var transposed = Assert.Throws<InvalidOperationException>(() => source.Save(folder["target"], model, layout, SavedWeights.Compact));
        Assert.Contains("'one.weight' is stored [in, out]", transposed.Message, StringComparison.Ordinal);
        Assert.False(Directory.Exists(folder["target"]));
        source.Save(folder["target"], model);
    }

    [Fact]
    public void A_transposed_weight_is_read_into_compact_storage()
    {
        using var layer = new SparseLinear(3, 2, hasBias: false);
        using var model = new Annotated(null, ("layer", layer));
        WriteFolder("source", Plain, new() { ["layer.weight"] = tensor(new float[,] { { 1, 0 }, { 0, 2 }, { 3, 0 } }) });
        using var source = HuggingFaceFolder.Open(folder["source"]);
        layer.Compact(SparseKernel.Bitmask);
        source.Load(model, new HuggingFaceLayout { Find = static name => new(name, IsTransposed: true) });
        Assert.Equal([1, 0, 3, 0, 2, 0], layer.state_dict()["weight"].Floats());
    }

    [Fact]
    public void Other_keys_of_the_quantization_config_stay()
    {
        using var model = WriteCompact("source");
        var config = Path.Combine(folder["source"], "config.json");
        File.WriteAllText(config, File.ReadAllText(config).Replace("\"quant_method\"", "\"kv_cache_scheme\": 7, \"quant_method\"", StringComparison.Ordinal));
        using var source = HuggingFaceFolder.Open(folder["source"]);
        source.Save(folder["target"], model);
        using var target = HuggingFaceFolder.Open(folder["target"]);
        Assert.Equal("""{"kv_cache_scheme":7,"quant_method":"compressed-tensors"}""", Compressed(target.Config.Section("quantization_config")!));
    }

    [Theory]
    [InlineData("\"marlin-24\"", "\"format\" is \"marlin-24\"; dense, sparse-bitmask or sparse-24-bitmask is right")]
    [InlineData("7", "\"format\" is 7; a text is right")]
    [InlineData("\"sparse-24-bitmask\"", "fc.weight is in sparse-bitmask, and config.json says sparse-24-bitmask")]
    public void A_config_that_says_something_else_is_an_error(string format, string named)
    {
        using var model = WriteCompact("source");
        var config = Path.Combine(folder["source"], "config.json");
        File.WriteAllText(config, File.ReadAllText(config).Replace("\"sparse-bitmask\"", format, StringComparison.Ordinal));
        Assert.Contains(named, Assert.Throws<FormatException>(() => HuggingFaceFolder.Open(folder["source"])).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Without_a_word_in_the_config_parts_are_tensors_like_others()
    {
        using var model = WriteCompact("source");
        File.WriteAllText(Path.Combine(folder["source"], "config.json"), Plain);
        using var source = HuggingFaceFolder.Open(folder["source"]);
        var error = Assert.Throws<CheckpointMismatchException>(() => source.Load(model));
        Assert.Contains("missing: fc.weight", error.Message, StringComparison.Ordinal);
        Assert.Contains("unexpected: fc.bitmask U8 [6, 3]", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Parts_that_contradict_each_other_are_an_error()
    {
        using var model = WriteCompact("source");
        var before = model.Weight;
        var tensors = ReadAll(WeightsOf("source"));
        var right = tensors["fc.row_offsets"][3].item<long>();
        tensors["fc.row_offsets"][3] = 7;
        SafeTensors.Write(WeightsOf("source"), tensors);
        using (var source = HuggingFaceFolder.Open(folder["source"]))
        {
            var fault = $"offsets: fc.row_offsets I64 [6] holds 7 for row 3; {right} is right";
            Assert.Contains(fault, Assert.Throws<CheckpointMismatchException>(() => source.Load(model)).Message, StringComparison.Ordinal);
            Assert.Contains(fault, Assert.Throws<SafeTensorsException>(() => source.Read("fc.weight")).Message, StringComparison.Ordinal);
            Assert.Equal(before.bytes, model.Weight.bytes);
        }

        tensors.Remove("fc.shape");
        SafeTensors.Write(WeightsOf("source"), tensors);
        Assert.Contains("missing: fc.shape", Assert.Throws<FormatException>(() => HuggingFaceFolder.Open(folder["source"])).Message, StringComparison.Ordinal);
    }

    private static string Compressed(HuggingFaceConfig section) => System.Text.Json.JsonSerializer.Serialize(section.Json);

    private static Dictionary<string, Tensor> ReadAll(string path)
    {
        using var file = SafeTensorsFile.Open(path);
        return file.Names.ToDictionary(static name => name, file.Read);
    }

    private string WeightsOf(string name) => Path.Combine(folder[name], "model.safetensors");

    private CompactNet Write(string name, ScalarType type, bool sharded = false)
    {
        var model = CompactNet.TwoOfFour();
        using (no_grad())
        {
            // What float16 and bfloat16 hold, too.
            model.Fc.weight.copy_(model.Fc.weight.nan_to_num(1, 2, 3).to(ScalarType.Float16).to(ScalarType.BFloat16));
            model.Fc.weight.masked_fill_(model.Fc.weight.abs().lt(1e-3), 0);
        }

        WriteFolder(name, Plain, model.state_dict().ToDictionary(static entry => entry.Key, entry => entry.Value.to(type)), sharded);
        return model;
    }

    private CompactNet WriteCompact(string name)
    {
        var model = Write("dense", ScalarType.Float32);
        using var source = HuggingFaceFolder.Open(folder["dense"]);
        model.Fc.Compact(SparseKernel.Bitmask);
        source.Save(folder[name], model, weights: SavedWeights.Compact);
        return model;
    }

    private void WriteFolder(string name, string config, Dictionary<string, Tensor> tensors, bool sharded = false)
    {
        Directory.CreateDirectory(folder[name]);
        File.WriteAllText(Path.Combine(folder[name], "config.json"), config);
        if (!sharded)
        {
            SafeTensors.Write(WeightsOf(name), tensors, new Dictionary<string, string> { ["format"] = "pt" });
            return;
        }

        foreach (var (number, prefix) in new[] { (1, "fc."), (2, "head.") })
        {
            SafeTensors.Write(Path.Combine(folder[name], $"model-{number}.safetensors"), tensors.Where(tensor => tensor.Key.StartsWith(prefix, StringComparison.Ordinal)));
        }

        var places = tensors.Keys.Select(static tensor => $"\"{tensor}\": \"model-{(tensor.StartsWith("fc.", StringComparison.Ordinal) ? 1 : 2)}.safetensors\"");
        File.WriteAllText(Path.Combine(folder[name], "model.safetensors.index.json"), $$"""{ "weight_map": { {{string.Join(", ", places)}} } }""");
    }
}
