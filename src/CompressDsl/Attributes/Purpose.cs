namespace CompressDsl;

/// <summary>What the sparsity is for.</summary>
public enum Purpose
{
    /// <summary>Less time. The compiler warns where the time will not fall.</summary>
    Speed,

    /// <summary>A smaller file. Nobody is told that it will not be faster.</summary>
    Size,
}
