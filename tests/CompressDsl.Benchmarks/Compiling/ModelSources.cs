namespace CompressDsl.Benchmarks.Compiling;

/// <summary>The text of the annotated models.</summary>
internal static class ModelSources
{
    /// <summary>What every file sees: the names of the SDK, of TorchSharp, and of the libraries whose generators run.</summary>
    public const string Usings = """
        global using System;
        global using System.Collections.Generic;
        global using System.IO;
        global using System.Linq;
        global using CommunityToolkit.Mvvm.ComponentModel;
        global using CommunityToolkit.Mvvm.Input;
        global using CompressDsl;
        global using TorchSharp;
        global using TorchSharp.Modules;
        global using static TorchSharp.torch;
        global using static TorchSharp.torch.nn;
        """;

    private const string Namespace = "namespace Annotated;\n\n";

    /// <summary>A file without attributes.</summary>
    public const string Elsewhere = Namespace + """
        public static class Elsewhere
        {
            public static int Value => 0;
        }
        """;

    public const string Teacher = Namespace + """
        public sealed class Teacher : Module<Tensor, Tensor>
        {
            private readonly Linear head = Linear(64, 10);

            public Teacher() : base(nameof(Teacher)) => RegisterComponents();

            public override Tensor forward(Tensor x) => head.call(x);
        }
        """;

    public static string Class(int index) => Namespace + (index % 3) switch
    {
        0 => Sparse($"Sparse{index}"),
        1 => Narrowed($"Narrowed{index}"),
        _ => Student($"Student{index}"),
    };

    private static string Sparse(string name) => $$"""
        public sealed partial class {{name}} : Module<Tensor, Tensor>
        {
            [Sparsity(0.5, Criterion = Criterion.Wanda, Kernel = SparseKernel.Bitmask)]
            private readonly SparseLinear up_proj = new(64, 256);

            [SemiStructured(2, 4, Kernel = SparseKernel.SemiStructured)]
            private readonly SparseLinear down_proj = new(256, 64);

            private readonly LayerNorm norm = LayerNorm(64);

            public {{name}}() : base(nameof({{name}})) => RegisterComponents();

            public int Zero => 0;

            public override Tensor forward(Tensor x) => x + down_proj.call(functional.silu(up_proj.call(norm.call(x))));
        }
        """;

    private static string Narrowed(string name) => $$"""
        public sealed partial class {{name}} : Module<Tensor, Tensor>
        {
            [PruneChannels(0.25)]
            private readonly Linear up_proj = Linear(64, 256);

            private readonly Linear down_proj = Linear(256, 64);

            private readonly LayerNorm norm = LayerNorm(64);

            public {{name}}() : base(nameof({{name}})) => RegisterComponents();

            public int Zero => 0;

            public override Tensor forward(Tensor x) => x + down_proj.call(functional.gelu(up_proj.call(norm.call(x))));
        }
        """;

    private static string Student(string name) => $$"""
        [DistillFrom(typeof(Teacher), T = 4, Alpha = 0.7)]
        public sealed partial class {{name}} : Module<Tensor, Tensor>
        {
            private readonly Linear first = Linear(64, 32);

            private readonly Linear head = Linear(32, 10);

            public {{name}}() : base(nameof({{name}})) => RegisterComponents();

            public int Zero => 0;

            public override Tensor forward(Tensor x) => head.call(functional.relu(first.call(x)));
        }
        """;

    /// <summary>What CommunityToolkit.Mvvm is for: two properties that tell of their changes, and a command.</summary>
    public static string ViewModel(int index) => Namespace + $$"""
        public sealed partial class ViewModel{{index}} : ObservableObject
        {
            [ObservableProperty]
            private int number;

            [ObservableProperty]
            private string text = "";

            public int Zero => 0;

            [RelayCommand]
            private void Clear() => Text = "";
        }
        """;
}
