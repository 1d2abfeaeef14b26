namespace CompressDsl;

/// <summary>In which types a training keeps its weights.</summary>
public enum TrainingPrecision
{
    /// <summary>One set of weights, float32 or float64. Trained parameters that are bfloat16 or float16 are refused.</summary>
    Float32,

    /// <summary>
    /// The student's parameters are bfloat16 (<c>student.to(torch.bfloat16)</c> before the training); the optimizer works on float32 masters, gradients are summed over the
    /// batches of a step in float32, and after every step the masters are rounded into the parameters. Parameters that are float32, as norms may be, are their own masters.
    /// The student is bfloat16 afterwards too; the masters are in the checkpoints. Paper: Micikevicius et al., Mixed Precision Training, arXiv 1710.03740.
    /// </summary>
    BFloat16Masters,
}
