using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;

namespace CompressDsl.Generators.Tests;

/// <summary>Generated code compiles beside whatever the user calls his things.</summary>
public sealed class HostileConsumerTests
{
    private const string Teacher = """
        public sealed class Teacher() : global::TorchSharp.torch.nn.Module<global::TorchSharp.torch.Tensor, global::TorchSharp.torch.Tensor>("Teacher")
        {
            public override global::TorchSharp.torch.Tensor forward(global::TorchSharp.torch.Tensor x) => x;
        }
        """;

    [Fact]
    public void UsersOwnSystemTorchSharpAndTensor_DoNotShadowOurs() => Compile("""
        namespace Shop
        {
            namespace System { public class Func { } public class String { } }
            namespace TorchSharp { public class torch { } }
            namespace CompressDsl { public class Compression { } public class WeightSite { } }
            public class Tensor { }
            public class Module { }
            public class IDisposable { }
            public class PrunableWeight { }
            public class ForwardSite { }
            public enum Ramp { }

            [global::CompressDsl.DistillFrom(typeof(global::Teacher))]
            public sealed partial class Net : global::TorchSharp.torch.nn.Module<global::TorchSharp.torch.Tensor, global::TorchSharp.torch.Tensor>
            {
                [global::CompressDsl.BlockSparsity(0.5, 2, 2), global::CompressDsl.Gradual(Ramp = global::CompressDsl.Ramp.Linear)]
                private readonly global::TorchSharp.Modules.Linear fc = global::TorchSharp.torch.nn.Linear(4, 4);
                public Net() : base("Net") => RegisterComponents();
                public override global::TorchSharp.torch.Tensor forward(global::TorchSharp.torch.Tensor x) => fc.call(x);
            }
        }
        """ + Teacher);

    [Theory]
    [InlineData("@class")]
    [InlineData("@record")]
    [InlineData("@field")]
    [InlineData("@value")]
    [InlineData("Module")]
    [InlineData("Rule")]
    [InlineData("Sites")]
    [InlineData("Capture")]
    [InlineData("Forward")]
    [InlineData("ForwardSite")]
    [InlineData("Dispose")]
    [InlineData("AddSite")]
    [InlineData("AllSites")]
    [InlineData("ApplyMasks")]
    [InlineData("Equals")]
    [InlineData("ToString")]
    [InlineData("model")]
    [InlineData("rule")]
    [InlineData("_model")]
    [InlineData("été")]
    public void AnyMemberName_IsTaken(string name) => Compile(Consumer.Usings + $$"""
        public sealed partial class Inner : Module<Tensor, Tensor>
        {
            [Sparsity(0.5)] internal readonly {{(name is "Equals" or "ToString" or "Dispose" ? "new " : "")}}Linear {{name}} = Linear(4, 4);
            public Inner() : base("Inner") => RegisterComponents();
            public override Tensor forward(Tensor x) => {{name}}.call(x);
        }
        """);

    [Theory]
    [InlineData("labels")]
    [InlineData("mask")]
    [InlineData("T")]
    [InlineData("Alpha")]
    [InlineData("scope")]
    [InlineData("rows")]
    [InlineData("hard")]
    [InlineData("total")]
    [InlineData("@params")]
    [InlineData("teacherLogits")]
    public void AnyParameterName_IsTaken(string name) => Compile(Consumer.Usings + Teacher + $$"""
        [DistillFrom(typeof(Teacher))]
        public sealed partial class Student() : Module<Tensor, Tensor>("Student")
        {
            public override Tensor forward(Tensor {{name}}) => {{name}};
        }
        """);

    [Theory]
    [InlineData("Module<Tensor, Tensor>", "Tensor forward(Tensor x) => x")]
    [InlineData("Module<(Tensor, int), Tensor?>", "Tensor? forward((Tensor, int) x) => null")]
    [InlineData("Module<Tensor?, int?, List<Tensor?>, Tensor>", "Tensor forward(Tensor? a, int? b, List<Tensor?> c) => a!")]
    [InlineData("Module<int, int, int, int, (Tensor a, Tensor b)>", "(Tensor a, Tensor b) forward(int a, int b, int c, int d) => default")]
    [InlineData("Module<int, int, int, int, int, bool>", "bool forward(int a, int b, int c, int d, int e) => true")]
    [InlineData("Module<T, T, T, T, T, Secret, T>", "T forward(T a, T b, T c, T d, T e, Secret f) => a")]
    public void AnyForward_IsTaken(string module, string forward) => Compile(Consumer.Usings + $$"""
        public partial class Outer<T>
        {
            private class Secret;

            private partial class Base() : {{module}}("Base")
            {
                [KeepDense] private readonly Linear fc = Linear(4, 4);
                public override {{forward}};
            }

            private partial class Derived : Base
            {
                [KeepDense] private readonly Linear head = Linear(4, 4);
            }
        }
        """);

    [Fact]
    public void LessVisibleChildren_AreHeldAsFarAsTheyMayBeSeen() => Compile(Consumer.Usings + """
        internal sealed partial class Hidden : Module<Tensor, Tensor>
        {
            [KeepDense] private readonly Linear fc = Linear(4, 4);
            public Hidden() : base("Hidden") => RegisterComponents();
            public override Tensor forward(Tensor x) => fc.call(x);
        }

        public partial class Net : Module<Tensor, Tensor>
        {
            [KeepDense] private readonly Linear fc = Linear(4, 4);
            private readonly Hidden hidden = new();
            private readonly ModuleList<Hidden> hiddens = new(new Hidden());
            private readonly Secret? secret = new();
            public Net() : base("Net") => RegisterComponents();
            public override Tensor forward(Tensor x) => fc.call(hidden.call(x));

            private sealed partial class Secret : Module<Tensor, Tensor>
            {
                [KeepDense] private readonly Linear fc = Linear(4, 4);
                public Secret() : base("Secret") => RegisterComponents();
                public override Tensor forward(Tensor x) => fc.call(x);
            }
        }
        """);

