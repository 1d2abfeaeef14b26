using CompressDsl.Models;

namespace CompressDsl.Writing;

/// <summary>Writes the <c>Compression</c> of an annotated class: its property, its typed members, its capture.</summary>
internal static class CompressionWriter
{
    // What the generated class inherits: a member of the user's with the same name hides it, and says so.
    private static readonly HashSet<string> InheritedNames = new(StringComparer.Ordinal)
    {
        "Module", "Rule", "Sites", "Groups", "Structures", "LayerLists", "Follow", "AddStructure", "AddLayers", "AllSites", "ApplyMasks", "MaskZeros", "AddSite", "AddGroup", "Dispose",
        "Equals", "GetHashCode", "GetType", "ToString", "MemberwiseClone", "Finalize", "ReferenceEquals",
    };

    public static string Write(CompressionModel model)
    {
        var code = new CodeWriter();
        code.Header();

        using (code.OpenAround(model.Type))
        using (code.Open($"partial class {model.Type.Declaration.NameWithTypeParameters} : global::CompressDsl.ICompressible"))
        {
            WriteProperty(code, model);
            code.Line();
            WriteCompressionClass(code, model);
            code.Line();
            CaptureWriter.Write(code, model);
        }

        return code.ToString();
    }

    /// <summary>The name of the generated class inside of the annotated one.</summary>
    public static string ClassName(CompressionModel model) => model.Type.Declaration.Stem + "Compression";

    /// <summary>The keyword that hides an inherited member, where there is one.</summary>
    public static string Hiding(string name) => InheritedNames.Contains(name) ? "new " : "";

    private static void WriteProperty(CodeWriter code, CompressionModel model)
    {
        var name = ClassName(model);

        if (model.BaseCompression is not null)
        {
            code.Line($"/// <summary>Makes the <see cref=\"{name}\"/> that <c>Compression</c> returns.</summary>");
            code.Line($"protected override global::CompressDsl.Compression CreateCompression() => new {name}(this, {RuleWriter.WriteOrNull(model.Rule)});");
            return;
        }

        code.Line(model.Type.IsSealed ? $"private {name}? __compression;" : "private global::CompressDsl.Compression? __compression;");
        code.Line();
        code.Line($"/// <summary>What the attributes of this class ask for: a counterpart of the same name for every annotated member, with its mask.</summary>");

        if (model.Type.IsSealed)
        {
            code.Line($"public {name} Compression => __compression ??= new {name}(this, {RuleWriter.WriteOrNull(model.Rule)});");
        }
        else
        {
            code.Line($"public {name} Compression => ({name})(__compression ??= CreateCompression());");
            code.Line();
            code.Line("/// <summary>Makes what <see cref=\"Compression\"/> returns; an annotated class that derives from this one makes its own.</summary>");
            code.Line($"protected virtual global::CompressDsl.Compression CreateCompression() => new {name}(this, {RuleWriter.WriteOrNull(model.Rule)});");
        }

        code.Line();
        code.Line("global::CompressDsl.Compression global::CompressDsl.ICompressible.Compression => Compression;");
    }

    private static void WriteCompressionClass(CodeWriter code, CompressionModel model)
    {
        var name = ClassName(model);
        var owner = model.Type.Declaration.NameWithTypeParameters;

        code.Line($"/// <summary>The compression of a <see cref=\"{owner.Replace('<', '{').Replace('>', '}')}\"/>.</summary>");

        using (code.Open($"public {Sealed(model)}{(model.Flow is null ? "" : "partial ")}class {name} : {model.BaseCompression ?? "global::CompressDsl.Compression"}"))
        {
            code.Line($"private readonly {owner} __model;");
            code.Line();
            code.Line($"/// <summary>Reads the annotated members of a model.</summary>");
            code.Line($"{ConstructorAccess(model)} {name}({owner} model, global::CompressDsl.SparsityRule? rule)");
            code.Line($"    : base(model, rule{Forward(model)})");

            using (code.Open())
            {
                code.Line("__model = model;");

                foreach (var member in model.Members)
                {
                    WriteInitialization(code, member);
                }

                StructureWriter.WriteInitializations(code, model);
            }

            foreach (var member in model.Members)
            {
                code.Line();
                WriteMember(code, member);
            }

            StructureWriter.WriteMembers(code, model);
            code.Line();
            code.Line("/// <summary>Records the inputs and outputs of the annotated layers from now on, until it is disposed.</summary>");
            code.Line($"public {(model.BaseCompression is null ? "" : "new ")}{CaptureWriter.ClassName(model)} {model.CaptureMethod}() => new(__model);");
        }
    }

