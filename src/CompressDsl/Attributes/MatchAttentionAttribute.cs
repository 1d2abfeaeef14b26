namespace CompressDsl;

/// <summary>
/// What the annotated member, an attention or a list of layers with one attention each, attends to is held against what a member of the teacher
/// attends to.
/// </summary>
/// <remarks>
/// Attention maps are seen where forward calls <c>softmax</c> or <c>scaled_dot_product_attention</c>, in the source of the project. Relations are made
/// from what the layers for queries, keys and values put out. Padded places do not count. The term is reported under the name of the student's member.
/// </remarks>
/// <param name="teacher">The member of the teacher: <c>nameof(Teacher.layers)</c>; a path such as <c>"model.layers"</c> goes down further.</param>
[AttributeUsage(AttributeTargets.Field | AttributeTargets.Property, Inherited = false, AllowMultiple = true)]
public sealed class MatchAttentionAttribute(string teacher) : Attribute
{
    /// <summary>The member of the teacher.</summary>
    public string Member { get; } = teacher;

    /// <summary>What the term is multiplied by in the total, at least 0. Default 1.</summary>
    public double Weight { get; set; } = 1;

    /// <summary>What is compared, and how. Default: KL between attention maps.</summary>
    public AttentionLoss Loss { get; set; }

    /// <summary>Which layers belong together, where both members are lists. Default: identity.</summary>
    public LayerMap Map { get; set; }

    /// <summary>
    /// Which layers belong together, instead of <see cref="Map"/>: student's, teacher's, student's, teacher's … (<c>[0, 1, 1, 3]</c>), both in rising order.
    /// </summary>
    public int[]? Pairs { get; set; }

    /// <summary>
    /// Into how many heads both sides are cut for <see cref="AttentionLoss.Relation"/>, at least 1; it divides the width of both. Default 0: as many as
    /// divides both widths, 12 at most.
    /// </summary>
    public int RelationHeads { get; set; }

    /// <summary>Whose member it is, where there are several teachers. Default: the first.</summary>
    public Type? Teacher { get; set; }
}
