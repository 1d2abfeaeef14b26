using System.Globalization;

namespace CompressDsl;

/// <summary>What a <see cref="TeacherCache"/> keeps of every position, at which temperatures; fixed when the cache is made.</summary>
public sealed record TeacherCacheOptions
{
    private TeacherCacheOptions(CacheContents contents, int count, IReadOnlyList<double> temperatures)
    {
        (Contents, Count) = (contents, count);
        Temperatures = temperatures.Count == 0 ? [1] : [.. temperatures.Distinct().Order()];
        ArgumentOutOfRangeException.ThrowIfLessThan(count, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(count, ushort.MaxValue);
        foreach (var t in Temperatures)
        {
            LogitRows.CheckTemperature(t);
        }
    }

    /// <summary>What is kept.</summary>
    public CacheContents Contents { get; }

    /// <summary>How many classes are kept (TopK) or how often is drawn (Sampled), in [1, 65535].</summary>
    public int Count { get; }

    /// <summary>The temperatures that losses may ask for, in rising order; the tail mass is exact at each. Another one is an error.</summary>
    public IReadOnlyList<double> Temperatures { get; }

    /// <summary>The seed of the draws; what is drawn depends on it and on the input, not on the order of calls. Read by Sampled alone.</summary>
    public long Seed { get; init; }

    /// <summary>How the logarithms of probabilities are stored. Default: float32.</summary>
    public CacheStorage Storage { get; init; }

    /// <summary>How large a file becomes before the next one is begun, in bytes, at least 1. Default 256 MiB. The last one is read through on opening.</summary>
    public long ShardBytes { get; init; } = 256L << 20;

    /// <summary>
    /// The k most probable classes, and the exact mass of the tail, at every planned temperature: 4 bytes a class, and 4 (Float16: 2) a class and for
    /// the tail for every temperature.
    /// </summary>
    /// <param name="k">How many; at most the number of classes, and then nothing is lost.</param>
    /// <param name="temperatures">The planned temperatures, each greater than 0; none: 1.</param>
    public static TeacherCacheOptions TopK(int k, params IReadOnlyList<double> temperatures) => new(CacheContents.TopK, k, temperatures);

    /// <summary>
    /// Classes drawn from the teacher's softened distribution, with replacement, for every planned temperature; how often each came is its weight. The
    /// forward KL over them, and its gradient, are right in the mean over the draws, however small n. Gemma 3 draws 256 a token (Gemma Team, Gemma 3
    /// Technical Report, arXiv 2503.19786); drawing with weights by count, Anshumann et al., Sparse Logit Sampling, arXiv 2503.16870.
    /// </summary>
    /// <param name="n">How often is drawn at a position.</param>
    /// <param name="seed">See <see cref="Seed"/>.</param>
    /// <param name="temperatures">The planned temperatures, each greater than 0; none: 1.</param>
    public static TeacherCacheOptions Sampled(int n = 256, long seed = 0, params IReadOnlyList<double> temperatures) =>
        new(CacheContents.Sampled, n, temperatures) { Seed = seed };

    /// <summary>Which of the planned temperatures one is.</summary>
    /// <exception cref="ArgumentException">It was not planned; the message names those that were.</exception>
    internal int IndexOf(double temperature)
    {
        for (var i = 0; i < Temperatures.Count; i++)
        {
            if (Temperatures[i] == temperature)
            {
                return i;
            }
        }

        throw new ArgumentException(
            string.Create(CultureInfo.InvariantCulture, $"The cache was not made for temperature {temperature}, but for {TemperatureText}: ") +
            "make it anew with that one among the planned temperatures, or ask for one of these.",
            nameof(temperature));
    }

    internal string TemperatureText => string.Join(", ", Temperatures.Select(static t => t.ToString("R", CultureInfo.InvariantCulture)));
}
