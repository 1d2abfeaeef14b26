namespace CompressDsl.Compatibility;

/// <summary>What DistillKit takes the teacher to give to the classes outside its top k.</summary>
public enum MissingProbability
{
    /// <summary>Nothing: the k are renormalised. <see cref="TopKDistribution.WithoutTail"/>.</summary>
    Zero,

    /// <summary>What is left of 1, as one more class of teacher and student alike: <see cref="TopKDistribution"/> as it is.</summary>
    SymmetricUniform,
}
