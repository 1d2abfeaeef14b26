using static TorchSharp.torch;

namespace CompressDsl;

/// <summary>What a cache holds of the teacher for one batch of inputs: one row a position, in the order of the input.</summary>
/// <remarks>Its tensors belong to the dispose scope in which they were read.</remarks>
public sealed class CachedTargets
{
    private readonly TeacherCacheOptions _options;
    private readonly IReadOnlyList<TopKDistribution>? _topK;
    private readonly IReadOnlyList<SampledDistribution>? _sampled;

    internal CachedTargets(TeacherCacheOptions options, long[] shape, long classes, IReadOnlyList<TopKDistribution>? topK, IReadOnlyList<SampledDistribution>? sampled) =>
        (_options, Shape, Classes, _topK, _sampled) = (options, shape, classes, topK, sampled);

    /// <summary>The shape of the inputs: [batch, length] or [length].</summary>
    public IReadOnlyList<long> Shape { get; }

    /// <summary>How many classes the teacher has.</summary>
    public long Classes { get; }

    /// <summary>What is kept.</summary>
    public CacheContents Contents => _options.Contents;

    /// <summary>The temperatures that can be asked for.</summary>
    public IReadOnlyList<double> Temperatures => _options.Temperatures;

    /// <summary>The k most probable classes at a temperature, one row a position.</summary>
    /// <param name="temperature">One of <see cref="Temperatures"/>.</param>
    /// <exception cref="ArgumentException">It was not planned.</exception>
    /// <exception cref="InvalidOperationException">The cache holds draws.</exception>
    public TopKDistribution TopK(double temperature) => _topK is null
        ? throw new InvalidOperationException("The cache holds sampled classes, not the most probable ones.")
        : _topK[_options.IndexOf(temperature)];

    /// <summary>What was drawn at a temperature, one row a position.</summary>
    /// <param name="temperature">One of <see cref="Temperatures"/>.</param>
    /// <exception cref="ArgumentException">It was not planned.</exception>
    /// <exception cref="InvalidOperationException">The cache holds the most probable classes.</exception>
    public SampledDistribution Sampled(double temperature) => _sampled is null
        ? throw new InvalidOperationException("The cache holds the most probable classes, not sampled ones.")
        : _sampled[_options.IndexOf(temperature)];

    /// <summary>The same on another device.</summary>
    /// <param name="device">Where the student's logits are.</param>
    public CachedTargets To(Device device)
    {
        ArgumentNullException.ThrowIfNull(device);
        var topK = _topK?.Select(t => new TopKDistribution(t.Indices.to(device), t.LogProbabilities.to(device), t.LogTail.to(device))).ToArray();
        return new(_options, [.. Shape], Classes, topK, _sampled?.Select(s => s.To(device)).ToArray());
    }
}
