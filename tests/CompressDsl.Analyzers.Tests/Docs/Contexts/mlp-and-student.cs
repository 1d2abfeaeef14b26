using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

partial class Mlp
{
    public Mlp()
        : base(nameof(Mlp))
    {
        (up_proj, down_proj) = (new SparseLinear(64, 256), new SparseLinear(256, 64));
        RegisterComponents();
    }

    public override Tensor forward(Tensor x) => down_proj.call(functional.silu(up_proj.call(x)));
}

partial class Student
{
    private readonly Mlp mlp = new();

    public Student() : base(nameof(Student)) => RegisterComponents();

    public override Tensor forward(Tensor x) => mlp.call(x);
}

public sealed class Teacher : Module<Tensor, Tensor>
{
    private readonly Linear head = Linear(64, 64);

    public Teacher() : base(nameof(Teacher)) => RegisterComponents();

    public override Tensor forward(Tensor x) => head.call(x);
}

public static class Promised
{
    public static void By(Mlp model, StudentDistillation distillation, Tensor x, Tensor labels)
        => Console.WriteLine($"{model.Compression.up_proj.Mask} {distillation.Compute(x, labels)}");
}
