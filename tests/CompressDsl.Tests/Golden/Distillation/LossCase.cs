using System.Text.Json;
using TorchSharp;
using static TorchSharp.torch;

namespace CompressDsl.Tests;

/// <summary>
/// A case of a distillation loss. Whatever it says has to be asked for: a parameter, an input or an output that a check does not know fails the test.
/// </summary>
internal sealed class LossCase(GoldenCase golden)
{
    private readonly HashSet<string> known = [];
    private readonly HashSet<string> compared = [];
    private readonly Dictionary<string, Tensor> leaves = [];

    public string Function => golden.Function;

    /// <summary>An input; one whose gradient is an output is a leaf.</summary>
    public Tensor Input(string role) => Optional(role) ?? throw new KeyNotFoundException($"{golden.Id} has no input with the role '{role}'.");

    /// <summary>An input, or null where there is none.</summary>
    public Tensor? Optional(string role)
    {
        if (golden.OptionalInput(role) is not { } tensor)
        {
            return null;
        }

        known.Add(role);
        if (golden.Outputs.Contains("grad_" + role))
        {
            leaves[role] = tensor.requires_grad_();
        }

        return tensor;
    }

    /// <summary>Whether a parameter is there at all, though it may be null.</summary>
    public bool Has(string name)
    {
        known.Add(name);
        return golden.Parameter(name, out var value) && value.ValueKind != JsonValueKind.Null;
    }

    public double Number(string name) => Maybe(name) ?? throw new KeyNotFoundException($"{golden.Id} has no parameter '{name}'.");

    public double Number(string name, double otherwise) => Maybe(name) ?? otherwise;

    public double? Maybe(string name) => Has(name) ? Value(name).GetDouble() : null;

    public string Text(string name, string otherwise) => Has(name) ? Value(name).GetString()! : otherwise;

    public bool Flag(string name, bool otherwise) => Has(name) ? Value(name).GetBoolean() : otherwise;

    public JsonElement Value(string name)
    {
        known.Add(name);
        return golden.Parameter(name, out var value) ? value : throw new KeyNotFoundException($"{golden.Id} has no parameter '{name}'.");
    }

    /// <summary>Runs a loss that has parameters of its own, with those of the case; their gradients are outputs too.</summary>
    public Tensor Run(nn.Module network, Func<Tensor> loss)
    {
        foreach (var (name, parameter) in network.named_parameters())
        {
            using (no_grad())
            {
                parameter.copy_(Input("param." + name));
            }

            leaves["param." + name] = parameter;
        }

        return loss();
    }

    /// <summary>Parameters that tell of the case, but not what to compute.</summary>
    public void Mentions(params IEnumerable<string> names) => known.UnionWith(names);

    /// <summary>Compares an output beside the loss, and what it is in float64 where the case says.</summary>
    public void AssertValue(string role, Tensor actual)
    {
        compared.Add(role);
        golden.AssertLoss(role, actual);
        if (golden.Scalar(role + "_float64") is { } exact)
        {
            var off = Math.Abs(actual.detach().to(ScalarType.Float64).ToDouble() - exact);
            Assert.True(off <= golden.Tolerance("loss_abs") + (golden.Tolerance("loss_rel") * Math.Abs(exact)), $"{role} is {off} off {exact}.");
        }
    }

    /// <summary>Compares the loss and every gradient, of the loss or of its sum.</summary>
    public void AssertLoss(Tensor loss)
    {
        AssertValue("loss", loss);
        loss.sum().backward();
        foreach (var (role, leaf) in leaves)
        {
            compared.Add("grad_" + role);
            Assert.True(leaf.grad is not null, $"No gradient flows to {role}.");
            golden.AssertClose("grad_" + role, leaf.grad!, golden.Tolerance("grad_abs"), golden.Tolerance("grad_rel"));
        }

        AssertComplete();
    }

    /// <summary>Compares an output that is no loss.</summary>
    public void AssertOutput(string role, Tensor actual)
    {
        compared.Add(role);
        golden.AssertClose(role, actual, golden.Tolerance("abs"), golden.Tolerance("rel"));
        AssertComplete();
    }

    private void AssertComplete()
    {
        Assert.Equal([], golden.AllParameters.Except(known));
        Assert.Equal([], golden.Inputs.Except(known));
        Assert.Equal([], golden.Outputs.Except(compared));
        Assert.Equal([], golden.Scalars.Where(scalar => !scalar.StartsWith("float32_vs_float64_rel_error_", StringComparison.Ordinal)
            && !compared.Contains(scalar[..scalar.LastIndexOf('_')])));
    }
}
