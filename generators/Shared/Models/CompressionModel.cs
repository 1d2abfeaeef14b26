namespace CompressDsl.Models;

/// <summary>A class with pruning attributes on it or on its members.</summary>
/// <param name="Type">The class.</param>
/// <param name="Rule">The attribute on the class, or null.</param>
/// <param name="BaseCompression">The compression type of the base class, fully qualified, where that is annotated too; else null.</param>
/// <param name="CaptureMethod">The name of the method that starts a capture.</param>
/// <param name="IsCallable">Whether the class has a forward, from a base class <c>torch.nn.Module&lt;T, …, TResult&gt;</c>.</param>
/// <param name="Members">The members that get a typed counterpart, in the order of declaration.</param>
/// <param name="Structures">The structure attributes: of the class, then of its members, in the order of declaration.</param>
/// <param name="Flow">Its forward over shapes, where a structure attribute asks which channels go together; else null.</param>
internal sealed record CompressionModel(
    TypeModel Type,
    RuleModel? Rule,
    string? BaseCompression,
    string CaptureMethod,
    bool IsCallable,
    EquatableArray<MemberModel> Members,
    EquatableArray<StructureModel> Structures,
    FlowModel? Flow);

/// <summary>A member of an annotated class that gets a counterpart of the same name.</summary>
/// <param name="Name">The name, escaped where it is a keyword.</param>
/// <param name="Kind">What it holds.</param>
/// <param name="Rule">Its own attribute, or for a weight without one the attribute of the class; null for a child that speaks for itself.</param>
/// <param name="IsNullable">Whether it may be null.</param>
/// <param name="IsCaptured">Whether a capture records its inputs and outputs.</param>
/// <param name="Child">For <see cref="MemberKind.Child"/> and <see cref="MemberKind.ChildList"/>, what is held.</param>
internal sealed record MemberModel(
    string Name,
    MemberKind Kind,
    RuleModel? Rule,
    bool IsNullable,
    bool IsCaptured,
    ChildModel? Child);

/// <summary>What an annotated member holds.</summary>
internal enum MemberKind
{
    /// <summary>A layer with one weight.</summary>
    Layer,

    /// <summary>A bare parameter.</summary>
    Parameter,

    /// <summary>A container or module whose weights all follow the member's attribute.</summary>
    Group,

    /// <summary>A module of an annotated class.</summary>
    Child,

    /// <summary>A ModuleList of an annotated class.</summary>
    ChildList,
}

/// <summary>The annotated class that a member holds.</summary>
/// <param name="Type">The class, fully qualified.</param>
/// <param name="Compression">Its compression type, fully qualified, or null where the annotated class cannot name it.</param>
/// <param name="Capture">Its capture type, likewise.</param>
/// <param name="CaptureMethod">The method of the compression type that starts one.</param>
/// <param name="IsPublic">Whether everybody who sees the annotated class sees it too.</param>
internal sealed record ChildModel(string Type, string? Compression, string? Capture, string CaptureMethod, bool IsPublic);
