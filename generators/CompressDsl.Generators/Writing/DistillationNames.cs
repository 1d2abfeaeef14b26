using CompressDsl.Models;

namespace CompressDsl.Writing;

/// <summary>The names of what a <c>{Student}Distillation</c> is made of, out of the way of the user's.</summary>
internal sealed class DistillationNames
{
    private static readonly string[] TermMembers =
    [
        "Hard", "Soft", "Features", "Total", "Alpha", "Count", "FeatureCount", "Terms", "Objective", "Matched", "FromLabels", "FromNextLabels",
        "MoveToOuterDisposeScope", "DetachFromDisposeScope", "Dispose", "Equals", "GetHashCode", "GetType", "ToString", "MemberwiseClone", "ReferenceEquals", "Finalize",
    ];

    private readonly HashSet<string> _typeParameters;
    private readonly HashSet<string> _inputs;
    private readonly HashSet<string> _locals;

    public DistillationNames(DistillationModel model)
    {
        _typeParameters = new(
            model.Student.Containers.SelectMany(static container => container.TypeParameters).Concat(model.Student.Declaration.TypeParameters), StringComparer.Ordinal);
        _inputs = new(model.Inputs.Select(static input => input.Name.TrimStart('@')), StringComparer.Ordinal);
        _locals = new(_inputs, StringComparer.Ordinal);

        Labels = Local("labels");
        Mask = Local("mask", "lossMask");
        AttentionMask = model.AttentionMask ?? Local("attentionMask");
        TeacherInputs = [.. model.Inputs.Select(input => Local("teacher" + Pascal(input.Name)))];
        TeacherLabels = Local("teacherLabels");
        TeacherMask = Local("teacherMask");
        Scope = Local("scope");
        TeacherLogits = Local("teacherLogits");
        StudentLogits = Local("studentLogits");
        Rows = Local("rows");
        Hard = Local("hard");
        Soft = Local("soft");
        Places = Local("places");
        CachedTeacher = Local("teacher");
        Result = Local("terms");
        Terms = [.. FindTerms(model)];
    }

    public string T => Constant("T", "Temperature");

    public string Alpha => Constant("Alpha", "SoftWeight");

    public string Beta => Constant("Beta", "DivergenceParameter");

    public string Lambda => Constant("Lambda", "OnPolicyShare");

    public string Labels { get; }

    public string Mask { get; }

    public string AttentionMask { get; }

    public string[] TeacherInputs { get; }

    public string TeacherLabels { get; }

    public string TeacherMask { get; }

    public string Scope { get; }

    public string TeacherLogits { get; }

    public string StudentLogits { get; }

    public string Rows { get; }

    public string Hard { get; }

    public string Soft { get; }

    public string Places { get; }

    public string CachedTeacher { get; }

    public string Result { get; }

    /// <summary>The names of every match, in their order.</summary>
    public TermNames[] Terms { get; }

    /// <summary>A name with a capital, to be put behind another.</summary>
    public static string Pascal(string name)
    {
        name = name.TrimStart('@').TrimStart('_');

        return name.Length == 0 ? "Input" : char.ToUpperInvariant(name[0]) + name.Substring(1);
    }

    private IEnumerable<TermNames> FindTerms(DistillationModel model)
    {
        var properties = new HashSet<string>(TermMembers, StringComparer.Ordinal) { "Terms" };
        var members = new HashSet<string>(StringComparer.Ordinal);

        foreach (var match in model.Matches)
        {
            // The member's own name; where several attributes stand on it, the later ones say what they match.
            var name = members.Add(match.Member) ? match.Member : match.Member + (match.Kind == MatchKind.Hidden ? "Hidden" : "Attention");

            for (var i = 2; !properties.Add(name); i++)
            {
                name = match.Member + i;
            }

            yield return new TermNames(
                Property: Reading.SymbolExtensions.Escape(name),
                Reported: name,
                Value: Local(name),
                OfStudent: Local("student" + Pascal(name)),
                OfTeacher: Local("teacher" + Pascal(name)));
        }
    }

    private string Constant(string name, string otherwise) => _typeParameters.Contains(name) || _inputs.Contains(name) ? otherwise : name;

    private string Local(string name, string? otherwise = null)
    {
        var candidate = _locals.Contains(name) ? otherwise ?? name + "_" : name;

        while (!_locals.Add(candidate))
        {
            candidate += "_";
        }

        return Reading.SymbolExtensions.Escape(candidate);
    }
}

/// <summary>The names of one match.</summary>
/// <param name="Property">The property of the terms.</param>
/// <param name="Reported">The name in reports.</param>
/// <param name="Value">The local that holds the term.</param>
/// <param name="OfStudent">The local that holds what is kept of the student.</param>
/// <param name="OfTeacher">The local that holds what is kept of the teacher.</param>
internal sealed record TermNames(string Property, string Reported, string Value, string OfStudent, string OfTeacher);
