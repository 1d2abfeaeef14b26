namespace CompressDsl.Models;

/// <summary>A class with what it holds that a shrink changes.</summary>
/// <param name="Type">The class, fully qualified.</param>
/// <param name="Name">The class, as a comment names it.</param>
/// <param name="Items">What it holds, in the order of declaration, that of base classes first.</param>
internal sealed record HolderModel(string Type, string Name, EquatableArray<HeldModel> Items);

/// <summary>A field or property that a shrink changes, itself or what it holds.</summary>
/// <param name="Kind">What it holds.</param>
/// <param name="Name">Its name in the model.</param>
/// <param name="Value">The expression that reads it, and that a parameter or count is assigned to.</param>
/// <param name="Type">The type, fully qualified; of a list that of what it holds.</param>
internal sealed record HeldModel(HeldKind Kind, string Name, FlowNode Value, string Type);

/// <summary>What a member holds that a shrink changes.</summary>
internal enum HeldKind
{
    /// <summary>One of TorchSharp's layers.</summary>
    Layer,

    /// <summary>A module of a class that is followed itself.</summary>
    Holder,

    /// <summary>A list of such.</summary>
    HolderList,

    /// <summary>Any other module: a container, or one whose class only a call knows.</summary>
    Module,

    /// <summary>An array or list of such, registered by hand.</summary>
    Modules,

    /// <summary>A parameter or buffer.</summary>
    Tensor,

    /// <summary>A number of channels or heads.</summary>
    Count,
}
