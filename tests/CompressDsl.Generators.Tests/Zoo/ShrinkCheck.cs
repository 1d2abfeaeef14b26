using TorchSharp;
using static TorchSharp.torch;

namespace CompressDsl.Generators.Tests;

/// <summary>Holds a model that is masked against what it becomes when it shrinks.</summary>
internal static class ShrinkCheck
{
    /// <summary>Shrinks a masked model and compares: the sizes of parameters, outputs, gradients.</summary>
    public static void MaskedIsShrunk(nn.Module model, Func<nn.Module, Tensor> run, double tolerance)
    {
        var kept = KeptIndices(model);
        var hidden = HiddenOf(model);
        var (masked, maskedGradients) = Run(model, run);
        var expected = model.named_parameters().ToDictionary(
            static named => named.name, named => kept.TryGetValue(named.name, out var dims) ? Shape(named.parameter.shape, dims) : named.parameter.shape);

        model.Shrink();

        Assert.Equal(expected, model.named_parameters().ToDictionary(static named => named.name, static named => named.parameter.shape));
        var (shrunk, shrunkGradients) = Run(model, run);
        AssertClose(Narrowed(masked, shrunk, hidden), shrunk, "output", tolerance);

        foreach (var (name, gradient) in masked.dtype == ScalarType.Float64 ? maskedGradients : [])
        {
            AssertClose(kept.TryGetValue(name, out var dims) ? Slice(gradient, dims) : gradient, shrunkGradients[name], $"gradient of {name}", tolerance);
        }
    }

    /// <summary>The channels of the residual stream that stay, where it loses some.</summary>
    private static long[] HiddenOf(nn.Module model)
        => StructurePruner.Annotated(model)
            .SelectMany(static compression => compression.Structures)
            .Where(static site => site.Rule.Kind == StructureKind.Hidden)
            .SelectMany(static site => site.Groups)
            .SelectMany(static group => group.Kept)
            .Select(static unit => (long)unit)
            .ToArray();

    // A stream that is put out is narrower afterwards.
    private static Tensor Narrowed(Tensor masked, Tensor shrunk, long[] hidden)
        => masked.shape[^1] == shrunk.shape[^1] ? masked : masked.index_select(-1, torch.tensor(hidden));

    /// <summary>By parameter and dimension the indices that stay.</summary>
    private static Dictionary<string, Dictionary<int, long[]>> KeptIndices(nn.Module model)
    {
        var names = model.named_modules().Prepend((name: "", module: model)).DistinctBy(static named => named.module).ToDictionary(static named => named.module, static named => named.name);
        var gone = new Dictionary<string, Dictionary<int, HashSet<int>>>();

        foreach (var slice in StructurePruner.Annotated(model)
            .SelectMany(static compression => compression.Structures)
            .SelectMany(static site => site.Groups)
            .Distinct()
            .SelectMany(static group => group.Slices, static (group, slice) => (slice, Removed: group.Removed.ToHashSet())))
        {
            var name = names[slice.slice.Owner] is { Length: > 0 } path ? $"{path}.{slice.slice.Parameter}" : slice.slice.Parameter;
            var dims = gone.TryGetValue(name, out var known) ? known : gone[name] = [];
            var set = dims.TryGetValue(slice.slice.Dim, out var flags) ? flags : dims[slice.slice.Dim] = [];
            set.UnionWith(Enumerable.Range(0, slice.slice.Units.Length).Where(index => slice.Removed.Contains(slice.slice.Units[index])));
        }

        var tensors = model.state_dict();
        return gone.Where(entry => tensors.ContainsKey(entry.Key)).ToDictionary(
            static entry => entry.Key,
            entry => entry.Value.ToDictionary(
                static dim => dim.Key,
                dim => Enumerable.Range(0, (int)tensors[entry.Key].shape[dim.Key]).Where(index => !dim.Value.Contains(index)).Select(static index => (long)index).ToArray()));
    }

    private static long[] Shape(long[] shape, Dictionary<int, long[]> dims) => [.. shape.Select((size, dim) => dims.TryGetValue(dim, out var kept) ? kept.Length : size)];

    private static Tensor Slice(Tensor tensor, Dictionary<int, long[]> dims)
        => dims.Aggregate(tensor, static (sliced, dim) => sliced.index_select(dim.Key, torch.tensor(dim.Value)));

    private static (Tensor Output, Dictionary<string, Tensor> Gradients) Run(nn.Module model, Func<nn.Module, Tensor> run)
    {
        model.zero_grad();
        var output = run(model);
        output.square().sum().backward();

        return (output.detach(), model.named_parameters().Where(static named => named.parameter.grad is not null).ToDictionary(static named => named.name, static named => named.parameter.grad!.clone()));
    }

    private static void AssertClose(Tensor expected, Tensor actual, string what, double tolerance)
    {
        Assert.Equal(expected.shape, actual.shape);
        var scale = Math.Max(1, expected.abs().max().to(ScalarType.Float64).item<double>());
        var difference = (expected - actual).abs().max().to(ScalarType.Float64).item<double>() / scale;
        Assert.True(difference <= tolerance, $"{what} differs by {difference}");
    }
}
