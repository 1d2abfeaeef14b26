using CompressDsl.Models;

namespace CompressDsl.Writing;

/// <summary>Writes the capture of an annotated class: the hooks on the layers that its attributes speak of, as one disposable.</summary>
internal static class CaptureWriter
{
    /// <summary>The name of the generated class inside of the annotated one.</summary>
    public static string ClassName(CompressionModel model) => model.Type.Declaration.Stem + "Capture";

    public static void Write(CodeWriter code, CompressionModel model)
    {
        var name = ClassName(model);
        var owner = model.Type.Declaration.NameWithTypeParameters;
        var parent = model.BaseCompression is { } compression
            ? compression.Substring(0, compression.Length - "Compression".Length) + "Capture"
            : "global::CompressDsl.Capture";
        var captured = model.Members.Where(IsCaptured).ToArray();

        code.Line($"/// <summary>The inputs and outputs of the layers that the attributes of a <see cref=\"{owner.Replace('<', '{').Replace('>', '}')}\"/> speak of.</summary>");

        using (code.Open($"public {(model.Type.IsSealed ? "sealed " : "")}class {name} : {parent}"))
        {
            code.Line("/// <summary>Hooks the layers of a model.</summary>");
            code.Line($"{(model.Type.IsSealed ? "internal" : "protected internal")} {name}({owner} model)");

            if (model.BaseCompression is not null)
            {
                code.Line("    : base(model)");
            }

            using (code.Open())
            {
                foreach (var member in captured)
                {
                    code.Line($"this.{member.Name} = {Start(member)};");
                }
            }

            foreach (var member in captured)
            {
                code.Line();
                code.Line($"/// <summary>{Describe(member)}</summary>");
                code.Line($"{Access(member)} {Hiding(member)}{TypeOf(member)} {member.Name} {{ get; }}");
            }
        }
    }

    private static bool IsCaptured(MemberModel member) => member.IsCaptured || member.Child?.Capture is not null;

    private static string Start(MemberModel member)
    {
        var held = "model." + member.Name;
        var start = member.Kind switch
        {
            MemberKind.Child => $"Add({held}.Compression.{member.Child!.CaptureMethod}())",
            MemberKind.ChildList => $"AddAll({held}, static item => item.Compression.{member.Child!.CaptureMethod}())",
            _ => $"Add(new global::CompressDsl.LayerCapture({held}))",
        };

        return member.IsNullable ? $"{held} is null ? null : {start}" : start;
    }

    private static string TypeOf(MemberModel member)
    {
        var type = member.Kind switch
        {
            MemberKind.Child => member.Child!.Capture!,
            MemberKind.ChildList => $"global::System.Collections.Generic.IReadOnlyList<{member.Child!.Capture}>",
            _ => "global::CompressDsl.LayerCapture",
        };

        return member.IsNullable ? type + "?" : type;
    }

    private static string Describe(MemberModel member) => member.Kind switch
    {
        MemberKind.Child => $"What is captured inside of <c>{member.Name}</c>.",
        MemberKind.ChildList => $"What is captured inside of each module of <c>{member.Name}</c>.",
        _ => $"The input and output of the last call of <c>{member.Name}</c>.",
    };

    private static string Access(MemberModel member) => member.Child is { IsPublic: false } ? "internal" : "public";

    private static string Hiding(MemberModel member)
        => member.Name is "Add" or "AddAll" or "Dispose" or "Equals" or "GetHashCode" or "GetType" or "ToString" or "MemberwiseClone" or "ReferenceEquals" or "Finalize"
            ? "new "
            : "";
}
