namespace CompressDsl;

/// <summary>What is kept of the teacher's distribution over all classes.</summary>
public enum CacheContents
{
    /// <summary>The k most probable classes with their probabilities, and the exact probability of all others together.</summary>
    TopK,

    /// <summary>Classes drawn from it.</summary>
    Sampled,
}
