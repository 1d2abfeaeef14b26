using TorchSharp.Modules;
using static TorchSharp.torch;

namespace CompressDsl;

/// <summary>What is trained, and what the optimizer works on: the parameters themselves, or float32 masters of those that are bfloat16.</summary>
internal sealed class TrainedWeights : IDisposable
{
    private readonly (string Name, Parameter Parameter)[] _parameters;
    private readonly Parameter[] _masters;

    /// <param name="parameters">By name.</param>
    /// <param name="precision">Whether there are masters.</param>
    /// <exception cref="ArgumentException">The precision does not fit the parameters.</exception>
    public TrainedWeights((string Name, Parameter Parameter)[] parameters, TrainingPrecision precision)
    {
        _parameters = parameters;
        Check(precision);
        _masters = Array.ConvertAll(parameters, static named => IsHalf(named.Parameter) ? Widen(named.Parameter) : named.Parameter);
    }

    /// <summary>What the optimizer works on.</summary>
    public IReadOnlyList<Parameter> Masters => _masters;

    /// <summary>Whether some are on a GPU.</summary>
    public bool IsOnCuda => Array.Exists(_masters, static master => master.device_type == TorchSharp.DeviceType.CUDA);

    /// <summary>Name, shape and type of every parameter.</summary>
    public IEnumerable<(string Name, string Shape)> Shapes =>
        _parameters.Select(static named => (named.Name, $"[{string.Join(", ", named.Parameter.shape)}] {named.Parameter.dtype}"));

    /// <summary>The masters by name, without the parameters that are their own.</summary>
    public IEnumerable<KeyValuePair<string, Tensor>> OwnMasters => Pairs().Where(static pair => pair.HasOwn).Select(static pair => KeyValuePair.Create(pair.Name, (Tensor)pair.Master));

    /// <summary>What the optimizer works on, by name.</summary>
    public IEnumerable<KeyValuePair<string, Tensor>> All => Pairs().Select(static pair => KeyValuePair.Create(pair.Name, (Tensor)pair.Master));

    /// <summary>Adds the gradients of parameters that have masters to the masters', in float32, and takes them away.</summary>
    public void LiftGradients()
    {
        using var scope = NewDisposeScope();
        using var _ = no_grad();
        foreach (var (_, parameter, master, hasOwn) in Pairs())
        {
            if (!hasOwn || parameter.grad is not { } gradient)
            {
                continue;
            }

            if (master.grad is { } sum)
            {
                sum.add_(gradient);
            }
            else
            {
                master.grad = gradient.to(ScalarType.Float32);
            }

            parameter.grad = null;
        }
    }

    /// <summary>Rounds the masters into the parameters.</summary>
    public void RoundMasters()
    {
        using var _ = no_grad();
        foreach (var (_, parameter, master, hasOwn) in Pairs())
        {
            if (hasOwn)
            {
                parameter.copy_(master);
            }
        }
    }

    /// <summary>Where a parameter is not what its master was rounded to, as behind a mask, the master takes over its number.</summary>
    public void FollowParameters()
    {
        using var scope = NewDisposeScope();
        using var _ = no_grad();
        foreach (var (_, parameter, master, hasOwn) in Pairs())
        {
            if (hasOwn)
            {
                master.copy_(where(parameter.ne(master.to(parameter.dtype)), parameter.to(ScalarType.Float32), master));
            }
        }
    }

    public void Dispose()
    {
        foreach (var (_, _, master, hasOwn) in Pairs())
        {
            if (hasOwn)
            {
                master.Dispose();
            }
        }
    }

    private static Parameter Widen(Parameter parameter)
    {
        using var scope = NewDisposeScope();
        var master = new Parameter(parameter.detach().to(ScalarType.Float32));
        master.DetachFromDisposeScope();
        return master;
    }

    private static bool IsHalf(Parameter parameter) => parameter.dtype is ScalarType.BFloat16 or ScalarType.Float16;

    private IEnumerable<(string Name, Parameter Parameter, Parameter Master, bool HasOwn)> Pairs() =>
        _parameters.Select((named, i) => (named.Name, named.Parameter, _masters[i], !ReferenceEquals(named.Parameter, _masters[i])));

    private void Check(TrainingPrecision precision)
    {
        var half = Array.Find(_parameters, static named => IsHalf(named.Parameter));
        if (half.Parameter is null)
        {
            if (precision == TrainingPrecision.BFloat16Masters)
            {
                throw new ArgumentException(
                    $"Precision is {precision}, but no trained parameter is bfloat16: call student.to(torch.bfloat16) first, or take {TrainingPrecision.Float32}.");
            }

            return;
        }

        if (precision == TrainingPrecision.Float32 || half.Parameter.dtype == ScalarType.Float16)
        {
            throw new ArgumentException(
                $"'{half.Name}' is {half.Parameter.dtype} and Precision is {precision}: small changes would be lost in rounding. Train in float32, or in bfloat16 with "
                + $"Precision = {TrainingPrecision.BFloat16Masters}.");
        }
    }
}
