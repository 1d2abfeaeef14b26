namespace CompressDsl;

/// <summary>
/// A distance D(p, q) from the student's distribution q to the teacher's p, both softened by T. All are computed in float32 log space, summed over
/// the classes and averaged over the valid rows or tokens.
/// </summary>
public enum Divergence
{
    /// <summary>KL(p ‖ q): the student covers everything that the teacher finds likely.</summary>
    ForwardKl,

    /// <summary>KL(q ‖ p): the student keeps to what the teacher finds likely. Paper: Gu et al., MiniLLM, arXiv 2306.08543.</summary>
    ReverseKl,

    /// <summary>Beta * KL(p ‖ m) + (1 - Beta) * KL(q ‖ m), m = Beta * p + (1 - Beta) * q. Paper: Agarwal et al., GKD, arXiv 2306.13649.</summary>
    JensenShannon,

    /// <summary>KL(p ‖ Beta * p + (1 - Beta) * q). Paper: Ko et al., DistiLLM, arXiv 2402.03898.</summary>
    SkewKl,

    /// <summary>KL(q ‖ Beta * q + (1 - Beta) * p). Paper: Ko et al., DistiLLM, arXiv 2402.03898.</summary>
    SkewReverseKl,

    /// <summary>Half the sum of |p - q|. Paper: Wen et al., f-Divergence Minimization for Sequence-Level Knowledge Distillation, arXiv 2307.15190.</summary>
    TotalVariation,

    /// <summary>The mean over the classes of ((z_T - z_S) / T)^2. Paper: Kim et al., Comparing KL Divergence and MSE Loss in Knowledge Distillation, arXiv 2105.08919.</summary>
    MeanSquaredLogits,

    /// <summary>KL of target against the rest, plus Beta times KL among the rest. Needs labels. Paper: Zhao et al., Decoupled Knowledge Distillation, arXiv 2203.08679.</summary>
    Decoupled,
}
