using TorchSharp.Modules;
using static TorchSharp.torch;

namespace CompressDsl;

/// <summary>The gradients of an accumulation window: sums over rows while it is open, their mean when it closes.</summary>
internal static class GradientWindow
{
    /// <summary>Turns sums into means over the rows of all batches and workers, and clips them. Nothing is read from the device.</summary>
    public static void Close(IReadOnlyList<Parameter> parameters, long rows, double? clip, IWorkers workers)
    {
        using var scope = NewDisposeScope();
        using var _ = no_grad();

        var gradients = new List<Tensor>(parameters.Count);
        foreach (var parameter in parameters)
        {
            var gradient = parameter.grad;
            if (gradient is null)
            {
                if (workers.Count == 1)
                {
                    continue;
                }

                // Another worker's batch may have used this parameter; all must take part in the sum.
                parameter.grad = gradient = zeros_like(parameter);
            }

            workers.Sum(gradient);
            gradients.Add(gradient);
        }

        if (gradients.Count == 0)
        {
            return;
        }

        using var scale = Scale(gradients, rows, clip);
        foreach (var gradient in gradients)
        {
            gradient.mul_(scale);
        }
    }

    public static void Clear(IReadOnlyList<Parameter> parameters)
    {
        foreach (var parameter in parameters)
        {
            parameter.grad = null;
        }
    }

    private static Tensor Scale(List<Tensor> gradients, long rows, double? clip)
    {
        if (clip is not { } greatest)
        {
            return tensor(1.0 / rows, ScalarType.Float32, gradients[0].device);
        }

        var norms = gradients.Select(g => g.norm().to(ScalarType.Float32)).ToArray();
        var norm = stack(norms).norm() / rows;
        return (greatest / (norm + 1e-6)).clamp(max: 1) / rows;
    }
}
