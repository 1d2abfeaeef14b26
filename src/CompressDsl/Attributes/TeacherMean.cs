namespace CompressDsl;

/// <summary>How several teachers are made one.</summary>
public enum TeacherMean
{
    /// <summary>The mean of their softened probabilities: each has the same say about every class.</summary>
    Probabilities,

    /// <summary>The mean of their logits, which is the renormalised geometric mean of their probabilities: a class that one of them excludes is excluded.</summary>
    Logits,
}
