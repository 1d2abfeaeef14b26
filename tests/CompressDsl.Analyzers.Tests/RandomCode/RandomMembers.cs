namespace CompressDsl.Analyzers.Tests;

/// <summary>A member of a random class.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Kind">What forward can do with it.</param>
/// <param name="Type">Its type.</param>
/// <param name="Modifiers">What stands before the type.</param>
/// <param name="Declaration">The declaration.</param>
/// <param name="Assignment">The statement of the constructor that sets it; null where an initializer does.</param>
internal sealed record RandomMember(string Name, RandomMemberKind Kind, string Type, string Modifiers, string Declaration, string? Assignment);

/// <summary>What forward can do with a member.</summary>
internal enum RandomMemberKind
{
    /// <summary>Call it with a tensor.</summary>
    Call,

    /// <summary>Call it, where it is there.</summary>
    MaybeCall,

    /// <summary>Call one after the other.</summary>
    List,

    /// <summary>Look up rows.</summary>
    Table,

    /// <summary>Multiply with it.</summary>
    Tensor,

    /// <summary>Call it with query, key and value.</summary>
    Attention,

    /// <summary>Run it: a delegate.</summary>
    Function,

    /// <summary>Call its two items.</summary>
    Pair,

    /// <summary>Look up <c>a</c> and call it.</summary>
    Dictionary,

    /// <summary>Nothing.</summary>
    Other,
}

/// <summary>Members as models have them, and as they should not.</summary>
/// <param name="choices">What they are made of.</param>
/// <param name="others">Modules from a tensor to a tensor that they can hold.</param>
/// <param name="isGeneric">Whether there is a type parameter <c>T</c>, and a <c>given</c> instance.</param>
internal sealed class RandomMembers(Choices choices, IReadOnlyList<RandomClass> others, bool isGeneric)
{
    private readonly List<RandomMember> all = [];

    public IReadOnlyList<RandomMember> All => all;

    public RandomMember Next(string name)
    {
        var member = Make(name);
        all.Add(member);
        return member;
    }

