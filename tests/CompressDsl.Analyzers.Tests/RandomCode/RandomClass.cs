using System.Text;

namespace CompressDsl.Analyzers.Tests;

/// <summary>A class of a random program: mostly a module, with random members, a random forward, and random attributes on all of it.</summary>
internal sealed class RandomClass
{
    // Words of C#, of the generated code, and of TorchSharp that a member can have all the same.
    private static readonly string[] HostileNames =
        ["@class", "@params", "record", "field", "value", "model", "flow", "Mask", "Module", "Rule", "Sites", "Groups", "Capture", "Student", "Teacher", "teacher", "student", "Hard", "Soft", "Total", "Compute", "é", "Channels"];

    private readonly List<string> fields = [];

    /// <summary>Makes one that may use others.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="choices">What it is made of.</param>
    /// <param name="others">The classes that come before it.</param>
    /// <param name="isAnnotated">Whether it has attributes.</param>
    public RandomClass(string name, Choices choices, IReadOnlyList<RandomClass> others, bool isAnnotated)
    {
        Name = name;
        IsModule = choices.Happens(96);
        IsGeneric = IsModule && choices.Happens(8);
        IsPublic = choices.Happens(70);
        IsSealed = choices.Happens(60);
        Inputs = choices.Happens(88) ? 1 : 2;
        Result = choices.Happens(93) ? "Tensor" : choices.One("(Tensor Logits, Tensor Hidden)", "(Tensor, Tensor)", "Tensor[]");
        Container = choices.Happens(80) ? "" : choices.One("partial class Outer", "class Outer", "static partial class Outer", "partial record struct Outer", "partial interface IOuter", "partial class OuterOf<TOuter>");

        var visible = others.Where(other => other.IsModule && other.Container.Length == 0).ToArray();
        var parent = choices.Happens(8) && IsModule && !IsGeneric ? choices.OneOrNone(visible.Where(other => other is { IsSealed: false, IsGeneric: false } && (other.IsPublic || !IsPublic))) : null;
        var teachers = choices.Happens(35) ? choices.Some([.. visible.Where(other => other != parent)], 40).ToArray() : [];

        if (parent is not null)
        {
            (Inputs, Result) = (parent.Inputs, parent.Result);
        }

        Text = Write(choices, parent, teachers, visible, isAnnotated);
    }

    public string Name { get; }

    public bool IsModule { get; }

    public bool IsGeneric { get; }

    public bool IsPublic { get; }

    public bool IsSealed { get; }

    /// <summary>How many tensors its forward takes.</summary>
    public int Inputs { get; }

    /// <summary>What its forward gives.</summary>
    public string Result { get; }

    /// <summary>The declaration around it; empty where there is none.</summary>
    public string Container { get; }

    /// <summary>The class as others write it.</summary>
    public string TypeName => IsGeneric ? Name + "<Linear>" : Name;

    /// <summary>Whether it takes one tensor and gives one.</summary>
    public bool IsPlain => IsModule && Inputs == 1 && Result == "Tensor";

    /// <summary>The names of its members.</summary>
    public IReadOnlyList<string> Fields => fields;

    /// <summary>Its declaration, with what is around it.</summary>
    public string Text { get; }

    private string Write(Choices choices, RandomClass? parent, RandomClass[] teachers, RandomClass[] visible, bool isAnnotated)
    {
        var attributes = new RandomAttributes(choices, isAnnotated);
        var members = new RandomMembers(choices, [.. visible.Where(static other => other.IsPlain)], IsGeneric);
        var (declared, created) = (new StringBuilder(), new StringBuilder());

        for (var i = 0; i < 1 + choices.Below(6); i++)
        {
            var member = members.Next(choices.Happens(15) ? choices.One(HostileNames.Where(name => !fields.Contains(name)).ToArray()) : $"f{Name}{i}");
            fields.Add(member.Name);
            declared.Append($"    {attributes.ForMember(member, teachers)}{member.Declaration}\n");
            created.Append(member.Assignment is null ? "" : $"        {member.Assignment}\n");
        }

        var isPartial = choices.Happens(88);
        var second = isPartial && choices.Happens(12) ? members.Next($"f{Name}More") : null;
        var part = second is null ? "" : $"\npartial class {Name}{(IsGeneric ? "<T>" : "")}\n{{\n    {attributes.ForMember(second, teachers)}{second.Declaration}\n}}\n";
        created.Append(second?.Assignment is null ? "" : $"        {second.Assignment}\n");

        var forward = new RandomForward(choices, members.All, Inputs).Write(Result);
        var onClass = attributes.ForClass(fields, teachers, visible);
        var modifiers = $"{(IsPublic ? "public" : "internal")} {(IsSealed ? "sealed " : "")}{(isPartial ? "partial " : "")}class";
        var generic = IsGeneric ? ("<T>", " where T : Module<Tensor, Tensor>", "T? given = null") : ("", "", "int width = 64, int heads = 4");
        var bases = !IsModule ? "" : parent?.TypeName ?? $"Module<{string.Join(", ", Enumerable.Repeat("Tensor", Inputs))}, {Result}>";
        var parameters = string.Join(", ", Enumerable.Range(0, Inputs).Select(static index => index == 0 ? "Tensor x" : "Tensor mask"));
        var text = $$"""
            {{onClass}}{{modifiers}} {{Name}}{{generic.Item1}}{{(bases.Length > 0 ? " : " + bases : "")}}{{generic.Item2}}
            {
            {{declared}}    private readonly int width = 64; private int heads = 4;{{(IsModule ? "" : " private bool training = true;")}}
                public {{Name}}({{generic.Item3}}){{(!IsModule || parent is not null ? "" : $" : base(\"{Name}\")")}}
                {
            {{(IsGeneric ? "" : "        (this.width, this.heads) = (width, heads);\n")}}{{created}}        {{(IsModule ? "RegisterComponents();" : "")}}
                }
            {{forward.Helpers}}
                public {{(IsModule ? "override " : "")}}{{Result}} forward({{parameters}})
                {
            {{forward.Body}}
                }
            }
            {{part}}
            """;

        return Container.Length == 0 ? text : $$"""public {{(Container.Contains('<', StringComparison.Ordinal) ? Container.Replace("<", Name + "<", StringComparison.Ordinal) : Container + Name)}} { {{text}} }""";
    }
}
