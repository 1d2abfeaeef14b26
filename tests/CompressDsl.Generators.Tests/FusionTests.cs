namespace CompressDsl.Generators.Tests;

/// <summary>Activations in compact layers, compiled and run: nobody can tell but by the time, and by the tensors that are not made.</summary>
public sealed class FusionTests
{
    private const string Net = Consumer.Usings + """
        using Xunit;

        [Sparsity(0.5, Kernel = SparseKernel.Bitmask)]
        public sealed partial class Net : Module<Tensor, Tensor>
        {
            public readonly SparseLinear gate, up, mix;

            public Net(bool hasBias = true, ScalarType type = ScalarType.Float32) : base("Net")
            {
                random.manual_seed(1);
                gate = Half(hasBias, type);
                up = Half(hasBias, type);
                mix = Half(hasBias, type);
                RegisterComponents();
            }

            public SparseLinear[] Layers => [gate, up, mix];

            public override Tensor forward(Tensor x) => cat([functional.silu(gate.call(x)), this.up.call(x).relu(), nn.functional.gelu(mix.call(x))], -1);

            /// <summary>The same, with activations that do not stand around the calls.</summary>
            public Tensor Plain(Tensor x)
            {
                var (a, b, c) = (gate.call(x), up.call(x), mix.call(x));
                return cat([functional.silu(a), b.relu(), nn.functional.gelu(c)], -1);
            }

            public Tensor WithArgument(Tensor x, Func<bool> inPlace) => functional.silu(gate.call(x), inPlace());

            /// <summary>How many of the three activations were separate products.</summary>
            public int CountActivations(Tensor x)
            {
                using var scope = NewDisposeScope();
                call(x);
                return scope.DisposablesCount - 4;
            }

            public Net Compact(SparseKernel kernel)
            {
                foreach (var layer in Layers)
                    if (kernel != SparseKernel.None)
                        layer.Compact(kernel);

                eval();
                return this;
            }

            // Two of every four are zero, so that each format takes it.
            private static SparseLinear Half(bool hasBias, ScalarType type)
            {
                var layer = new SparseLinear(16, 8, hasBias, dtype: type);
                using var gradientsOff = no_grad();
                layer.weight.view(-1, 4).slice(1, 1, 3, 1).zero_();
                return layer;
            }
        }

        """;

    [Fact]
    public void EveryStorage_GivesTheValuesOfSeparateCalls_AndOnlyCompactOnesAreFused() => Running.Run(Net + """
        public static class Scenario
        {
            public static void Run()
            {
                foreach (var kernel in (SparseKernel[])[SparseKernel.None, SparseKernel.Bitmask, SparseKernel.Csr, SparseKernel.SemiStructured])
                    foreach (var hasBias in (bool[])[true, false])
                        foreach (var type in (ScalarType[])[ScalarType.Float32, ScalarType.BFloat16])
                            foreach (var rows in (int[])[1, 5, 40])
                                Check(kernel, hasBias, type, rows);
            }

            private static void Check(SparseKernel kernel, bool hasBias, ScalarType type, int rows)
            {
                using var scope = NewDisposeScope();
                using var gradientsOff = no_grad();
                var (exact, model) = (new Net(hasBias, type), new Net(hasBias, type));
                // Not by the seed alone: other tests draw from the same generator.
                foreach (var (to, from) in exact.parameters().Zip(model.parameters()))
                    to.copy_(from);

                exact.to(ScalarType.Float32);
                model.Compact(kernel);
                var x = randn(rows, 16, dtype: type);

                Assert.Equal(kernel == SparseKernel.None ? 3 : 0, model.CountActivations(x));
                // A fused product is rounded once, by at most 2^-8 of its value; a separate one twice.
                var (relative, reference) = type == ScalarType.BFloat16 && kernel != SparseKernel.None ? (1 / 256.0, exact.Plain(x.to(ScalarType.Float32))) : (1e-5, model.Plain(x));
                Assert.True(allclose(reference, model.call(x).to(reference.dtype), relative, 1e-5), $"{kernel} {hasBias} {type} {rows}");
            }
        }
        """);

    [Fact]
    public void Hooks_RunAsInCall_AndSeeWhatGoesIntoTheActivation() => Running.Run(Net + """
        public static class Scenario
        {
            public static void Run()
            {
                using var scope = NewDisposeScope();
                using var gradientsOff = no_grad();
                var model = new Net().Compact(SparseKernel.Bitmask);
                var x = randn(3, 16);
                var seen = new List<string>();
                var sums = model.gate.call(x);

                // Before: they are no reason to keep the activation apart.
                model.gate.register_forward_pre_hook((Module _) => seen.Add("first"));
                model.gate.register_forward_pre_hook((_, input) => { seen.Add("before"); return input * 2; });
                Assert.Equal(0, model.CountActivations(x) - 1);
                Assert.Equal(["first", "before"], seen);
                Assert.True(model.Plain(x).allclose(model.call(x), 1e-5, 1e-5));

                // Afterwards: they see the sums and may replace them.
                Tensor? output = null;
                var after = model.gate.register_forward_hook((_, input, result) => { seen.Add("after"); output = result; return result + 1; });
                var last = model.gate.register_forward_hook((Module _) => seen.Add("last"));
                seen.Clear();
                var actual = model.call(x);
                Assert.Equal(["first", "before", "after", "last"], seen);
                Assert.True(output!.allclose(model.gate.forward(x * 2), 1e-5, 1e-5));
                Assert.True(model.Plain(x).allclose(actual, 1e-5, 1e-5));
                after.remove();
                Assert.Equal(1 + 1, model.CountActivations(x));
                last.remove();
                Assert.Equal(1, model.CountActivations(x));

                using (var capture = model.Compression.Capture())
                {
                    model.call(x);
                    Assert.True(capture.up.Output!.allclose(model.up.forward(x), 1e-5, 1e-5));
                    Assert.True(capture.up.Output!.lt(0).any().item<bool>());
                }
            }
        }
        """);

