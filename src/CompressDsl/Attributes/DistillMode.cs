namespace CompressDsl;

/// <summary>Whose text, and which of the teacher's outputs, the student learns from.</summary>
public enum DistillMode
{
    /// <summary>The teacher's distribution on the data's own inputs.</summary>
    Response,

    /// <summary>
    /// The teacher writes, the student learns what it wrote, as labels and, with Alpha above 0, as distributions. The generated class has
    /// <c>Write</c>. Paper: Kim and Rush, Sequence-Level Knowledge Distillation, arXiv 1606.07947.
    /// </summary>
    SequenceLevel,

    /// <summary>
    /// The student writes a share Lambda of the batches itself, and the teacher says what it would have written at every place. The generated class has
    /// <c>Policy</c>, which says who writes next. Paper: Agarwal et al., On-Policy Distillation of Language Models (GKD), arXiv 2306.13649.
    /// </summary>
    OnPolicy,

    /// <summary>
    /// Streaming text, every token of it: the teacher's distribution may come from the teacher, or from a cache that it filled before. The generated class
    /// has a second <c>Compute</c> for cached targets. Paper: Gemma Team, Gemma 2, arXiv 2408.00118.
    /// </summary>
    Pretraining,
}
