using static TorchSharp.torch;

namespace Zoo;

/// <summary>A small model with an input, the same at every call.</summary>
/// <param name="Name">What it is found by.</param>
/// <param name="Create">Makes the model, in evaluation mode, with seeded weights, and what runs it. What runs it holds for a model of the same class, whatever its sizes and type.</param>
/// <param name="OutputShape">The shape of what a run gives.</param>
public sealed record ZooCase(string Name, Func<(nn.Module Model, Func<nn.Module, Tensor> Run)> Create, long[] OutputShape)
{
    public override string ToString() => Name;

    /// <param name="name">What it is found by.</param>
    /// <param name="construct">Makes the model.</param>
    /// <param name="run">Runs it on tensors that it takes from a generator, which begins anew at every run.</param>
    /// <param name="outputShape">The shape of what a run gives.</param>
    internal static ZooCase Of<TModel>(string name, Func<TModel> construct, Func<TModel, Seeded, Tensor> run, params long[] outputShape)
        where TModel : nn.Module
        => new(
            name,
            () =>
            {
                var model = construct();
                using var weights = new Seeded(1);
                weights.Fill(model);
                model.eval();
                return (model, Run);

                Tensor Run(nn.Module other)
                {
                    using var scope = NewDisposeScope();
                    using var inputs = new Seeded(2, other.parameters().First().dtype);
                    return run((TModel)other, inputs).MoveToOuterDisposeScope();
                }
            },
            outputShape);
}
