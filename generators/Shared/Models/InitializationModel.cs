namespace CompressDsl.Models;

/// <summary>A class with <c>[InitializeFrom]</c>.</summary>
/// <param name="Student">The annotated class.</param>
/// <param name="Teacher">The class that it starts from, fully qualified.</param>
/// <param name="IsPublic">Whether the method may be public: whether the teacher is seen wherever the student is.</param>
/// <param name="Map">The name of the layer map.</param>
/// <param name="Layers">The teacher's layers that are written out; empty where the map says them.</param>
/// <param name="Members">The members of the student that hold weights.</param>
/// <param name="Accessors">Members of the teacher that the student could not name otherwise.</param>
internal sealed record InitializationModel(
    TypeModel Student,
    string Teacher,
    bool IsPublic,
    string Map,
    EquatableArray<int> Layers,
    EquatableArray<InitializedModel> Members,
    EquatableArray<FlowAccessor> Accessors);

/// <summary>A member of a student that starts from the teacher's weights.</summary>
/// <param name="Name">The member, escaped where it is a keyword.</param>
/// <param name="Kind">What it holds.</param>
/// <param name="IsNullable">Whether it may be null.</param>
/// <param name="Teacher">The teacher's member of the same name; null where it has none, and the student keeps its own first values.</param>
internal sealed record InitializedModel(string Name, InitializedKind Kind, bool IsNullable, MemberStep? Teacher);

/// <summary>What a member holds that starts from the teacher's.</summary>
internal enum InitializedKind
{
    /// <summary>A module: what is inside of it is copied by name.</summary>
    Module,

    /// <summary>A list of layers, of which the map says which are copied.</summary>
    Layers,

    /// <summary>A parameter or buffer.</summary>
    Tensor,
}
