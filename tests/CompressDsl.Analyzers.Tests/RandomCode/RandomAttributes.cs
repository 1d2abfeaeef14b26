namespace CompressDsl.Analyzers.Tests;

/// <summary>Attributes of the language with arguments that compile, right ones and wrong ones, where C# allows them to stand.</summary>
/// <param name="choices">What they are made of.</param>
/// <param name="areThere">Whether there are any.</param>
internal sealed class RandomAttributes(Choices choices, bool areThere)
{
    private static readonly string[] OnMembers = ["Sparsity", "SemiStructured", "BlockSparsity", "KeepDense", "Gradual", "PruneChannels", "PruneLayers"];
    private static readonly string[] OnClasses = ["Sparsity", "SemiStructured", "BlockSparsity", "KeepDense", "Gradual", "PruneChannels", "PruneHeads", "PruneHidden"];

    /// <summary>Attributes for a field or property; mostly none, sometimes several.</summary>
    /// <param name="member">The member.</param>
    /// <param name="teachers">The classes that its class learns from.</param>
    public string ForMember(RandomMember member, IReadOnlyList<RandomClass> teachers)
    {
        var written = new List<string>();

        if (choices.Happens(40))
        {
            written.Add(Write(member.Type.Contains("List", StringComparison.Ordinal) && choices.Happens(60) ? "PruneLayers" : choices.One(OnMembers)));
        }

        if (choices.Happens(8))
        {
            written.Add(Write(choices.One(OnMembers)));
        }

        if (choices.Happens(teachers.Count > 0 ? 25 : 2))
        {
            written.Add(Match(choices.OneOrNone(teachers)));
        }

        // Behind a computed property there is no field.
        var target = choices.Happens(3) && !member.Declaration.Contains("=> Linear", StringComparison.Ordinal) ? "field: " : "";
        return !areThere ? "" : string.Concat(written.DistinctBy(static text => text.Split('(')[0]).Select(text => $"[{target}{text}] "));
    }

    /// <summary>Attributes for a class.</summary>
    /// <param name="fields">Names of its members, for roles.</param>
    /// <param name="teachers">The classes that it learns from.</param>
    /// <param name="others">The classes that it could name.</param>
    public string ForClass(IReadOnlyList<string> fields, IReadOnlyList<RandomClass> teachers, IReadOnlyList<RandomClass> others)
    {
        var written = choices.Some(OnClasses, 9).Select(name => name == "PruneHeads" ? Heads(fields) : Write(name)).ToList();
        written.AddRange(teachers.Select(teacher => DistillFrom($"typeof({teacher.TypeName})")));

        if (choices.Happens(3))
        {
            written.Add(DistillFrom(choices.One("typeof(string)", "typeof(Sequential<,>)", "null!", "typeof(Tensor[])", "typeof(Linear)")));
        }

        if (choices.Happens(8))
        {
            var teacher = choices.OneOrNone(others)?.TypeName ?? "Linear";
            written.Add($"InitializeFrom(typeof({choices.One(teacher, teacher, "string", "ModuleList<>")}){Options(Map, () => $"Layers = {choices.One("new[] { 0, 2 }", "new[] { 2, 0 }", "null", "new[] { -1 }")}")})");
        }

        return !areThere ? "" : string.Concat(written.Select(static text => $"[{text}] "));
    }

    private string Write(string name) => name switch
    {
        "Sparsity" => $"Sparsity({Fraction()}{Options(Criterion, Scope, Kernel, Purpose)})",
        "SemiStructured" => $"SemiStructured({choices.One("2, 4", "2, 4", "1, 4", "4, 2", "0, 4", "2, 7", "1, 2")}{Options(Criterion, Kernel, Purpose)})",
        "BlockSparsity" => $"BlockSparsity({Fraction()}, {choices.One("4, 4", "16, 16", "1, 8", "1, 1", "0, 3", "7, 2")}{Options(Criterion, Kernel)})",
        "KeepDense" => "KeepDense",
        "Gradual" => $"Gradual({Options(() => $"Steps = {choices.One("1000", "1", "0", "-3")}", () => $"Ramp = {choices.One("Ramp.Linear", "(Ramp)9")}", () => "Every = 7")})".Replace("(, ", "("),
        _ => $"{name}({Share()}{Options(Criterion, Scope, () => $"RoundTo = {choices.One("8", "1", "0", "3")}")})".Replace("(, ", "("),
    };

