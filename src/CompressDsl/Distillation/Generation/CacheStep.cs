using static TorchSharp.torch;

namespace CompressDsl;

/// <summary>One reading of a <see cref="KeyValueCache"/>: where its tokens stand, and what all layers share of that.</summary>
/// <param name="starts">How many positions of each row came before.</param>
/// <param name="count">How many tokens come in each row.</param>
/// <param name="device">Where they are.</param>
internal sealed class CacheStep(int[] starts, int count, Device device) : IDisposable
{
    private readonly Dictionary<string, Tensor> kept = [];

    public int Rows => starts.Length;

    public int Count => count;

    /// <summary>Where the tokens of every row begin, where <see cref="IsEven"/>.</summary>
    public int Start => starts[0];

    /// <summary>Whether nothing came before.</summary>
    public bool IsFirst => Places == count;

    /// <summary>Whether all rows are equally long.</summary>
    public bool IsEven { get; } = starts.All(start => start == starts[0]);

    /// <summary>How many places there are to look at, with those of these tokens.</summary>
    public int Places { get; } = starts.Max() + count;

    // Names of our own have a space, which keeps them apart from those of a model.
    public Tensor Positions => Once("its positions", MakePositions);

    public Tensor Mask => Once("its mask", () => arange(Places, ScalarType.Int64, device).le(Positions.unsqueeze(1).unsqueeze(-1)));

    public Tensor Once(string name, Func<Tensor> make)
    {
        ArgumentNullException.ThrowIfNull(name);
        ArgumentNullException.ThrowIfNull(make);
        if (!kept.TryGetValue(name, out var tensor))
        {
            using var scope = NewDisposeScope();
            kept.Add(name, tensor = make().DetachFromDisposeScope());
        }

        return tensor;
    }

    public void Dispose()
    {
        foreach (var tensor in kept.Values)
        {
            tensor.Dispose();
        }
    }

    private Tensor MakePositions()
    {
        var steps = arange(count, ScalarType.Int64, device).unsqueeze(0);
        return IsEven ? steps + Start : steps + tensor(starts, ScalarType.Int64, device).unsqueeze(1);
    }
}
