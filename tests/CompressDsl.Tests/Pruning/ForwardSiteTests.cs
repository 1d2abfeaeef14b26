using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace CompressDsl.Tests.Pruning;

/// <summary>All arguments of a forward: seen, changed, given again.</summary>
[Collection(nameof(GlobalRandomNumbers))]
public sealed class ForwardSiteTests : IDisposable
{
    private readonly DisposeScope scope = NewDisposeScope();

    public void Dispose() => scope.Dispose();

    public static TheoryData<int> Arities => [1, 2, 3, 4, 5, 6];

    [Theory]
    [MemberData(nameof(Arities))]
    public void Every_argument_is_seen_and_given_again(int arity)
    {
        var (site, call) = Sums(arity);
        ForwardArguments? seen = null;
        object? result = null;
        using (site.OnCall(arguments => seen = arguments))
        using (site.OnReturn(given => result = given))
        {
            call(10);
        }

        Assert.Equal([.. Enumerable.Range(0, arity).Select(i => (object?)(10 + i))], seen!.Values);
        Assert.Equal(Sum(10, arity), result);
        Assert.Equal(result, site.Call(seen));
        Assert.Equal(Sum(10, arity) + 90, site.Call(seen.With(arity - 1, 10 + arity - 1 + 90)));

        // Hooks are gone with what they were given for, and a changed copy leaves the first as it was.
        seen = null;
        result = null;
        call(20);
        Assert.Null(seen);
        Assert.Null(result);
    }

    [Fact]
    public void Hooks_run_when_the_site_calls_and_may_be_nested()
    {
        var (site, _) = Sums(2);
        var calls = new List<object?>();
        using var one = site.OnCall(arguments => calls.Add(arguments.Values[0]));
        using var two = site.OnCall(arguments => calls.Add(arguments.Values[1]));
        using (site.OnReturn(calls.Add))
        {
            site.Call(Record(site, () => ((Sum2)site.Module).call(3, 4)));
        }

        Assert.Equal([3, 4, 7, 3, 4, 7], calls);
    }

    [Fact]
    public void What_a_listener_throws_comes_out_of_the_call_and_forward_does_not_run()
    {
        var module = new Sum2();
        var stop = new InvalidOperationException("stop");
        using (ForwardSite.Of(module).OnCall(_ => throw stop))
        {
            Assert.Same(stop, Assert.Throws<InvalidOperationException>(() => module.call(1, 2)));
        }

        Assert.Equal(0, module.Calls);
        Assert.Equal(3, module.call(1, 2));
    }

    [Fact]
    public void Null_tuples_and_lists_are_arguments_like_any_other()
    {
        var module = new Mixed();
        var site = ForwardSite.Of(module);
        var (a, b) = (ones(1), ones(2));
        var arguments = Record(site, () => module.call((a, b), null, null, [a, b]));

        Assert.Equal([(a, b), null, null], arguments.Values.Take(3));
        Assert.Equal("2, none, none, 2", site.Call(arguments));
        Assert.Equal("2, 7, 1, 0", site.Call(arguments.With(1, 7).With(2, a).With(3, new List<Tensor>())));
    }

    [Theory]
    [InlineData(0, null, "Argument 1 of 4 must be a System.ValueTuple`2[TorchSharp.torch+Tensor,TorchSharp.torch+Tensor]; null was given.")]
    [InlineData(1, "7", "Argument 2 of 4 must be a System.Nullable`1[System.Int32]; a System.String was given.")]
    [InlineData(2, 7L, "Argument 3 of 4 must be a TorchSharp.torch+Tensor; a System.Int64 was given.")]
    public void A_value_that_does_not_fit_is_refused_with_its_place_and_type(int index, object? value, string message)
    {
        var module = new Mixed();
        var arguments = Record(ForwardSite.Of(module), () => module.call((ones(1), ones(1)), null, null, []));

        Assert.StartsWith(message, Assert.Throws<ArgumentException>(() => arguments.With(index, value)).Message);
    }

    [Fact]
    public void Tensors_are_neither_kept_nor_disposed()
    {
        var module = Linear(4, 4);
        var site = ForwardSite.Of(module);
        var input = ones(2, 4).DetachFromDisposeScope();
        GC.Collect();
        GC.WaitForPendingFinalizers();
        var before = Tensor.TotalCount;
        for (var i = 0; i < 10; i++)
        {
            using var output = (Tensor)site.Call(Record(site, () => module.call(input).Dispose()))!;
            Assert.False(input.IsInvalid);
        }

        Assert.Equal(before, Tensor.TotalCount);
        input.Dispose();
    }

