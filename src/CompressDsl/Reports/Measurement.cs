using static TorchSharp.torch;

namespace CompressDsl;

/// <summary>Measures models.</summary>
public static class Measurement
{
    /// <summary>
    /// Measures a model's size, and its latency and quality where the options say how: in eval mode and without gradients.
    /// Afterwards every module is in the mode it was in.
    /// </summary>
    /// <param name="model">The model; it is not changed.</param>
    /// <param name="options">What to measure; null measures the size alone.</param>
    /// <param name="progress">Told of every timed run and every finished phase.</param>
    /// <param name="cancellationToken">Stops between two timed runs or phases.</param>
    /// <exception cref="ArgumentException">The options contradict the model, each other or their ranges.</exception>
    public static MeasureReport Measure(
        this nn.Module model,
        MeasureOptions? options = null,
        IProgress<MeasureProgress>? progress = null,
        CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(model);
        options ??= new();
        var (call, timing) = CallOf(model, options);
        timing.Check();
        var fileBytes = options.Path is null ? (long?)null : new FileInfo(options.Path).Length;
        using var mode = new TrainingMode(model, training: false);
        using var gradient = no_grad();
        cancellationToken.ThrowIfCancellationRequested();
        var (bytes, parameters, nonZeros) = Size(model, options.Weights);
        progress?.Report(new("size", 1, 1));
        var latency = call is null ? null : Latency.Measure(call, timing, progress, cancellationToken);
        cancellationToken.ThrowIfCancellationRequested();
        var quality = options.Quality is null ? null : Evaluate(options.Quality.Value, progress);
        return new(model.GetName(), bytes, fileBytes, parameters, nonZeros, latency, quality);
    }

    /// <summary>The call to time and how, from whichever of the two ways the options say it.</summary>
    private static (Action? Call, LatencyOptions Latency) CallOf(nn.Module model, MeasureOptions options)
    {
        if (options.Input is not { } input)
        {
            return (options.Call, options.Latency);
        }

        if (options.Call is not null)
        {
            throw new ArgumentException("Both Input and Call are given; one of them says what is timed.", nameof(options));
        }

        if (model is not nn.Module<Tensor, Tensor> function)
        {
            throw new ArgumentException(
                $"{model.GetName()} is no Module<Tensor, Tensor>, so one Input does not say how it is called; give a Call.", nameof(options));
        }

        var items = options.Latency.ItemsPerCall ?? (input.dim() > 0 ? input.shape[0] : 1);
        return (() => function.call(input), options.Latency with { ItemsPerCall = items });
    }

    private static (long Bytes, long Parameters, long NonZeros) Size(nn.Module model, SavedWeights weights)
    {
        using var scope = NewDisposeScope();
        var contents = CheckpointContents.Of(model, weights);

        // By the state dictionary, which has the weights of a compact layer too; what is no buffer there is a parameter.
        var buffers = model.named_buffers().Select(static named => named.name).ToHashSet(StringComparer.Ordinal);
        StateTensor[] parameters = [.. contents.State.Where(state => !buffers.Contains(state.Name))];
        return (contents.Bytes, parameters.Sum(static parameter => parameter.Count), parameters.Sum(static parameter => parameter.CountNonZeros()));
    }

    private static MeasuredQuality Evaluate((string Name, Func<double> Evaluate) quality, IProgress<MeasureProgress>? progress)
    {
        using var scope = NewDisposeScope();
        var value = quality.Evaluate();
        progress?.Report(new("quality", 1, 1));
        return new(quality.Name, value);
    }
}