    private string Heads(IReadOnlyList<string> fields)
    {
        var roles = choices.Some(["Query", "Key", "Value", "Output", "Heads", "KeyValueHeads"], 12)
            .Select(role => $"{role} = {(fields.Count > 0 && choices.Happens(80) ? $"nameof({choices.One(fields)})" : "\"qq\"")}");
        return $"PruneHeads({string.Join(", ", new[] { Share() }.Concat(roles).Where(static text => text.Length > 0))})";
    }

    private string Match(RandomClass? teacher)
    {
        var member = teacher is { Fields.Count: > 0 } && choices.Happens(80) ? choices.One(teacher.Fields) : "nothing.there";
        return choices.Happens(60)
            ? $"MatchHidden(\"{member}\"{Options(Weight, Map, Pairs, () => "Projection = true", () => $"Loss = {choices.One("HiddenLoss.Cosine", "(HiddenLoss)7")}")})"
            : $"MatchAttention(\"{member}\"{Options(Weight, Map, Pairs, () => $"RelationHeads = {choices.One("2", "-1")}", () => $"Loss = {choices.One("AttentionLoss.Relation", "AttentionLoss.MeanSquared", "(AttentionLoss)7")}")})";
    }

    private string DistillFrom(string teacher) => $"DistillFrom({teacher}{Options(
        () => $"T = {choices.One("4", "1", "0", "double.NaN")}",
        () => $"Alpha = {choices.One("0.7", "0", "1.2")}",
        () => $"Divergence = {choices.One("Divergence.ReverseKl", "Divergence.SkewKl", "Divergence.Decoupled", "(Divergence)44")}",
        () => $"Vocabulary = {choices.One("Vocabulary.Truncate", "Vocabulary.UniversalLogit")}",
        () => $"Task = {choices.One("DistillTask.CausalLanguageModel", "DistillTask.MaskedLanguageModel", "(DistillTask)5")}",
        () => $"Mode = {choices.One("DistillMode.OnPolicy", "DistillMode.SequenceLevel", "DistillMode.Pretraining")}",
        () => $"Lambda = {choices.One("0.3", "-1")}")})";

    private string Share() => choices.One("0.25", "0.5", "Keep = 2", "Keep = 8", "Keep = 100", "Keep = 0", "1.5", "", "0.5, Keep = 3");

    private string Fraction() => choices.One("0.5", "0.5", "0.9", "0.1", "0", "1.5", "-0.0", "double.NaN");

    private string Criterion() => $"Criterion = {choices.One("Criterion.Magnitude", "Criterion.Wanda", "Criterion.SparseGpt", "Criterion.Gate", "Criterion.BlockInfluence", "(Criterion)77")}";

    private string Scope() => $"Scope = {choices.One("Scope.PerRow", "Scope.Global", "Scope.PerLayer", "(Scope)9")}";

    private string Kernel() => $"Kernel = {choices.One("SparseKernel.Csr", "SparseKernel.Bitmask", "SparseKernel.SemiStructured", "SparseKernel.None", "(SparseKernel)9")}";

    private string Purpose() => "Purpose = Purpose.Size";

    private string Weight() => $"Weight = {choices.One("2", "0", "-1")}";

    private string Map() => $"Map = {choices.One("LayerMap.EveryOther", "LayerMap.Last", "(LayerMap)8")}";

    private string Pairs() => $"Pairs = {choices.One("new[] { 0, 1 }", "new[] { 0, 1, 1, 3 }", "new[] { 1 }", "null", "new int[0]")}";

    private string Options(params Func<string>[] options) => string.Concat(choices.Some(options, 15).Select(static option => ", " + option()));
}
