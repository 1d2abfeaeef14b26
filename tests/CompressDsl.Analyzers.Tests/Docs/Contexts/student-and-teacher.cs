var (student, teacher) = (new Student(), new Teacher());
(Tensor Input, Tensor Labels)[] batches = [(randn(8, 64), randint(0, 10, [8]))];

[DistillFrom(typeof(Teacher))]
public sealed partial class Student : Module<Tensor, Tensor>
{
    private readonly Linear head = Linear(64, 10);

    public Student() : base(nameof(Student)) => RegisterComponents();

    public override Tensor forward(Tensor x) => head.call(x);
}

public sealed class Teacher : Module<Tensor, Tensor>
{
    private readonly Linear head = Linear(64, 10);

    public Teacher() : base(nameof(Teacher)) => RegisterComponents();

    public override Tensor forward(Tensor x) => head.call(x);
}
