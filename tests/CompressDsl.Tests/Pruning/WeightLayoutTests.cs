using TorchSharp;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace CompressDsl.Tests.Pruning;

/// <summary>Rows and input neighbours of every kind of layer, against loops over the indices.</summary>
public sealed class WeightLayoutTests : IDisposable
{
    private static readonly Dictionary<string, Func<(Module Layer, PrunableWeight Weight)>> Layers = new()
    {
        ["linear"] = static () => Of(Linear(8, 6), PrunableWeight.Of),
        ["sparse linear"] = static () => Of(new SparseLinear(8, 6), PrunableWeight.Of),
        ["conv1d"] = static () => Of(Conv1d(8, 6, 3), PrunableWeight.Of),
        ["conv2d"] = static () => Of(Conv2d(4, 6, (3, 2)), PrunableWeight.Of),
        ["conv2d, 2 groups"] = static () => Of(Conv2d(8, 6, 3, groups: 2), PrunableWeight.Of),
        ["conv3d"] = static () => Of(Conv3d(4, 3, 2), PrunableWeight.Of),
        ["transposed 1d"] = static () => Of(ConvTranspose1d(8, 6, 3), PrunableWeight.Of),
        ["transposed 2d, 2 groups"] = static () => Of(ConvTranspose2d(8, 6, 3, groups: 2), PrunableWeight.Of),
        ["transposed 3d"] = static () => Of(ConvTranspose3d(4, 3, 2), PrunableWeight.Of),
        ["bilinear"] = static () => Of(Bilinear(3, 8, 5), PrunableWeight.Of),
        ["embedding"] = static () => Of(Embedding(5, 8), PrunableWeight.Of),
    };

    private readonly DisposeScope scope = NewDisposeScope();

    public static TheoryData<string> Names => [.. Layers.Keys];

    public void Dispose() => scope.Dispose();

    [Theory]
    [MemberData(nameof(Names))]
    public void PerRow_removes_from_every_output_the_same_number(string name)
    {
        var (weight, mask) = Prune(name, SparsityRule.Unstructured(0.4, scope: Scope.PerRow));
        AssertSmallest(weight, mask, Rows(name, weight.shape), row => (int)Math.Floor((row * 0.4) + 1e-6));
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Semi_structured_groups_are_neighbours_along_the_input_dimension(string name)
    {
        var (weight, mask) = Prune(name, SparsityRule.SemiStructured(1, 4));
        AssertSmallest(weight, mask, Groups(name, weight.shape, 4), static _ => 3);
    }

    [Fact]
    public void A_parameter_of_a_module_is_pruned_as_outputs_by_inputs()
    {
        using var model = new Scaled(SparsityRule.SemiStructured(2, 4), tensor(new[] { 1f, -4, 2, 3, 8, 7, 6, 5 }).reshape(2, 4));
        Pruner.Run(model);
        Assert.Equal([0, 2, 6, 7], model.Site.Mask.Pruned.Places());
        Assert.Equal("scale", model.Compression.AllSites.Single().Name);

        Weights.Fill(model.scale, 1, 1, 1, 1, 1, 1, 1, 1);
        Assert.Equal([0, 1, 0, 1, 1, 1, 0, 0], model.call(ones(1)).Floats());
        model.ClearMasks();
    }

    [Fact]
    public void A_vector_is_one_row()
    {
        using var model = new Scaled(SparsityRule.Unstructured(0.5, scope: Scope.PerRow), tensor(new[] { 4f, 1, 3, 2 }));
        Pruner.Run(model);
        Assert.Equal([1, 3], model.Site.Mask.Pruned.Places());
        model.ClearMasks();
    }

    private static (Module Layer, PrunableWeight Weight) Of<T>(T layer, Func<T?, PrunableWeight?> weight)
        where T : Module => (layer, weight(layer)!);

    private static (Tensor Weight, int[] Mask) Prune(string name, SparsityRule rule)
    {
        var (layer, weight) = Layers[name]();
        WeightSite? site = null;
        using var model = new Annotated(null, (self, _) => site = self.Site("layer", () => weight, rule), ("layer", layer));
        var before = weight.Parameter!.detach().clone();
        Pruner.Run(model);
        var mask = site!.Mask.Pruned.Places();
        Assert.Equal(before.numel() - mask.Length, site.Weight.NonZeros());
        model.ClearMasks();
        return (before, mask);
    }

    private static void AssertSmallest(Tensor weight, int[] mask, IEnumerable<int[]> sets, Func<int, int> removed)
    {
        var values = weight.Floats();
        Assert.Equal(sets.SelectMany(set => Weights.Smallest(values, set, removed(set.Length))).Order(), mask);
    }

    /// <summary>The places that lead to one output, for each output.</summary>
    private static IEnumerable<int[]> Rows(string name, long[] shape) => Places(shape)
        .GroupBy(place => name.StartsWith("transposed", StringComparison.Ordinal) ? (Group(name, shape, place.Index[0]), place.Index[1]) : (0, place.Index[0]))
        .Select(static row => row.Select(static place => place.Place).ToArray());

    /// <summary>Each <paramref name="m"/> places that differ only in the input.</summary>
    private static IEnumerable<int[]> Groups(string name, long[] shape, int m)
    {
        var dimension = name.Split(' ', '1', '2', '3')[0] switch { "transposed" => 0, "conv" => 1, _ => shape.Length - 1 };
        return Places(shape)
            .GroupBy(place => string.Join(',', place.Index.Select((index, d) => d == dimension ? index / m : index)))
            .Select(static group => group.OrderBy(static place => place.Place).Select(static place => place.Place).ToArray());
    }

    private static long Group(string name, long[] shape, long input) => name.Contains("2 groups", StringComparison.Ordinal) ? input / (shape[0] / 2) : 0;

    private static IEnumerable<(int Place, long[] Index)> Places(long[] shape)
    {
        var count = (int)shape.Aggregate(1L, static (product, size) => product * size);
        for (var place = 0; place < count; place++)
        {
            var index = new long[shape.Length];
            var rest = (long)place;
            for (var d = shape.Length - 1; d >= 0; d--)
            {
                (rest, index[d]) = Math.DivRem(rest, shape[d]);
            }

            yield return (place, index);
        }
    }
}
