using Microsoft.CodeAnalysis;

namespace CompressDsl.Analyzers;

/// <summary>5xxx: distillation.</summary>
internal static partial class Descriptors
{
    private const string Distillation = "CompressDsl.Distillation";

    public static readonly DiagnosticDescriptor CDSL5001 = new(
        "CDSL5001",
        "Teacher is not a torch.nn.Module that can be called",
        "'{0}' cannot be a teacher: {1}",
        Distillation,
        DiagnosticSeverity.Error,
        isEnabledByDefault: true,
        "The teacher is called with the student's inputs, and its logits are compared with the student's.",
        Pages + "CDSL5001.md");

    public static readonly DiagnosticDescriptor CDSL5002 = new(
        "CDSL5002",
        "T, Alpha, Beta, Lambda or Weight outside its range",
        "{0} is {1}; it must be {2}",
        Distillation,
        DiagnosticSeverity.Error,
        isEnabledByDefault: true,
        "The loss is (1 - Alpha) * CE + Alpha * T^2 * D: T divides logits, and Alpha and the share in Beta are shares.",
        Pages + "CDSL5002.md");

    public static readonly DiagnosticDescriptor CDSL5003 = new(
        "CDSL5003",
        "T = 1 does not soften the teacher",
        "T = 1 does not soften the teacher: as a rule its first choice takes nearly all, and what it finds likely beside that is hardly learned; 2 to 4 are usual",
        Distillation,
        DiagnosticSeverity.Info,
        isEnabledByDefault: true,
        "The temperature divides logits before the softmax: the greater it is, the more shows what the teacher finds likely beside its first choice.",
        Pages + "CDSL5003.md");

    public static readonly DiagnosticDescriptor CDSL5004 = new(
        "CDSL5004",
        "A term has no effect",
        "{0} multiplies {1} by nothing: {2}",
        Distillation,
        DiagnosticSeverity.Warning,
        isEnabledByDefault: true,
        "A term with a weight of 0 is computed and counts for nothing.",
        Pages + "CDSL5004.md");

    public static readonly DiagnosticDescriptor CDSL5005 = new(
        "CDSL5005",
        "Teacher and student forward do not take the same inputs",
        "The teacher '{0}' takes {1} and the student '{2}' takes {3}; both must take the same inputs",
        Distillation,
        DiagnosticSeverity.Error,
        isEnabledByDefault: true,
        "One batch goes through both models. Where they need different inputs, wrap the teacher in a module that takes the student's.",
        Pages + "CDSL5005.md");

    public static readonly DiagnosticDescriptor CDSL5006 = new(
        "CDSL5006",
        "Output widths differ and no Vocabulary policy is given",
        "The teacher '{0}' puts out {1} classes and the student '{2}' puts out {3}; make them equal, or say Vocabulary = Vocabulary.Truncate",
        Distillation,
        DiagnosticSeverity.Error,
        isEnabledByDefault: true,
        "The soft term compares two distributions class by class. What happens to classes that only one of them has must be said.",
        Pages + "CDSL5006.md");

    public static readonly DiagnosticDescriptor CDSL5007 = new(
        "CDSL5007",
        "Hidden widths differ: a projection will be learned",
        "The hidden states of '{0}' are {1} wide and the teacher's {2}: a projection is learned with the student; say Projection = true",
        Distillation,
        DiagnosticSeverity.Info,
        isEnabledByDefault: true,
        "Hidden states of different widths are compared through a learned linear layer, which is thrown away after the training.",
        Pages + "CDSL5007.md");

    public static readonly DiagnosticDescriptor CDSL5008 = new(
        "CDSL5008",
        "The teacher has no such member",
        "The teacher '{0}' has no member '{1}' that can be matched: {2}",
        Distillation,
        DiagnosticSeverity.Error,
        isEnabledByDefault: true,
        "A feature term holds a member of the student against one of the teacher, which must be there and be of the same kind.",
        Pages + "CDSL5008.md");

    public static readonly DiagnosticDescriptor CDSL5009 = new(
        "CDSL5009",
        "Attention maps need equal head counts",
        "'{0}' has {1} heads and '{2}' of the teacher '{3}' has {4}: attention maps are compared head by head; use Loss = AttentionLoss.Relation",
        Distillation,
        DiagnosticSeverity.Error,
        isEnabledByDefault: true,
        "An attention map belongs to a head. Relations between queries, keys or values are cut into as many heads as one likes.",
        Pages + "CDSL5009.md");

    public static readonly DiagnosticDescriptor CDSL5010 = new(
        "CDSL5010",
        "Layer map out of range, repeated or not in order",
        "{0} {1}",
        Distillation,
        DiagnosticSeverity.Error,
        isEnabledByDefault: true,
        "Layers that belong together are written in rising order, each once, counted from 0.",
        Pages + "CDSL5010.md");

