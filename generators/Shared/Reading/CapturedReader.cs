using System.Collections.Immutable;
using CompressDsl.Models;
using Microsoft.CodeAnalysis;

namespace CompressDsl.Reading;

/// <summary>Reads what can be kept of one side of a match.</summary>
internal static class CapturedReader
{
    /// <summary>The hooks that are there: modules of up to six inputs are hooked, attentions of up to four.</summary>
    private const int MostInputs = 6;

    private const int MostInputsOfAttention = 4;

    /// <summary>Names of layers by their role, without case and underscores.</summary>
    private static readonly ImmutableArray<ImmutableHashSet<string>> Roles =
    [
        ["q", "query", "queries", "qproj", "queryproj", "qlin", "wq", "toq"],
        ["k", "key", "keys", "kproj", "keyproj", "klin", "wk", "tok"],
        ["v", "value", "values", "vproj", "valueproj", "vlin", "wv", "tov"],
    ];

    private static readonly ImmutableHashSet<string> Fused = ["qkv", "qkvproj", "wqkv", "toqkv", "cattn", "querykeyvalue", "inproj"];

    /// <summary>Reads one side.</summary>
    /// <param name="kind">What is to be kept.</param>
    /// <param name="root">The model.</param>
    /// <param name="member">The path of the member in it.</param>
    /// <param name="paths">Knows the ways.</param>
    /// <param name="compilation">Knows the source.</param>
    /// <param name="token">Cancels the reading.</param>
    /// <param name="obstacle">What keeps it from being matched, in words; null where nothing does.</param>
    public static CapturedModel? Read(
        MatchKind kind, INamedTypeSymbol root, string member, MemberPath paths, Compilation compilation, CancellationToken token, out string? obstacle)
    {
        obstacle = paths.Find(root, member, out var path, out var type);

        if (obstacle is not null)
        {
            return null;
        }

        var element = ChildReader.ElementOfModuleList(type);
        var layer = element ?? type;
        var vectors = ImmutableArray.CreateBuilder<EquatableArray<MemberStep>>();
        var hidden = "";

        obstacle = kind switch
        {
            MatchKind.Hidden => FindHidden(layer, out hidden),
            MatchKind.Map => FindMap(layer, compilation, token),
            _ => FindVectors(layer, paths, vectors),
        };

        return obstacle is null ? new CapturedModel(path, element is not null, hidden, vectors.ToEquatableArray()) : null;
    }

    private static string? FindHidden(ITypeSymbol layer, out string hidden)
    {
        hidden = "";

        if (layer is not INamedTypeSymbol named || ForwardSignature.Read(named) is not { } forward)
        {
            return $"'{layer.ToShortName()}' is no module that can be called";
        }

        if (forward.Inputs.Length > MostInputs)
        {
            return $"'{layer.ToShortName()}' takes {forward.Inputs.Length} inputs; what takes more than {MostInputs} is not hooked";
        }

        if (forward.Result.HasMetadataName(KnownNames.Tensor))
        {
            return null;
        }

        var states = forward.Result is INamedTypeSymbol { IsTupleType: true } tuple
            ? tuple.TupleElements.Where(static item => item.Type.HasMetadataName(KnownNames.Tensor)).ToArray()
            : [];

        if (states.Length == 0)
        {
            return $"'{layer.ToShortName()}' puts out '{forward.Result.ToShortName()}', and hidden states are a Tensor or the first Tensor of a tuple";
        }

        hidden = "." + (states.FirstOrDefault(static item => item.Name.StartsWith("hidden", StringComparison.OrdinalIgnoreCase)) ?? states[0]).Name;

        return null;
    }

    private static string? FindMap(ITypeSymbol layer, Compilation compilation, CancellationToken token)
    {
        if (layer is not INamedTypeSymbol named || ForwardSignature.Read(named) is not { } forward)
        {
            return $"'{layer.ToShortName()}' is no module that can be called";
        }

        if (forward.Inputs.Length > MostInputsOfAttention)
        {
            return $"'{layer.ToShortName()}' takes {forward.Inputs.Length} inputs; an attention that takes more than {MostInputsOfAttention} is not hooked";
        }

        return AttentionCalls.In(named, compilation, token).Any()
            ? null
            : $"no attention map can be seen in '{layer.ToShortName()}': the source of this project shows neither softmax nor scaled_dot_product_attention in it. " +
                "AttentionLoss.Relation needs only the layers for queries, keys and values";
    }

    private static string? FindVectors(ITypeSymbol layer, MemberPath paths, ImmutableArray<EquatableArray<MemberStep>>.Builder vectors)
    {
        foreach (var way in Ways(layer, paths, [], depth: 0))
        {
            vectors.AddRange(way);

            return null;
        }

        return $"no layers for queries, keys and values can be found in '{layer.ToShortName()}': they are Linear members with names such as q_proj, k_proj and v_proj, or one named qkv";
    }

    /// <summary>Breadth would be nicer, but one attention in a layer is what there is.</summary>
    private static IEnumerable<IEnumerable<EquatableArray<MemberStep>>> Ways(ITypeSymbol type, MemberPath paths, ImmutableArray<MemberStep> before, int depth)
    {
        const int deepest = 3;

        if (type is not INamedTypeSymbol || MemberTypes.IsTorchSharpLayer(type) || depth > deepest)
        {
            yield break;
        }

        var members = type.SelfAndBases()
            .TakeWhile(static candidate => !MemberTypes.IsTorchSharpLayer(candidate) && !candidate.HasMetadataName(KnownNames.Module))
            .SelectMany(static candidate => candidate.GetMembers())
            .Where(static member => member is { IsStatic: false, IsImplicitlyDeclared: false } and (IFieldSymbol or IPropertySymbol { GetMethod: not null, Parameters.IsEmpty: true }))
            .ToArray();
        var layers = members.Where(static member => MemberTypes.IsLinear(MemberReader.TypeOf(member))).ToArray();
        ISymbol?[] roles = [.. Roles.Select(names => layers.FirstOrDefault(member => names.Contains(Plain(member.Name))))];

        if (roles.All(static role => role is not null))
        {
            if (To(roles) is { } three)
            {
                yield return three;
            }
        }
        else if (layers.FirstOrDefault(static member => Fused.Contains(Plain(member.Name))) is { } fused && To([fused]) is { } one)
        {
            yield return one;
        }

        foreach (var member in members)
        {
            if (MemberReader.TypeOf(member) is { } inner && inner.IsModule() && paths.Step(member) is { } step)
            {
                foreach (var way in Ways(inner.WithNullableAnnotation(NullableAnnotation.NotAnnotated), paths, before.Add(step), depth + 1))
                {
                    yield return way;
                }
            }
        }

        EquatableArray<MemberStep>[]? To(ISymbol?[] ends)
        {
            var steps = ends.Select(end => paths.Step(end!)).ToArray();

            return steps.Any(static step => step is null) ? null : [.. steps.Select(step => before.Add(step!).ToEquatableArray())];
        }
    }

    private static string Plain(string name) => name.Replace("_", "").ToLowerInvariant();
}
