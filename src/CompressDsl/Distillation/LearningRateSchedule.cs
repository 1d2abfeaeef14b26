namespace CompressDsl;

/// <summary>How the learning rate goes on after the warm-up.</summary>
public enum LearningRateSchedule
{
    /// <summary>Half a cosine, from the full rate down to 0 after the last step. Paper: Loshchilov and Hutter, SGDR, arXiv 1608.03983.</summary>
    Cosine,

    /// <summary>The full rate to the end.</summary>
    Constant,
}
