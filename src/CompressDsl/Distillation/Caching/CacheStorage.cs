namespace CompressDsl;

/// <summary>How the logarithms of probabilities are stored.</summary>
public enum CacheStorage
{
    /// <summary>As they were computed: a student equal to its teacher has loss 0.</summary>
    Float32,

    /// <summary>
    /// In half the bytes, with three decimal digits. The k + 1 probabilities are renormalised when they are read; a student equal to its teacher has a
    /// loss that is small, not 0.
    /// </summary>
    Float16,
}