    private RandomMember Make(string name)
    {
        var other = choices.OneOrNone(others);

        return choices.Below(30) switch
        {
            22 => new(name, RandomMemberKind.Call, "Linear", "private readonly ", $"private readonly Linear {name} = Linear(64, 64), {name}b = Linear(64, 256);", null),
            23 => new(name, RandomMemberKind.Call, "Linear", "public ", $"public Linear {name} {{ get; {choices.One("init", "private set")}; }} = Linear(64, 64);", null),
            24 => new(name, RandomMemberKind.Call, "Linear", "private ", $"private Linear {name} => Linear(64, {Constant()});", null),
            25 => new(name, RandomMemberKind.Function, "Func<Tensor, Tensor>", "private readonly ", $"private readonly Func<Tensor, Tensor> {name} = {choices.One("torch.tanh", "t => t * 2")};", null),
            26 => new(name, RandomMemberKind.Pair, "(Linear, Linear)", "private readonly ", $"private readonly (Linear First, Linear Second) {name} = (Linear(64, {Constant()}), Linear(64, 64));", null),
            27 => Held(name, RandomMemberKind.Dictionary, "ModuleDict<Linear>", $"ModuleDict((\"a\", Linear({Size()}, {Size()})))"),
            28 => new(name, RandomMemberKind.Tensor, "Tensor", "private readonly ", $"private readonly Tensor {name} = torch.ones({Constant()});", null),
            29 => new(name, RandomMemberKind.Call, "Module<Tensor, Tensor>", "protected readonly ", $"private protected readonly Module<Tensor, Tensor> {name} = Sequential((\"a\", Linear(64, 64)));", null),
            0 => Held(name, RandomMemberKind.Call, "SparseLinear", $"new SparseLinear({Size()}, {Size()})"),
            1 => Held(name, RandomMemberKind.Call, choices.One("Conv1d", "Conv2d", "ConvTranspose2d"), null),
            2 => Held(name, RandomMemberKind.Table, "Embedding", $"Embedding({Size()}, {Size()})"),
            3 => Held(name, RandomMemberKind.Call, "LayerNorm", $"LayerNorm({Size()})"),
            4 => Held(name, RandomMemberKind.Call, choices.One("Dropout", "ReLU", "Softmax"), null),
            5 => Held(name, RandomMemberKind.Tensor, "Parameter", $"Parameter(torch.ones({Size()}))"),
            6 => Held(name, RandomMemberKind.List, "ModuleList<Linear>", $"ModuleList(Linear({Size()}, {Size()}), Linear({Size()}, {Size()}))"),
            7 => Held(name, RandomMemberKind.Call, "Sequential", $"Sequential((\"a\", Linear({Size()}, {Size()})), (\"b\", ReLU()))"),
            8 => new(name, RandomMemberKind.MaybeCall, "Linear?", "private readonly ", $"private readonly Linear? {name};", $"if (Environment.TickCount > 0) {{ {name} = Linear({Size()}, {Size()}); }}"),
            9 when choices.Happens(40) => new(name, RandomMemberKind.Call, "Linear", "private static readonly ", $"private static readonly Linear {name} = Linear(64, 64);", null),
            9 => new(name, RandomMemberKind.Call, "Linear", "public ", $"public Linear {name} {{ get; set; }} = Linear(64, 64);", null),
            10 => new(name, RandomMemberKind.Call, "Linear", "public ", $"public Linear {name} {{ get; }} = Linear(64, {choices.One("64", "10")});", null),
            11 when choices.Happens(40) => new(name, RandomMemberKind.List, "List<Linear>", "private readonly ", $"private readonly List<Linear> {name} = [Linear(64, 64)];", null),
            11 => new(name, RandomMemberKind.List, "Linear[]", "private readonly ", $"private readonly Linear[] {name} = [Linear(64, 64)];", null),
            12 => Held(name, RandomMemberKind.Attention, "MultiheadAttention", "MultiheadAttention(64, 4)"),
            13 => new(name, RandomMemberKind.Other, "string", "private readonly ", $"private readonly string {name} = \"\";", null),
            14 or 15 when other is not null => Held(name, RandomMemberKind.Call, other.TypeName, $"new {other.TypeName}()"),
            16 when other is not null => Held(name, RandomMemberKind.List, $"ModuleList<{other.TypeName}>", $"ModuleList(new {other.TypeName}(), new {other.TypeName}())"),
            17 when isGeneric => new(name, RandomMemberKind.MaybeCall, "T?", "private readonly ", $"private readonly T? {name};", $"{name} = given;"),
            18 => new(name, RandomMemberKind.Call, "Module<Tensor, Tensor>", "private readonly ", $"private readonly Module<Tensor, Tensor> {name} = Linear(64, 64);", null),
            _ => Held(name, RandomMemberKind.Call, "Linear", $"Linear({Size()}, {Size()}{choices.One("", "", ", hasBias: false")})"),
        };
    }

    // A layer of the user, created where it is declared or in the constructor.
    private RandomMember Held(string name, RandomMemberKind kind, string type, string? created)
    {
        created ??= type switch
        {
            "Conv1d" => $"Conv1d({Size()}, {Size()}, 3)",
            "Conv2d" => $"Conv2d({Size()}, {Size()}, 3)",
            "ConvTranspose2d" => $"ConvTranspose2d({Size()}, {Size()}, 3)",
            "Softmax" => "Softmax(-1)",
            _ => type + "()",
        };
        var modifiers = choices.One("private readonly ", "private readonly ", "internal readonly ", "private ", "public readonly ");

        // Of a public class no public member may be of a class that others cannot see.
        modifiers = modifiers.StartsWith("public", StringComparison.Ordinal) && others.Any(other => type.Contains(other.Name, StringComparison.Ordinal)) ? "private " : modifiers;

        return created.Contains("width", StringComparison.Ordinal) || created.Contains("heads", StringComparison.Ordinal) || choices.Happens(40)
            ? new(name, kind, type, modifiers, $"{modifiers}{type} {name};", $"{name} = {created};")
            : new(name, kind, type, modifiers, $"{modifiers}{type} {name} = {created};", null);
    }

    private string Constant() => choices.One("64", "10", "256");

    private string Size() => choices.One("64", "64", "64", "width", "width", "256", "128", "10", "770", "4 * width", "heads * 16", "3 * 64");
}
