namespace CompressDsl.Models;

/// <summary>A class with <c>[DistillFrom]</c>.</summary>
/// <param name="Student">The annotated class.</param>
/// <param name="Accessibility">The modifier of the generated class, which may not be seen by more than its teacher: <c>public</c> or <c>internal</c>.</param>
/// <param name="Constraints">The constraint clauses of the student's type parameters.</param>
/// <param name="Teacher">The class of the teacher, fully qualified.</param>
/// <param name="Inputs">The parameters of the student's forward.</param>
/// <param name="StudentLogits">What leads from the student's output to its logits: empty, or <c>.name</c>.</param>
/// <param name="TeacherLogits">The same for the teacher.</param>
/// <param name="Options">The options of the attribute.</param>
internal sealed record DistillationModel(
    TypeModel Student,
    string Accessibility,
    EquatableArray<string> Constraints,
    string Teacher,
    EquatableArray<ParameterModel> Inputs,
    string StudentLogits,
    string TeacherLogits,
    DistillationOptions Options);

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
internal sealed record DistillationOptions(double T, double Alpha, string Divergence, double? Beta, string Vocabulary, string Task);
