using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace CompressDsl;

/// <summary>
/// Masked generative distillation: a small network makes the teacher's whole feature map out of the student's with most places blanked; how far it is off is
/// the loss. Paper: Yang et al., Masked Generative Distillation, arXiv 2205.01529.
/// </summary>
/// <remarks>Its parameters are trained with the student's, and left behind afterwards.</remarks>
public sealed class MaskedGenerative : Module<Tensor, Tensor, Tensor>
{
    private readonly Module<Tensor, Tensor> align;
    private readonly Sequential generation;

    /// <summary>Makes the network, with PyTorch's initial values.</summary>
    /// <param name="studentChannels">Channels of the student's map; where the teacher has another number, a 1x1 convolution comes first.</param>
    /// <param name="teacherChannels">Channels of the teacher's map.</param>
    /// <param name="maskedShare">The share of places that is blanked, in [0, 1]; 0.65 in the paper.</param>
    public MaskedGenerative(long studentChannels, long teacherChannels, double maskedShare = 0.65)
        : base(nameof(MaskedGenerative))
    {
        if (maskedShare is not (>= 0 and <= 1))
        {
            throw new ArgumentOutOfRangeException(nameof(maskedShare), maskedShare, "The share must be in [0, 1].");
        }

        MaskedShare = maskedShare;
        align = studentChannels == teacherChannels ? Identity() : Conv2d(studentChannels, teacherChannels, 1);
        generation = Sequential(
            ("0", Conv2d(teacherChannels, teacherChannels, 3, padding: 1)), ("1", ReLU()), ("2", Conv2d(teacherChannels, teacherChannels, 3, padding: 1)));
        RegisterComponents();
    }

    /// <summary>The share of places that is blanked.</summary>
    public double MaskedShare { get; }

    /// <summary>The mean squared difference between the teacher's map and what is made of the student's.</summary>
    /// <param name="student">[batch, channels, height, width].</param>
    /// <param name="teacher">[batch, its channels, height, width]; no gradient flows into it.</param>
    public override Tensor forward(Tensor student, Tensor teacher)
    {
        using var drawn = rand([teacher.shape[0], 1, teacher.shape[2], teacher.shape[3]], device: teacher.device);
        return forward(student, teacher, drawn);
    }

    /// <inheritdoc cref="forward(Tensor, Tensor)"/>
    /// <param name="student">[batch, channels, height, width].</param>
    /// <param name="teacher">[batch, its channels, height, width]; no gradient flows into it.</param>
    /// <param name="drawn">Numbers in [0, 1) [batch, 1, height, width]: a place is blanked where it is greater than 1 minus the share.</param>
    public Tensor forward(Tensor student, Tensor teacher, Tensor drawn)
    {
        FeatureShapes.Check(student, teacher, "[batch, channels, height, width], of one batch, height and width",
            static (student, teacher) => (student.Length, teacher.Length) == (4, 4) && student[0] == teacher[0] && student.AsSpan(2).SequenceEqual(teacher.AsSpan(2)));
        using var scope = NewDisposeScope();
        var seen = align.call(student).masked_fill(drawn.gt(1 - MaskedShare), 0);
        return FeatureShapes.Mean((generation.call(seen) - teacher.detach()).square()).MoveToOuterDisposeScope();
    }

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            align.Dispose();
            generation.Dispose();
        }

        base.Dispose(disposing);
    }
}
