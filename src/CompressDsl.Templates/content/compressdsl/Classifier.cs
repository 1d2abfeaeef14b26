using CompressDsl;
using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace Company.Compressed1;

/// <summary>The model: says which spiral a point is on. Its attribute says what of it can go.</summary>
public sealed partial class Classifier : Module<Tensor, Tensor>
{
    private readonly Linear enter = Linear(2, 512);

    // 80% of these weights go, and Compact() leaves them out of memory, file and products. Size: be it faster or not, which at 512 x 512 depends on the machine.
    [Sparsity(0.8, Kernel = SparseKernel.Bitmask, Purpose = Purpose.Size)]
    private readonly SparseLinear middle = new(512, 512);

    private readonly Linear leave = Linear(512, Spirals.Count);

    public Classifier() : base(nameof(Classifier)) => RegisterComponents();

    /// <param name="points">[batch, 2]</param>
    /// <returns>Logits, [batch, spirals].</returns>
    public override Tensor forward(Tensor points) => leave.call(functional.relu(middle.call(functional.relu(enter.call(points)))));
}
