namespace CompressDsl.Analyzers.Tests;

public class AnnotatedClassMustBeModuleTests
{
    private const string Id = "CDSL1002";

    [Theory]
    [InlineData("[[|Sparsity(0.5)|]] public partial class Net;")]
    [InlineData("[[|SemiStructured(2, 4)|]] public class Net : List<Linear>;")]
    [InlineData("[[|KeepDense|]] public static class Net { public static int Width; }")]
    [InlineData("[[|PruneHidden(0.5)|]] public partial class Net;")]
    [InlineData("[[|PruneHeads(0.5)|], PruneChannels(0.5), Sparsity(0.5)] public partial class Net;")]
    [InlineData("[[|KeepDense|]] public record Net(Linear Up, int Width);")]
    [InlineData("namespace A { public partial class Outer<T> { [[|KeepDense|]] public partial class Net; } }")]
    public Task Class_that_is_no_module_is_reported_on_its_attribute(string source) => Verify.ReportsAsync(Id, source);

    [Fact]
    public async Task Student_that_is_no_module_is_reported()
    {
        var found = await Verify.ReportsAsync(Id, "[[|DistillFrom(typeof(Linear))|]] public partial class Student;");
        Assert.Equal("[DistillFrom] does not fit 'Student': it does not derive from torch.nn.Module", found[0].Message());
    }

    [Theory]
    [InlineData("Module", "", "can be called")]
    [InlineData("Module<Tensor, int>", "public override int forward(Tensor x) => 0;", "its forward returns 'int'")]
    [InlineData("Module<Tensor, (Tensor hidden, Tensor)>", "public override (Tensor hidden, Tensor) forward(Tensor x) => (x, x);", "'logits'")]
    public async Task Student_without_logits_is_reported_with_the_reason(string baseClass, string forward, string reason)
    {
        var found = await Verify.ReportsAsync(
            Id, $$"""[[|DistillFrom(typeof(Linear))|]] public partial class Student() : {{baseClass}}("Student") { {{forward}} }""");
        Assert.Contains(reason, found[0].Message());
    }

    [Theory]
    [InlineData("[[|PruneHeads(0.5)|]] public partial class Net() : Module(\"Net\") { public Tensor forward(Tensor x) => x; }")]
    [InlineData("[[|PruneHidden(0.5)|], [|PruneChannels(0.5)|]] public abstract partial class Net() : Module<Tensor, Tensor>(\"Net\");")]
    [InlineData("[[|PruneChannels(0.5)|]] public abstract partial class Net() : Module<Tensor, Tensor>(\"Net\") { public abstract override Tensor forward(Tensor x); }")]
    public async Task Structure_of_a_class_without_a_forward_is_reported(string source)
    {
        var found = await Verify.ReportsAsync(Id, source);
        Assert.All(found, static diagnostic => Assert.EndsWith(
            " does not fit 'Net': it has no forward whose channels could be followed", diagnostic.Message()));
    }

    [Fact]
    public Task Structure_of_a_class_that_inherits_its_forward_is_quiet()
        => Verify.IsQuietAsync("""
            public class Base() : Module<Tensor, int?, Tensor>("Base") { public override Tensor forward(Tensor x, int? position) => x; }

            [PruneHidden(0.5), PruneChannels(Keep = 2), PruneHeads(0.5)]
            public sealed partial class Net : Base;
            """);

    [Theory]
    [InlineData("Module<Tensor, Tensor>", "public override Tensor forward(Tensor x) => x;")]
    [InlineData("Module<Tensor, (Tensor, Tensor Logits)>", "public override (Tensor, Tensor Logits) forward(Tensor x) => (x, x);")]
    public Task Student_with_logits_is_quiet(string baseClass, string forward)
        => Verify.IsQuietAsync($$"""[DistillFrom(typeof(Linear))] public partial class Student() : {{baseClass}}("Student") { {{forward}} }""");

    [Fact]
    public Task Module_through_a_generic_base_is_quiet()
        => Verify.IsQuietAsync("""
            public abstract class Base<T>() : Module<T, Tensor>("Base");

            [KeepDense]
            public sealed partial class Net : Base<Tensor> { public override Tensor forward(Tensor x) => x; }
            """);

    [Theory]
    [InlineData("[KeepDense] public partial class Net : Modul<Tensor, Tensor> { [Sparsity(0.5)] private readonly Linear up; }")]
    [InlineData("[KeepDense] public partial class Net : Module<Tensr, Tensor>;")]
    [InlineData("[DistillFrom(typeof(Linear))] public partial class Net : Modul<Tensor, Tensor>;")]
    [InlineData("[DistillFrom(typeof(Linear))] public partial class Net : Module<Tensor, Logit>;")]
    [InlineData("public class Net<T, U> where T : U where U : T { [KeepDense] private T one; ")]
    [InlineData("[KeepDense] public class Net : Net;")]
    public async Task Class_that_does_not_compile_breaks_nothing(string source)
    {
        var compilation = Consumer.Compile(source);
        Assert.NotEmpty(Consumer.FindErrors(compilation));
        Assert.DoesNotContain(await Consumer.AnalyzeAsync(compilation), static diagnostic => diagnostic.Id == "AD0001");
    }

    [Theory]
    [InlineData("[KeepDense] public partial class Net : Modul<Tensor, Tensor> { [Sparsity(0.5)] private readonly Linear up; }")]
    [InlineData("[KeepDense] public class Net : Module<Tensr, Tensor>;")]
    [InlineData("[PruneHidden(0.5)] public class Net : Modul<Tensor, Tensor> { [PruneLayers(7)] private readonly int layers; }")]
    [InlineData("[DistillFrom(typeof(Linear))] public class Net : Modul<Tensor, Tensor>;")]
    [InlineData("[DistillFrom(typeof(Linear))] public class Net : Module<Tensor, Logit>;")]
    public Task Class_whose_base_does_not_resolve_is_not_judged(string source) => Verify.IsQuietOnBrokenAsync(source);
}
