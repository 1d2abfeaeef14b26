using System.Text.Json.Nodes;
using TorchSharp;
using static TorchSharp.torch;

namespace CompressDsl.Tests.Checkpoints;

/// <summary>What a file says of structure, and models that it does not fit.</summary>
public sealed class StructureCheckpointTests : IDisposable
{
    private readonly DisposeScope scope = NewDisposeScope();
    private readonly TemporaryFolder folder = new();
    private readonly GoldenTransformer model = new(width: 16, heads: 4, kvHeads: 2, inner: 24, outputs: 5);
    private readonly Tensor input = randn(2, 6, 16);

    private string File => folder["model.safetensors"];

    public void Dispose()
    {
        model.Dispose();
        folder.Dispose();
        scope.Dispose();
    }

    [Fact]
    public void Dense_models_say_nothing_of_structure()
    {
        model.Save(File);

        using var file = SafeTensorsFile.Open(File);
        Assert.Equal(["format"], file.Metadata.Keys);
    }

    [Fact]
    public void Model_that_was_made_small_is_loaded_as_it_is()
    {
        Shrink(StructureRule.Channels(0.5));
        using var other = new GoldenTransformer(16, 4, 2, inner: 12, 5);

        other.Load(File);

        Assert.True(model.call(input).Equals(other.call(input)));
    }

    [Fact]
    public void Shrinks_one_after_the_other_are_one_shrink_of_the_model_as_it_was_made()
    {
        Shrink(StructureRule.Channels(0.25), StructureRule.Heads(0.5));
        Shrink(StructureRule.Channels(0.5), StructureRule.Hidden(0.25));
        using var other = new GoldenTransformer(16, 4, 2, 24, 5);

        other.Load(File);

        Assert.Equal([9, 12], other.state_dict()["up.weight"].shape);
        Assert.True(model.call(input).Equals(other.call(input)));
        other.Prune(new PruneOptions { Targets = PruneTargets.Structure, Structure = [StructureRule.Heads(keep: 2)] });
        Assert.Equal(2, other.Compression.attn.Heads.Groups[0].Count);
    }

    [Fact]
    public void A_compressed_weight_of_a_shrunk_model_is_loaded_into_a_new_one()
    {
        Shrink(StructureRule.Channels(0.5));
        using (var file = SafeTensorsFile.Open(File))
        {
            var weight = CompressedWeight.Compress(file.Read("up.weight"), CompressedFormat.SparseBitmask);
            SafeTensors.WriteSources(
                folder["compressed"],
                [
                    .. file.Names.Where(static name => name != "up.weight").Select(name => SafeTensors.Source(name, file.Read(name))),
                    .. CompressedParts.Of("up.weight", weight, ScalarType.Float32),
                ],
                file.Metadata);
        }

        using var other = new GoldenTransformer(16, 4, 2, 24, 5);
        other.Load(folder["compressed"]);

        Assert.Equal([12, 16], other.state_dict()["up.weight"].shape);
        Assert.True(model.call(input).Equals(other.call(input)));
    }

    [Fact]
    public void Model_of_other_sizes_is_refused_and_stays_as_it_was()
    {
        Shrink(StructureRule.Channels(0.5));
        using var other = new GoldenTransformer(16, 4, 2, inner: 32, 5);
        var before = other.call(input);

        var error = Assert.Throws<CheckpointMismatchException>(() => other.Load(File));

        Assert.Contains("structure: dimension 0 of 'up.weight' has 32 channels in the model; in the file 12 are left of 24", error.Problems);
        Assert.True(before.Equals(other.call(input)));
    }

    [Fact]
    public void Class_without_the_attributes_is_refused()
    {
        model.Prune();
        model.Save(File);
        using var other = new GoldenMlp(16, 8, 8, 5);

        var error = Assert.Throws<CheckpointMismatchException>(() => other.Load(File, strict: false));

        Assert.Contains("structure: the file masks 'Hidden' of '', and no attribute of the model speaks of that", error.Problems);
    }

