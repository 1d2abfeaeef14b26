namespace CompressDsl;

/// <summary>A weight and the rule that holds for it.</summary>
/// <param name="Path">Its name in the state dictionary of the module where the walk began.</param>
/// <param name="Weight">The weight.</param>
/// <param name="Rule">The rule.</param>
/// <param name="Anchor">The module on whose class, or on a member of whose class, the attribute stands.</param>
/// <param name="IsAbsolute">Whether the rule is a <c>[KeepDense]</c> on a member, here or further up.</param>
/// <param name="IsMember">Whether the attribute stands on the member that holds this very layer or parameter.</param>
internal sealed record FoundWeight(string Path, PrunableWeight Weight, SparsityRule Rule, Compression Anchor, bool IsAbsolute, bool IsMember)
{
    /// <summary>The same parameter in other layers.</summary>
    public IReadOnlyList<PrunableWeight> Aliases { get; init; } = [];

    /// <summary>The mask, shared with the aliases.</summary>
    public WeightMask Mask
    {
        get
        {
            var mask = WeightMask.Of(Weight);
            foreach (var alias in Aliases)
            {
                mask.Share(alias);
            }

            return mask;
        }
    }

    /// <summary>For the user.</summary>
    public WeightSite ToSite() => new(Path, () => Weight, Rule);
}