    private static void WriteInitialization(CodeWriter code, MemberModel member)
    {
        var held = "model." + member.Name;
        var key = Quote(member.Name);

        switch (member.Kind)
        {
            case MemberKind.Layer:
                code.Line($"this.{member.Name} = AddSite({key}, () => global::CompressDsl.PrunableWeight.Of({held}), {RuleWriter.Write(member.Rule!)});");
                break;
            case MemberKind.Parameter:
                code.Line($"this.{member.Name} = AddSite({key}, () => global::CompressDsl.PrunableWeight.Of(model, () => {held}), {RuleWriter.Write(member.Rule!)});");
                break;
            case MemberKind.Group:
                code.Line($"this.{member.Name} = AddGroup({key}, () => {held}, {RuleWriter.Write(member.Rule!)});");
                break;
            default:
                if (member.Rule is not null)
                {
                    code.Line($"AddGroup({key}, () => {held}, {RuleWriter.Write(member.Rule)});");
                }

                break;
        }
    }

    private static void WriteMember(CodeWriter code, MemberModel member)
    {
        var hiding = Hiding(member.Name);
        code.Line($"/// <summary>{Describe(member)}</summary>");

        switch (member.Kind)
        {
            case MemberKind.Layer or MemberKind.Parameter:
                code.Line($"public {hiding}global::CompressDsl.WeightSite {member.Name} {{ get; }}");
                break;
            case MemberKind.Group:
                code.Line($"public {hiding}global::CompressDsl.SiteGroup {member.Name} {{ get; }}");
                break;
            case MemberKind.Child:
                WriteChild(code, member, member.Child!, hiding);
                break;
            case MemberKind.ChildList:
                WriteChildList(code, member, member.Child!, hiding);
                break;
        }
    }

    private static void WriteChild(CodeWriter code, MemberModel member, ChildModel child, string hiding)
    {
        var (question, type) = (member.IsNullable ? "?" : "", child.Compression ?? "global::CompressDsl.Compression");
        var value = child.Compression is null
            ? $"((global::CompressDsl.ICompressible{question})__model.{member.Name}){question}.Compression"
            : $"__model.{member.Name}{question}.Compression";

        code.Line($"{Access(child)} {hiding}{type}{question} {member.Name} => {value};");
    }

    private static void WriteChildList(CodeWriter code, MemberModel member, ChildModel child, string hiding)
    {
        var type = child.Compression ?? "global::CompressDsl.Compression";
        var item = child.Compression is null ? "((global::CompressDsl.ICompressible)item).Compression" : "item.Compression";
        var list = $"global::CompressDsl.CompressionList<{child.Type}, {type}>";

        code.Line($"{Access(child)} {hiding}{list} {member.Name} => new(() => __model.{member.Name}, static item => {item});");
    }

    private static string Describe(MemberModel member) => member.Kind switch
    {
        MemberKind.Child => $"What the attributes of <c>{member.Name}</c>'s own class ask for.",
        MemberKind.ChildList => $"What the attributes of the class of the modules in <c>{member.Name}</c> ask for, one for each.",
        MemberKind.Group => $"<c>{RuleWriter.Describe(member.Rule!)}</c> for every weight below <c>{member.Name}</c>.",
        _ => $"<c>{RuleWriter.Describe(member.Rule!)}</c> for <c>{member.Name}</c>.",
    };

    private static string Quote(string identifier) => "\"" + identifier.TrimStart('@') + "\"";

    private static string Access(ChildModel child) => child.IsPublic ? "public" : "internal";

    // The base class has named the forward already: there is only one.
    private static string Forward(CompressionModel model)
        => model.IsCallable && model.BaseCompression is null ? ", global::CompressDsl.ForwardSite.Of(model)" : "";

    private static string Sealed(CompressionModel model) => model.Type.IsSealed ? "sealed " : "";

    private static string ConstructorAccess(CompressionModel model) => model.Type.IsSealed ? "internal" : "protected internal";
}
