using CompressDsl;
using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace Company.Compressed1;

/// <summary>A model of a hundredth of the size that learns what the classifier answers; StudentDistillation is written by the compiler.</summary>
[DistillFrom(typeof(Classifier), T = 4, Alpha = 0.7)] // 0.3 * cross entropy with the labels + 0.7 * T^2 * KL with the teacher
public sealed partial class Student : Module<Tensor, Tensor>
{
    private readonly Linear enter = Linear(2, 48);
    private readonly Linear middle = Linear(48, 48);
    private readonly Linear leave = Linear(48, Spirals.Count);

    public Student() : base(nameof(Student)) => RegisterComponents();

    /// <param name="points">[batch, 2]</param>
    /// <returns>Logits, [batch, spirals].</returns>
    public override Tensor forward(Tensor points) => leave.call(functional.relu(middle.call(functional.relu(enter.call(points)))));
}
