using TorchSharp;
using static TorchSharp.torch;

namespace Zoo;

/// <summary>Random tensors from a generator of their own, so that tests that run beside each other cannot change them.</summary>
/// <param name="seed">Where the generator begins.</param>
/// <param name="type">The type of real numbers. They are drawn as float32, so that they are the same in every type.</param>
internal sealed class Seeded(ulong seed, ScalarType type = ScalarType.Float32) : IDisposable
{
    private readonly Generator generator = new(seed);

    public Tensor Normal(params long[] shape) => torch.randn(shape, generator: generator).to(type);

    public Tensor Tokens(int vocabulary, params long[] shape) => torch.randint(0, vocabulary, shape, dtype: ScalarType.Int64, generator: generator);

    /// <summary>
    /// Gives every parameter and running statistic a value that matters: nothing is left at zero or one, where a wrong slice would not be seen.
    /// </summary>
    public void Fill(nn.Module model)
    {
        using var scope = NewDisposeScope();
        using var fixedValues = no_grad();
        foreach (var (name, parameter) in model.named_parameters())
        {
            parameter.copy_(Value(name, parameter.shape));
        }

        foreach (var (name, buffer) in model.named_buffers())
        {
            if (name.EndsWith("running_mean", StringComparison.Ordinal) || name.EndsWith("running_var", StringComparison.Ordinal))
            {
                buffer.copy_(name.EndsWith("mean", StringComparison.Ordinal) ? 0.1 * Normal(buffer.shape) : AroundOne(buffer.shape));
            }
        }
    }

    public void Dispose() => generator.Dispose();

    private Tensor Value(string name, long[] shape) => shape.Length switch
    {
        1 => name.EndsWith("bias", StringComparison.Ordinal) ? 0.1 * Normal(shape) : AroundOne(shape),
        2 => Normal(shape) / Math.Sqrt(shape[1]),
        _ when name.EndsWith("weight", StringComparison.Ordinal) => Normal(shape) * Math.Sqrt(2.0 / shape[1..].Aggregate(1L, (size, next) => size * next)),
        _ => 0.5 * Normal(shape),
    };

    private Tensor AroundOne(long[] shape) => torch.rand(shape, generator: generator) + 0.5;
}
