namespace CompressDsl;

/// <summary>
/// The student starts from the teacher's weights: what both have under one name is copied, and of a list of layers those that the map names.
/// </summary>
/// <remarks>
/// The generator writes <c>InitializeFrom(teacher)</c> on the student, which copies all or nothing and reports what kept its own first values.
/// Paper: Sanh et al., DistilBERT, arXiv 1910.01108.
/// </remarks>
/// <param name="teacher">The class of the teacher.</param>
[AttributeUsage(AttributeTargets.Class, Inherited = false)]
public sealed class InitializeFromAttribute(Type teacher) : Attribute
{
    /// <summary>The class of the teacher.</summary>
    public Type Teacher { get; } = teacher;

    /// <summary>Which of the teacher's layers each of the student's starts from. Default: identity.</summary>
    public LayerMap Map { get; set; }

    /// <summary>The teacher's layer for each of the student's, in rising order, instead of <see cref="Map"/>: <c>[0, 2, 4, 7, 9, 11]</c>.</summary>
    public int[]? Layers { get; set; }
}
