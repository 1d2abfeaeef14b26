namespace CompressDsl;

/// <summary>The hidden states of the annotated member, or of every layer of an annotated list, are held against those of a member of the teacher.</summary>
/// <remarks>
/// Hidden states are what the member puts out when it is called. Where widths differ, a projection from the student's to the teacher's is learned with
/// the student (<see cref="FeatureProjections"/>). Padded places do not count. The term is reported under the name of the student's member.
/// </remarks>
/// <param name="teacher">The member of the teacher: <c>nameof(Teacher.layers)</c>; a path such as <c>"model.layers"</c> goes down further.</param>
[AttributeUsage(AttributeTargets.Field | AttributeTargets.Property, Inherited = false, AllowMultiple = true)]
public sealed class MatchHiddenAttribute(string teacher) : Attribute
{
    /// <summary>The member of the teacher.</summary>
    public string Member { get; } = teacher;

    /// <summary>What the term is multiplied by in the total, at least 0. Default 1.</summary>
    public double Weight { get; set; } = 1;

    /// <summary>How hidden states are compared. Default: mean squared.</summary>
    public HiddenLoss Loss { get; set; }

    /// <summary>Which layers belong together, where both members are lists. Default: identity.</summary>
    public LayerMap Map { get; set; }

    /// <summary>
    /// Which layers belong together, instead of <see cref="Map"/>: student's, teacher's, student's, teacher's … (<c>[0, 1, 1, 3]</c>), both in rising order.
    /// </summary>
    public int[]? Pairs { get; set; }

    /// <summary>Says that widths differ on purpose and a projection is to be learned; without it, that is an information (CDSL5007).</summary>
    public bool Projection { get; set; }

    /// <summary>Whose member it is, where there are several teachers. Default: the first.</summary>
    public Type? Teacher { get; set; }
}