    [Fact]
    public void Masked_model_does_not_take_the_shape_of_a_shrunk_one()
    {
        Shrink(StructureRule.Channels(0.5));
        using var other = new GoldenTransformer(16, 4, 2, 24, 5);
        other.Prune();

        var error = Assert.Throws<CheckpointMismatchException>(() => other.Load(File));

        Assert.Contains(error.Problems, static problem => problem.Contains("this one has masks of heads, channels or blocks", StringComparison.Ordinal));
    }

    [Fact]
    public void Masks_of_units_can_be_taken_back_after_a_load()
    {
        var up = model.Compression.up;
        up.Remove(up.Groups[0], [2, 5]);
        model.Save(File);
        using var other = new GoldenTransformer(16, 4, 2, 24, 5);

        other.Load(File);
        Assert.Equal([2, 5], other.Compression.up.Groups[0].Removed);
        other.Compression.up.Remove(other.Compression.up.Groups[0], []);

        Assert.True(WeightMask.Of(PrunableWeight.Of((TorchSharp.Modules.Linear)other.named_modules().Single(static named => named.name == "up").module)).IsDense);
    }

    [Theory]
    [InlineData("no json", "cannot be read")]
    [InlineData("null", "cannot be read")]
    [InlineData("""{ "surprise": 1 }""", "surprise")]
    [InlineData("""{ "tensors": [{ "module": "up", "tensor": "weight", "dim": 0, "count": 24, "kept": [[0, 25]] }] }""", "no ascending runs within 24")]
    [InlineData("""{ "tensors": [{ "module": "up", "tensor": "weight", "dim": 0, "count": 24, "kept": [[4, 2], [1, 2]] }] }""", "no ascending runs within 24")]
    [InlineData("""{ "tensors": [{ "module": "up", "tensor": "weight", "dim": 0, "count": 24, "kept": [] }] }""", "no ascending runs within 24")]
    [InlineData("""{ "tensors": [{ "module": "up", "tensor": "weight", "dim": 7, "count": 24, "kept": [[0, 12]] }] }""", "dimension 7 of 'up.weight'")]
    [InlineData("""{ "tensors": [{ "module": "nobody", "tensor": "weight", "dim": 0, "count": 24, "kept": [[0, 12]] }] }""", "'nobody.weight' has lost channels in the file")]
    [InlineData("""{ "blocks": [{ "module": "attn", "count": 4, "kept": [[0, 2]] }] }""", "is no list with [PruneLayers]")]
    [InlineData("""{ "maskedGroups": [{ "module": "", "site": "Heads", "owner": "up", "tensor": "weight", "dim": 0, "count": 24, "removed": [1] }] }""", "masks 'Heads' of ''")]
    [InlineData("""{ "maskedLists": [{ "module": "", "site": "layers", "count": 3, "removed": [1] }] }""", "masks blocks of 'layers'")]
    public void What_a_hostile_file_says_is_an_error_and_nothing_is_changed(string structure, string named)
    {
        model.Save(File, new Dictionary<string, string> { [StructureRecord.Key] = structure });
        var before = model.state_dict().ToDictionary(static entry => entry.Key, static entry => entry.Value.clone());

        var error = Assert.ThrowsAny<Exception>(() => model.Load(File));

        Assert.True(error is CheckpointMismatchException or SafeTensorsException, error.ToString());
        Assert.Contains(named, error.Message);
        Assert.All(model.state_dict(), entry => Assert.True(before[entry.Key].Equals(entry.Value)));
    }

    [Fact]
    public void Metadata_is_json_with_runs_of_what_is_left()
    {
        var up = model.Compression.up;
        up.Remove(up.Groups[0], [0, 1, 2, 10]);
        model.Shrink();
        model.Save(File);

        using var file = SafeTensorsFile.Open(File);
        var tensors = JsonNode.Parse(file.Metadata[StructureRecord.Key])!["tensors"]!.AsArray();
        var weight = tensors.Single(static tensor => (string?)tensor!["module"] == "up" && (string?)tensor["tensor"] == "weight")!;
        Assert.Equal("[[3,7],[11,13]]", weight["kept"]!.ToJsonString());
        Assert.Equal(24, (int)weight["count"]!);
    }

    private void Shrink(params StructureRule[] rules)
    {
        model.Prune(new PruneOptions { Targets = PruneTargets.Structure, Structure = rules });
        model.Shrink();
        model.Save(File);
    }
}
