namespace CompressDsl.Models;

/// <summary>A <c>[MatchHidden]</c> or <c>[MatchAttention]</c>: a feature term.</summary>
/// <param name="Kind">What is kept of the layers.</param>
/// <param name="Member">The name of the student's member, without <c>@</c>.</param>
/// <param name="Loss">The name of the loss: of <c>HiddenLoss</c> or <c>AttentionLoss</c>.</param>
/// <param name="Weight">What the term is multiplied by.</param>
/// <param name="Map">The name of the layer map.</param>
/// <param name="Pairs">The pairs of layers that are written out; empty where the map says them.</param>
/// <param name="RelationHeads">Into how many heads relations are cut; 0 where nobody says it.</param>
/// <param name="Teacher">Which teacher it is of, from 0.</param>
/// <param name="OfStudent">What is kept of the student.</param>
/// <param name="OfTeacher">What is kept of the teacher.</param>
internal sealed record MatchModel(
    MatchKind Kind,
    string Member,
    string Loss,
    double Weight,
    string Map,
    EquatableArray<int> Pairs,
    int RelationHeads,
    int Teacher,
    CapturedModel OfStudent,
    CapturedModel OfTeacher);

/// <summary>What is kept of one side of a match.</summary>
/// <param name="Path">From the model to the layer, or to the list of layers.</param>
/// <param name="IsList">Whether it is a list.</param>
/// <param name="Hidden">For hidden states: the element of what the layer puts out, <c>.Item1</c>; empty where it puts out a tensor.</param>
/// <param name="Vectors">For relations: from the layer to its layers for queries, keys and values; one, where they are one.</param>
internal sealed record CapturedModel(
    EquatableArray<MemberStep> Path, bool IsList, string Hidden, EquatableArray<EquatableArray<MemberStep>> Vectors);

/// <summary>One step on the way from a model to something inside of it.</summary>
/// <param name="Name">The member, or the accessor that stands for it, as source writes it.</param>
/// <param name="IsAccessor">Whether it is an accessor.</param>
/// <param name="IsNullable">Whether the member may be null.</param>
internal sealed record MemberStep(string Name, bool IsAccessor, bool IsNullable);

/// <summary>What is kept of layers that are matched.</summary>
internal enum MatchKind
{
    /// <summary>What they put out.</summary>
    Hidden,

    /// <summary>The attention map inside of them.</summary>
    Map,

    /// <summary>Queries, keys and values inside of them.</summary>
    Relation,
}
