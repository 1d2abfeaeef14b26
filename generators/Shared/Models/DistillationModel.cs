namespace CompressDsl.Models;

/// <summary>A class with <c>[DistillFrom]</c>.</summary>
/// <param name="Student">The annotated class.</param>
/// <param name="Accessibility">The modifier of the generated class, which may not be seen by more than its teachers: <c>public</c> or <c>internal</c>.</param>
/// <param name="Constraints">The constraint clauses of the student's type parameters.</param>
/// <param name="Teachers">The classes of the teachers, in the order of the attributes; at least one.</param>
/// <param name="Inputs">The parameters of the student's forward.</param>
/// <param name="StudentLogits">What leads from the student's output to its logits: empty, or <c>.name</c>.</param>
/// <param name="Options">The options of the first attribute.</param>
/// <param name="Matches">What is matched beside the logits.</param>
/// <param name="AttentionMask">The input that says where padding is, or null where none does.</param>
/// <param name="Accessors">Members on the way to what is matched that the generated class could not name otherwise.</param>
internal sealed record DistillationModel(
    TypeModel Student,
    string Accessibility,
    EquatableArray<string> Constraints,
    EquatableArray<TeacherModel> Teachers,
    EquatableArray<ParameterModel> Inputs,
    string StudentLogits,
    DistillationOptions Options,
    EquatableArray<MatchModel> Matches,
    string? AttentionMask,
    EquatableArray<FlowAccessor> Accessors);

/// <summary>A teacher.</summary>
/// <param name="Type">Its class, fully qualified.</param>
/// <param name="Logits">What leads from its output to its logits: empty, or <c>.name</c>.</param>
internal sealed record TeacherModel(string Type, string Logits);

/// <summary>A parameter of a forward method.</summary>
/// <param name="Type">The type, fully qualified, with its nullability.</param>
/// <param name="Name">The name, escaped where it is a keyword.</param>
internal sealed record ParameterModel(string Type, string Name);

/// <summary>The options of a <c>[DistillFrom]</c>.</summary>
/// <param name="T">The temperature.</param>
/// <param name="Alpha">The weight of the soft term.</param>
/// <param name="Divergence">The name of the divergence.</param>
/// <param name="Beta">The parameter of the divergence, or null where it has none.</param>
/// <param name="Vocabulary">The name of the vocabulary policy.</param>
/// <param name="Task">The name of the task.</param>
/// <param name="Mode">The name of the mode.</param>
/// <param name="Lambda">The share of on-policy batches.</param>
/// <param name="Mean">How several teachers are made one.</param>
internal sealed record DistillationOptions(
    double T, double Alpha, string Divergence, double? Beta, string Vocabulary, string Task, string Mode, double Lambda, string Mean);