    [Fact]
    public void Modules_of_tensors_alone_are_found_others_are_not()
    {
        Assert.NotNull(ForwardSite.TryOf(Linear(4, 4)));
        Assert.NotNull(ForwardSite.TryOf(Sequential(ReLU())));
        Assert.NotNull(ForwardSite.TryOf(Bilinear(2, 2, 2)));
        Assert.NotNull(ForwardSite.TryOf(new Pair()));
        Assert.Null(ForwardSite.TryOf(new Sum2()));
        Assert.Null(ForwardSite.TryOf(new ModuleList<Linear>()));
    }

    [Fact]
    public void The_compression_of_an_annotated_module_comes_first()
    {
        using var model = new Typed();

        Assert.Same(model.Compression.Forward, ForwardSite.TryOf(model));
        Assert.Same(model, ForwardSite.TryOf(model)!.Module);

        // One that was written without a forward is looked at like any other module.
        using var plain = new Annotated(null, ("fc", Linear(2, 2)));
        Assert.Same(plain, ForwardSite.TryOf(plain)!.Module);
    }

    [Fact]
    public void The_first_tensor_of_a_result_is_itself_or_the_first_of_a_tuple()
    {
        var (a, b) = (ones(1), ones(2));

        Assert.Same(a, ForwardSite.FirstTensor(a));
        Assert.Same(b, ForwardSite.FirstTensor((b, a)));
        Assert.Same(b, ForwardSite.FirstTensor((b, 3, "x")));
        Assert.Null(ForwardSite.FirstTensor((3, b)));
        Assert.Null(ForwardSite.FirstTensor(default(ValueTuple)));
        Assert.Null(ForwardSite.FirstTensor(3));
        Assert.Null(ForwardSite.FirstTensor(null));
    }

    private static ForwardArguments Record(ForwardSite site, Action call)
    {
        ForwardArguments? seen = null;
        using (site.OnCall(arguments => seen = arguments))
        {
            call();
        }

        return seen!;
    }

    private static int Sum(int first, int count) => Enumerable.Range(first, count).Sum();

    private static (ForwardSite Site, Action<int> Call) Sums(int arity)
    {
        var (one, two, three, four, five, six) = (new Sum1(), new Sum2(), new Sum3(), new Sum4(), new Sum5(), new Sum6());
        return arity switch
        {
            1 => (ForwardSite.Of(one), n => one.call(n)),
            2 => (ForwardSite.Of(two), n => two.call(n, n + 1)),
            3 => (ForwardSite.Of(three), n => three.call(n, n + 1, n + 2)),
            4 => (ForwardSite.Of(four), n => four.call(n, n + 1, n + 2, n + 3)),
            5 => (ForwardSite.Of(five), n => five.call(n, n + 1, n + 2, n + 3, n + 4)),
            _ => (ForwardSite.Of(six), n => six.call(n, n + 1, n + 2, n + 3, n + 4, n + 5)),
        };
    }

    private sealed class Sum1() : Module<int, int>("Sum")
    {
        public override int forward(int a) => a;
    }

    private sealed class Sum2() : Module<int, int, int>("Sum")
    {
        public int Calls { get; private set; }

        public override int forward(int a, int b)
        {
            Calls++;
            return a + b;
        }
    }

    private sealed class Sum3() : Module<int, int, int, int>("Sum")
    {
        public override int forward(int a, int b, int c) => a + b + c;
    }

    private sealed class Sum4() : Module<int, int, int, int, int>("Sum")
    {
        public override int forward(int a, int b, int c, int d) => a + b + c + d;
    }

    private sealed class Sum5() : Module<int, int, int, int, int, int>("Sum")
    {
        public override int forward(int a, int b, int c, int d, int e) => a + b + c + d + e;
    }

    private sealed class Sum6() : Module<int, int, int, int, int, int, int>("Sum")
    {
        public override int forward(int a, int b, int c, int d, int e, int f) => a + b + c + d + e + f;
    }

    private sealed class Mixed() : Module<(Tensor, Tensor), int?, Tensor?, List<Tensor>, string>("Mixed")
    {
        public override string forward((Tensor, Tensor) pair, int? number, Tensor? mask, List<Tensor> list) =>
            $"{pair.Item2.numel()}, {number?.ToString() ?? "none"}, {mask?.numel().ToString() ?? "none"}, {list.Count}";
    }

    private sealed class Pair() : Module<Tensor, Tensor, (Tensor, Tensor)>("Pair")
    {
        public override (Tensor, Tensor) forward(Tensor a, Tensor b) => (a, b);
    }

    private sealed class Typed : Module<int, int>, ICompressible
    {
        private readonly TypedCompression compression;

        public Typed()
            : base("Typed") => compression = new(this);

        public Compression Compression => compression;

        public override int forward(int input) => input;

        private sealed class TypedCompression(Typed model) : Compression(model, rule: null, ForwardSite.Of(model));
    }
}