    [Fact]
    public void ConstantsNamedLikeATypeParameter_StandAside() => Compile(Consumer.Usings + Teacher + """
        [DistillFrom(typeof(Teacher))]
        public sealed partial class Student<T, Alpha>() : Module<Tensor, Tensor>("Student")
            where T : struct
            where Alpha : notnull, IComparable<T>
        {
            public override Tensor forward(Tensor x) => x;
        }
        """);

    private const string Fused = """
        namespace Shop
        {
            namespace System { public class Func { } }
            namespace TorchSharp { public class torch { } }
            namespace CompressDsl { public class ActivationFusion { } public enum FusedActivation { } }
            public class Tensor { }
            public static class Fusion { }

            public partial class Outer<T>
            {
                [global::CompressDsl.KeepDense]
                private partial class @class<S>() : global::TorchSharp.torch.nn.Module<global::TorchSharp.torch.Tensor, global::TorchSharp.torch.Tensor>("Net")
                {
                    private readonly global::CompressDsl.SparseLinear @record = new(4, 4);
                    private global::CompressDsl.SparseLinear[] Many => [@record];

                    public override global::TorchSharp.torch.Tensor forward(global::TorchSharp.torch.Tensor x)
                    {
                        global::System.Func<global::TorchSharp.torch.Tensor> lambda = () => @record.call(x).relu();
                        return @record.call(lambda() + Local<int>(x)).silu()!;
                        global::TorchSharp.torch.Tensor Local<U>(global::TorchSharp.torch.Tensor x) => global::TorchSharp.torch.nn.functional.gelu((Many[^1])!.call(x)!);
                    }

                    public global::System.Linq.Expressions.Expression<global::System.Func<global::TorchSharp.torch.Tensor, global::TorchSharp.torch.Tensor>> Tree
                        => x => global::TorchSharp.torch.nn.functional.relu(@record.call(x), true);

                    [global::CompressDsl.KeepDense]
                    private partial class Inner(@class<S> outer) : global::TorchSharp.torch.nn.Module<global::TorchSharp.torch.Tensor, global::TorchSharp.torch.Tensor>("Net")
                    {
                        public override global::TorchSharp.torch.Tensor forward(global::TorchSharp.torch.Tensor x) => outer.@record.call(x).relu_();
                    }
                }
            }
        }

        namespace CompressDsl.Interceptors { public static class Fusion { } }

        namespace System.Runtime.CompilerServices
        {
            [global::System.AttributeUsage(global::System.AttributeTargets.Method)]
            public sealed class InterceptsLocationAttribute : global::System.Attribute { }
        }
        """;

    [Fact]
    public void ReplacedCalls_StandWhereverCodeMay()
    {
        var generated = Consumer.Generate(Consumer.Compile(Fused), out var output);

        Assert.Equal([8, 2], generated.Where(static file => file.Key.EndsWith(".Fusion.g.cs")).Select(static file => file.Value.Split("InterceptsLocation(").Length - 1));
        Consumer.AssertCompiles(output);
    }

    /// <summary>What a project says about interceptors, and whether that allows ours.</summary>
    [Theory]
    [InlineData("CompressDsl.Interceptors", LanguageVersion.CSharp14, true)]
    [InlineData(";Others;CompressDsl.Interceptors", LanguageVersion.CSharp14, true)]
    [InlineData(null, LanguageVersion.CSharp14, false)]
    [InlineData("", LanguageVersion.CSharp14, false)]
    [InlineData("Others", LanguageVersion.CSharp14, false)]
    [InlineData("CompressDsl.InterceptorsOfOthers", LanguageVersion.CSharp14, false)]
    [InlineData("CompressDsl.Interceptors", LanguageVersion.CSharp11, true)]
    [InlineData("CompressDsl.Interceptors", LanguageVersion.CSharp10, false)]
    public void ProjectThatAllowsNoInterceptors_KeepsItsCalls(string? namespaces, LanguageVersion version, bool isAllowed)
    {
        const string source = """
            using static TorchSharp.torch;

            [CompressDsl.KeepDense]
            public sealed partial class Net : nn.Module<Tensor, Tensor>
            {
                private readonly CompressDsl.SparseLinear up = new(8, 8);
                public Net() : base("Net") => RegisterComponents();
                public override Tensor forward(Tensor x) => up.call(x).relu();
            }
            """;
        var options = new CSharpParseOptions(version, DocumentationMode.Diagnose).WithFeatures(namespaces is null ? [] : [new("InterceptorsNamespaces", namespaces)]);
        var compilation = Consumer.Compile([CSharpSyntaxTree.ParseText(source, options, "File0.cs")]);

        Assert.Equal(isAllowed, Consumer.Generate(compilation, out var output).ContainsKey("Net.Fusion.g.cs"));
        Consumer.AssertCompiles(output);
    }

    private static void Compile(string source) => Consumer.GenerateAndCompile(Consumer.Compile(source));
}
