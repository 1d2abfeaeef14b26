namespace CompressDsl;

/// <summary>What the sparsity is for.</summary>
public enum Purpose
{
    /// <summary>Less time. The compiler warns where the time will not fall.</summary>
    Speed,

    /// <summary>A smaller file, once it is compressed (zip, gzip): zeros compress to nearly nothing. Nobody is told that it will not be faster.</summary>
    Size,
}