    [Theory]
    [InlineData("Bitmask")]
    [InlineData("None")]
    public void Gradients_AreThoseOfSeparateCalls(string kernel) => Running.Run(Net + $$"""
        public static class Scenario
        {
            public static void Run()
            {
                using var scope = NewDisposeScope();
                var model = new Net().Compact(SparseKernel.{{kernel}});
                var expected = Gradients(model, model.Plain);
                var actual = Gradients(model, model.call);

                Assert.Equal(model.parameters().Count() + 1, expected.Length);
                Assert.All(expected.Zip(actual), pair => Assert.True(pair.First.allclose(pair.Second, 1e-5, 1e-5)));
                model.train();
                if (model.gate.Storage != SparseKernel.None)
                    Assert.Throws<InvalidOperationException>(() => model.call(ones(1, 16)));
            }

            private static Tensor[] Gradients(Net model, Func<Tensor, Tensor> forward)
            {
                random.manual_seed(2);
                model.zero_grad();
                var x = randn([3, 16], requires_grad: true);
                forward(x).square().sum().backward();
                return [x.grad!.clone(), .. model.parameters().Select(parameter => parameter.grad!.clone())];
            }
        }
        """);

    [Fact]
    public void WhateverHappensBetweenTheTwoCalls_EachResultIsActivatedOnce() => Running.Run(Net + """
        public static class Scenario
        {
            public static void Run()
            {
                using var scope = NewDisposeScope();
                using var gradientsOff = no_grad();
                var model = new Net().Compact(SparseKernel.Bitmask);
                var x = randn(3, 16);
                var (sums, all) = (model.gate.call(x), model.Plain(x));
                var expected = functional.silu(sums);

                // An exception leaves nothing behind.
                Assert.Throws<TimeoutException>(() => model.WithArgument(x, () => throw new TimeoutException()));
                AssertRight();

                // Another pair in an argument, and the same one again.
                AssertSame(expected, model.WithArgument(x, () => { AssertRight(); return false; }));
                AssertSame(expected, model.WithArgument(x, () => { AssertSame(expected, model.WithArgument(x, () => true)); return true; }));

                // The layer again in a hook of its own.
                var (depth, inner) = (0, (Tensor?)null);
                var hook = model.gate.register_forward_pre_hook((_, input) =>
                {
                    if (depth++ == 0)
                        inner = model.WithArgument(x, () => false);
                    return input;
                });
                AssertSame(expected, model.WithArgument(x, () => false));
                AssertSame(expected, inner!);
                hook.remove();

                // Storage that changes in a hook.
                hook = model.gate.register_forward_pre_hook((_, input) => { model.gate.Densify(); return input; });
                AssertSame(expected, model.WithArgument(x, () => false));
                hook.remove();
                hook = model.gate.register_forward_pre_hook((_, input) => { model.gate.Compact(SparseKernel.Csr); return input; });
                AssertSame(expected, model.WithArgument(x, () => false));
                hook.remove();

                // A result that is activated is like any other afterwards.
                AssertSame(functional.silu(expected), functional.silu(model.WithArgument(x, () => false)));

                System.Threading.Tasks.Parallel.For(0, 200, new() { MaxDegreeOfParallelism = 4 }, _ =>
                {
                    using var gradientsOff = no_grad();
                    using var scope = NewDisposeScope();
                    AssertRight();
                });

                void AssertRight() => AssertSame(all, model.call(x));
            }

            private static void AssertSame(Tensor expected, Tensor actual) => Assert.True(expected.allclose(actual, 1e-5, 1e-5));
        }
        """);

    [Fact]
    public void OrderOfEvaluation_AndWhatIsNull_StayAsWritten() => Running.Run(Net + """
        [KeepDense]
        public sealed partial class Order : Module<Tensor, Tensor>
        {
            private readonly SparseLinear held = new Net().Compact(SparseKernel.Bitmask).gate;
            public readonly List<string> Seen = [];
            public Order() : base("Order") => RegisterComponents();
            public SparseLinear? Layer { get; set; }
            public override Tensor forward(Tensor x) => functional.silu(inplace: See(false, "in place"), x: See(held, "layer").call(See(x, "x")));
            public Tensor? Maybe(Tensor x) => Layer?.call(x).relu();
            public Tensor Chosen(Tensor x, bool isFirst) => functional.relu(isFirst ? Layer!.call(x) : x);
            public Tensor Certain(Tensor x) => functional.relu(Layer?.call(x)!);
            private T See<T>(T value, string name) { Seen.Add(name); return value; }
        }

        public static class Scenario
        {
            public static void Run()
            {
                using var scope = NewDisposeScope();
                using var gradientsOff = no_grad();
                var model = new Order();
                model.eval();
                var x = randn(3, 16);
                model.call(x);
                Assert.Equal(["in place", "layer", "x"], model.Seen);

                Assert.Null(model.Maybe(x));
                Assert.Throws<NullReferenceException>(() => model.Chosen(x, true));
                Assert.Throws<NullReferenceException>(() => model.Certain(x));
                Assert.True(model.Chosen(x, false).equal(x.relu()).all().item<bool>());

                model.Layer = new Net().Compact(SparseKernel.Bitmask).up;
                var expected = model.Layer.call(x).relu();
                Assert.All([model.Maybe(x)!, model.Chosen(x, true), model.Certain(x)], y => Assert.True(y.allclose(expected, 1e-5, 1e-5)));
            }
        }
        """);
}
