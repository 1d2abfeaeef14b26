namespace CompressDsl;

/// <summary>
/// The annotated class learns from <paramref name="teacher"/>:
/// L = (1 - Alpha) * CE(y, p_S) + Alpha * T^2 * D(p_T^(T), p_S^(T)), where p^(T) = softmax(logits / T).
/// </summary>
/// <remarks>
/// The generator writes a class <c>{Student}Distillation</c>, made from a student and a teacher, with one <c>Compute</c> that takes what
/// the student's forward takes, and the labels, and returns the named terms.
/// It may stand several times, once for every teacher; what it says of the loss stands on the first, and <see cref="Mean"/> says how the teachers
/// are made one. Paper: Hinton et al., Distilling the Knowledge in a Neural Network, arXiv 1503.02531.
/// </remarks>
/// <param name="teacher">The teacher: a <c>torch.nn.Module</c> whose forward takes the same inputs as the student's.</param>
[AttributeUsage(AttributeTargets.Class, Inherited = false, AllowMultiple = true)]
public sealed class DistillFromAttribute(Type teacher) : Attribute
{
    /// <summary>The class of the teacher.</summary>
    public Type Teacher { get; } = teacher;

    /// <summary>The temperature that softens both distributions, greater than 0. Default 2.</summary>
    public double T { get; set; } = 2;

    /// <summary>The weight of the SOFT term, in [0, 1]; the hard term weighs 1 - Alpha. Default 0.5.</summary>
    public double Alpha { get; set; } = 0.5;

    /// <summary>How the distance between the two distributions is measured. Default: forward KL.</summary>
    public Divergence Divergence { get; set; }

    /// <summary>
    /// The parameter of the divergence. <see cref="CompressDsl.Divergence.JensenShannon"/>: the teacher's share of the mixture, in (0, 1), default 0.5;
    /// <see cref="CompressDsl.Divergence.SkewKl"/> and <see cref="CompressDsl.Divergence.SkewReverseKl"/>: the skew, in (0, 1), default 0.1;
    /// <see cref="CompressDsl.Divergence.Decoupled"/>: the weight of the non-target part beside the target part, at least 0, default 8. The others do not read it.
    /// </summary>
    public double Beta { get; set; } = double.NaN;

    /// <summary>Whose text is learned from.</summary>
    public DistillMode Mode { get; set; }

    /// <summary>The share of batches that the student writes itself in <see cref="DistillMode.OnPolicy"/>, in [0, 1]. Default 0.5.</summary>
    public double Lambda { get; set; } = 0.5;

    /// <summary>How several teachers are made one. Default: the mean of their probabilities.</summary>
    public TeacherMean Mean { get; set; }

    /// <summary>What happens when teacher and student have different numbers of classes. Default: an error.</summary>
    public Vocabulary Vocabulary { get; set; }

    /// <summary>What the logits and labels are, and whether they are shifted against each other. Default: classification, not shifted.</summary>
    public DistillTask Task { get; set; }
}
