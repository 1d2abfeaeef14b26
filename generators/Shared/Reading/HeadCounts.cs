using System.Collections.Immutable;
using Microsoft.CodeAnalysis;

namespace CompressDsl.Reading;

/// <summary>How many heads the attention in a member of a model has, where the code says it (CDSL5009); what it does not say is checked when the code runs.</summary>
internal static class HeadCounts
{
    // As deep as attention maps are looked for.
    private const int Deepest = 3;

    private static readonly ImmutableHashSet<string> Names = ["heads", "numheads", "nheads", "nhead", "headcount", "numattentionheads", "attentionheads", "numberofheads"];

    /// <summary>The number of heads of the one attention, or of all that there are.</summary>
    /// <param name="model">The model.</param>
    /// <param name="path">The path of the member in it.</param>
    /// <param name="compilation">The compilation whose source is read.</param>
    /// <param name="token">Cancels the reading.</param>
    public static long? Read(INamedTypeSymbol model, string path, Compilation compilation, CancellationToken token)
    {
        var numbers = new HeldNumbers(compilation, token);

        return HeldNumbers.FindMembers(model, path) is { } way && Find(way, depth: 0).Distinct().Take(2).ToArray() is [var only] ? only : null;

        // A null among them is an attention whose heads nobody can tell.
        IEnumerable<long?> Find(ImmutableArray<ISymbol> way, int depth)
        {
            var type = HeldNumbers.HeldBy(way.Last());

            if (depth > Deepest || !type.IsModule() || MemberTypes.IsTorchSharpLayer(type))
            {
                return [];
            }

            var members = type.SelfAndBases().SelectMany(Annotations.Members).Where(static member => !member.IsStatic).ToArray();

            return members.FirstOrDefault(IsHeadCount) is { } count
                ? [numbers.Read(count, way)]
                : members.Where(static member => MemberReader.TypeOf(member) is var held && (ChildReader.ElementOfModuleList(held) ?? held).IsModule())
                    .SelectMany(member => Find(way.Add(member), depth + 1));
        }
    }

    private static bool IsHeadCount(ISymbol member)
        => MemberReader.TypeOf(member).SpecialType is SpecialType.System_Int32 or SpecialType.System_Int64 && Names.Contains(member.Name.Replace("_", "").ToLowerInvariant());
}
