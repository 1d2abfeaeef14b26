using static TorchSharp.torch;

namespace CompressDsl;

/// <summary>Finds every weight that a rule speaks of, by walking the registered children of a module.</summary>
/// <remarks>
/// The nearest attribute wins: that of the member that holds the layer, then that of the class of the module that holds it, then that of the member
/// that holds this module, and so on up. <c>[KeepDense]</c> on a member is absolute: nothing below it is pruned, whatever stands there. A weight that
/// is reached in several ways counts once: kept dense if one way says so absolutely, else by the first way with an attribute on the member itself,
/// else by the first way.
/// </remarks>
internal static class SiteWalk
{
    /// <summary>The weights below <paramref name="root"/>, in the order of registration.</summary>
    /// <param name="root">Where to begin.</param>
    /// <param name="above">The rule that holds there, from further up.</param>
    public static List<FoundWeight> Collect(nn.Module root, Inherited? above = null)
    {
        ArgumentNullException.ThrowIfNull(root);
        var found = new List<FoundWeight>();
        Visit(root, "", above, isMember: above is not null, found, []);
        return Unite(found);
    }

    /// <summary>Whether a module with pruning attributes is at or below <paramref name="root"/>.</summary>
    public static bool IsAnnotated(nn.Module root) => root is ICompressible || root.modules().Any(static module => module is ICompressible);

    private static void Visit(nn.Module module, string path, Inherited? inherited, bool isMember, List<FoundWeight> found, HashSet<nn.Module> onPath)
    {
        if (isMember ? PrunableWeight.TryOfMember(module, out var weight) : PrunableWeight.TryOf(module, out weight))
        {
            if (inherited is not null)
            {
                found.Add(new(Join(path, weight.Name), weight, inherited.Rule, inherited.Anchor, inherited.IsAbsolute, isMember));
            }

            return;
        }

        if (!onPath.Add(module))
        {
            return;
        }

        var compression = (module as ICompressible)?.Compression;
        if (compression?.Rule is { } rule && inherited is not { IsAbsolute: true })
        {
            inherited = new(rule, compression, IsAbsolute: false);
        }

        var members = Members(compression, inherited);
        foreach (var (name, child) in module.named_children().ToArray())
        {
            var member = members.Find(member => ReferenceEquals(member.Module, child));
            members.RemoveAll(other => ReferenceEquals(other.Module, child));
            Visit(child, Join(path, name), member?.Rule ?? inherited, member is not null, found, onPath);
        }

        // What is left is no registered child: parameters of the module itself, and modules that TorchSharp does not know of.
        foreach (var member in members)
        {
            if (member.Weight is { } own)
            {
                var name = ReferenceEquals(own.Module, module) ? own.Name : Join(member.Name, own.Name);
                found.Add(new(Join(path, name), own, member.Rule.Rule, member.Rule.Anchor, member.Rule.IsAbsolute, IsMember: true));
            }
            else
            {
                Visit(member.Module, Join(path, member.Name), member.Rule, isMember: true, found, onPath);
            }
        }

        onPath.Remove(module);
    }

    private static List<Member> Members(Compression? compression, Inherited? inherited)
    {
        var members = new List<Member>();
        foreach (var site in compression?.Sites ?? [])
        {
            if (site.Find() is { } weight)
            {
                members.Add(new(site.Name, weight.Module, weight, RuleOf(site.Rule)));
            }
        }

        foreach (var group in compression?.Groups ?? [])
        {
            if (group.Find() is { } module)
            {
                members.Add(new(group.Name, module, null, RuleOf(group.Rule)));
            }
        }

        return members;

        Inherited RuleOf(SparsityRule rule) => inherited is { IsAbsolute: true } ? inherited : new(rule, compression!, IsAbsolute: rule.IsDense);
    }

    private static List<FoundWeight> Unite(List<FoundWeight> found)
    {
        var united = new List<FoundWeight>();
        foreach (var next in found)
        {
            var place = united.FindIndex(known => known.Weight.IsSameAs(next.Weight));
            if (place < 0)
            {
                united.Add(next);
                continue;
            }

            var known = united[place];
            var stronger = (next.IsAbsolute, next.IsMember).CompareTo((known.IsAbsolute, known.IsMember)) > 0 ? next : known;
            var other = ReferenceEquals(stronger, next) ? known : next;
            united[place] = stronger with { Aliases = [.. known.Aliases, .. next.Aliases, other.Weight] };
        }

        return united;
    }

    private static string Join(string path, string name) => path.Length == 0 ? name : $"{path}.{name}";

    private sealed record Member(string Name, nn.Module Module, PrunableWeight? Weight, Inherited Rule);

    /// <summary>A rule from further up.</summary>
    /// <param name="Rule">The rule.</param>
    /// <param name="Anchor">The module on whose class, or on a member of whose class, the attribute stands: <see cref="Scope.Global"/> compares
    /// below it.</param>
    /// <param name="IsAbsolute">Whether nothing below may say otherwise.</param>
    internal sealed record Inherited(SparsityRule Rule, Compression Anchor, bool IsAbsolute);
}