    public static readonly DiagnosticDescriptor CDSL5011 = new(
        "CDSL5011",
        "Attention is matched on heads that are pruned",
        "The attention maps of '{0}' are matched head by head, and [PruneHeads] takes heads away in '{1}'; use Loss = AttentionLoss.Relation, or match before heads are pruned",
        Distillation,
        DiagnosticSeverity.Warning,
        isEnabledByDefault: true,
        "Attention maps are compared head by head, and a head that is gone has none.",
        Pages + "CDSL5011.md");

    public static readonly DiagnosticDescriptor CDSL5012 = new(
        "CDSL5012",
        "Teacher stored inside the student: it is trained, saved and switched with it",
        "The teacher '{0}' is held in '{1}' of its student '{2}', where TorchSharp registers it: it is trained, saved and switched to training mode with the student",
        Distillation,
        DiagnosticSeverity.Warning,
        isEnabledByDefault: true,
        "A module in a field is a part of the module whose field it is.",
        Pages + "CDSL5012.md");

    public static readonly DiagnosticDescriptor CDSL5013 = new(
        "CDSL5013",
        "Teacher is called outside no_grad",
        "The teacher '{0}' is called outside no_grad beside its student '{1}': its graph is recorded, and gradients flow into it; call it in the scope of a no_grad()",
        Distillation,
        DiagnosticSeverity.Warning,
        isEnabledByDefault: true,
        "The teacher is not trained. A graph of its forward costs the memory of all its activations.",
        Pages + "CDSL5013.md");

    public static readonly DiagnosticDescriptor CDSL5014 = new(
        "CDSL5014",
        "TorchSharp's kl_div takes log targets by default",
        "The target is {0}, and TorchSharp's KL divergence takes its target for logarithms here; say log_target: false, or give it log_softmax",
        Distillation,
        DiagnosticSeverity.Warning,
        isEnabledByDefault: true,
        "In PyTorch log_target is false by default, in TorchSharp true: the same call computes something else.",
        Pages + "CDSL5014.md");

    public static readonly DiagnosticDescriptor CDSL5015 = new(
        "CDSL5015",
        "Reduction.Mean on a KL term divides by the vocabulary as well",
        "{0} with Reduction.Mean is the mean over rows and classes: a KL divergence is a sum over the classes; use Reduction.Sum, and divide by the number of rows",
        Distillation,
        DiagnosticSeverity.Warning,
        isEnabledByDefault: true,
        "Reduction.Mean divides by the number of elements, the classes among them. TorchSharp has no batchmean.",
        Pages + "CDSL5015.md");

    public static readonly DiagnosticDescriptor CDSL5016 = new(
        "CDSL5016",
        "Softmax over an axis that is not the classes",
        "{0} over axis {1} of the logits of '{2}', which are {3}: the classes are the last axis; use -1",
        Distillation,
        DiagnosticSeverity.Warning,
        isEnabledByDefault: true,
        "Logits have their classes on the last axis: [batch, classes], or [batch, length, classes].",
        Pages + "CDSL5016.md");

    public static readonly DiagnosticDescriptor CDSL5017 = new(
        "CDSL5017",
        "Temperature without its T^2: the soft term shrinks as T grows",
        "Both sides of this KL divergence are divided by '{0}', and nothing multiplies it by the square: its gradient shrinks as the temperature grows",
        Distillation,
        DiagnosticSeverity.Warning,
        isEnabledByDefault: true,
        "Gradients of a softened softmax are smaller by T^2. Multiplied by it, the soft term keeps its weight beside the hard one.",
        Pages + "CDSL5017.md");

    public static readonly DiagnosticDescriptor CDSL5018 = new(
        "CDSL5018",
        "Feature loss over padded positions without a mask",
        "{1}, so batches are padded, and the term of '{0}' is not told where: call the input attention_mask, or hand attentionMask to Compute",
        Distillation,
        DiagnosticSeverity.Warning,
        isEnabledByDefault: true,
        "What a model puts out at padding is noise. The term leaves such places out where it knows them.",
        Pages + "CDSL5018.md");

    public static readonly DiagnosticDescriptor CDSL5019 = new(
        "CDSL5019",
        "Projection parameters are missing from the optimizer",
        "The hidden states of '{0}' are projected, and this optimizer holds the parameters of '{1}' alone: add those of the distillation's Projections",
        Distillation,
        DiagnosticSeverity.Warning,
        isEnabledByDefault: true,
        "A projection that is not trained compares the teacher with a random map of the student.",
        Pages + "CDSL5019.md");

    public static readonly DiagnosticDescriptor CDSL5020 = new(
        "CDSL5020",
        "Mode needs a student that can generate",
        "Mode = {0} needs a student that writes text, and '{1}' cannot: {2}",
        Distillation,
        DiagnosticSeverity.Error,
        isEnabledByDefault: true,
        "In these modes one of the models writes what is learned from, token by token.",
        Pages + "CDSL5020.md");
}
