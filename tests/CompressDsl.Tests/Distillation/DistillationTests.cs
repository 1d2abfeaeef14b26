using TorchSharp;
using static TorchSharp.torch;

namespace CompressDsl.Tests;

public sealed class DistillationTests
{
    [Fact]
    public void Teacher_is_frozen_and_in_eval_mode()
    {
        using var teacher = new TinyTeacher();
        using var student = new TinyStudent();
        var distillation = new TinyDistillation(student, teacher);
        Assert.All(teacher.parameters(), static p => Assert.False(p.requires_grad));
        Assert.All(student.parameters(), static p => Assert.True(p.requires_grad));
        Assert.False(teacher.training);
        Assert.Same(student, distillation.Student);
        Assert.Same(teacher, ((Distillation)distillation).Teacher);
        Assert.Same(student, ((Distillation)distillation).Student);
    }

    [Fact]
    public void Teacher_that_somebody_put_into_training_mode_still_answers_in_eval_mode()
    {
        using var scope = NewDisposeScope();
        using var teacher = new TinyTeacher();
        using var student = new TinyStudent();
        var distillation = new TinyDistillation(student, teacher);
        var batch = TinyBatch.Make(1, 8);
        var before = batch.Compute(distillation).Soft!.ToSingle();
        teacher.train();
        Assert.Equal(before, batch.Compute(distillation).Soft!.ToSingle(), 1e-5f);

        // A part of it alone: the teacher itself still says that it is in eval mode.
        teacher.eval();
        foreach (var child in teacher.children())
        {
            child.train();
        }

        Assert.False(teacher.training);
        Assert.Equal(before, batch.Compute(distillation).Soft!.ToSingle(), 1e-5f);
    }

    [Fact]
    public void Total_is_the_weighted_sum_and_reaches_only_the_student()
    {
        using var scope = NewDisposeScope();
        using var teacher = new TinyTeacher();
        using var student = new TinyStudent();
        var terms = TinyBatch.Make(1, 8).Compute(new TinyDistillation(student, teacher));
        Assert.Equal(0.3 * terms.Hard.ToDouble() + 0.7 * terms.Soft!.ToDouble(), terms.Total.ToDouble(), 1e-6);
        Assert.Equal(8, terms.Count);
        terms.Total.backward();
        Assert.All(student.parameters(), static p => Assert.NotNull(p.grad));
        Assert.All(teacher.parameters(), static p => Assert.Null(p.grad));
    }

    [Fact]
    public void Teacher_inside_the_student_is_an_error()
    {
        using var teacher = new TinyTeacher();
        using var student = new TinyStudent(teacher: teacher);
        Assert.Contains("CDSL5012", Assert.Throws<ArgumentException>(() => new TinyDistillation(student, teacher)).Message);
    }

    [Fact]
    public void Module_as_its_own_teacher_is_an_error()
    {
        using var student = new TinyStudent();
        Assert.Contains("learn from itself", Assert.Throws<ArgumentException>(() => new SelfDistillation(student, student)).Message);
    }

    [Fact]
    public void Shared_parameter_is_an_error_that_names_both_ends()
    {
        using var student = new TinyStudent();
        using var teacher = new Borrower(student.Up);
        var error = Assert.Throws<ArgumentException>(() => new BorrowerDistillation(student, teacher));
        Assert.Contains("'borrowed.weight'", error.Message);
        Assert.Contains("'up.weight'", error.Message);
        Assert.All(student.parameters(), static p => Assert.True(p.requires_grad));
    }

    [Fact]
    public void Null_is_an_error()
    {
        using var student = new TinyStudent();
        using var teacher = new TinyTeacher();
        Assert.Throws<ArgumentNullException>(() => new TinyDistillation(null!, teacher));
        Assert.Throws<ArgumentNullException>(() => new TinyDistillation(student, null!));
    }

    [Fact]
    public void Terms_move_one_scope_out_and_go_when_disposed()
    {
        var before = Live();
        using (NewDisposeScope())
        {
            using var inner = NewDisposeScope();
            var logits = randn(4, 3);
            var terms = DistillationTerms.FromLabels(logits, zeros(4, int64));
            Assert.Null(terms.Soft);
            Assert.Same(terms.Hard, terms.Total);
            Assert.Equal(before + 3, Live()); // logits, labels, and the one term
            inner.DisposeEverything();
            Assert.True(terms.Hard.IsInvalid);
        }

        using (var terms = DetachedTerms())
        {
            Assert.False(terms.Total.IsInvalid);
        }

        Assert.Equal(before, Live());

        static DistillationTerms DetachedTerms()
        {
            using var scope = NewDisposeScope();
            return DistillationTerms.FromLabels(randn(4, 3), zeros(4, int64)).DetachFromDisposeScope();
        }
    }

    [Fact]
    public void Term_that_is_no_scalar_is_an_error()
    {
        using var scope = NewDisposeScope();
        Assert.Contains("[2]", Assert.Throws<ArgumentException>(() => new DistillationTerms(zeros(2), null, 0, 1)).Message);
    }

    private static long Live() => DisposeScopeManager.Statistics.TensorStatistics.ThreadTotalLiveCount;

    private sealed class SelfDistillation(TinyStudent student, TinyStudent teacher) : Distillation<TinyStudent, TinyStudent>(student, teacher);

    private sealed class BorrowerDistillation(TinyStudent student, Borrower teacher) : Distillation<TinyStudent, Borrower>(student, teacher);

    private sealed class Borrower : nn.Module<Tensor, Tensor>
    {
        private readonly TorchSharp.Modules.Linear borrowed;

        public Borrower(TorchSharp.Modules.Linear borrowed)
            : base(nameof(Borrower))
        {
            this.borrowed = borrowed;
            RegisterComponents();
        }

        public override Tensor forward(Tensor input) => borrowed.call(input);
    }
}
