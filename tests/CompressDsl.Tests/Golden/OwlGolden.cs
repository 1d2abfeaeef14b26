using static TorchSharp.torch;

namespace CompressDsl.Tests;

/// <summary>luuyin/OWL: how the sparsity is shared out among the layers of a model.</summary>
internal static class OwlGolden
{
    private const string Norm = "activation_norm.";

    public static void Check(GoldenCase golden)
    {
        var linears = golden.Names("linears_per_layer");
        var norms = new Dictionary<string, Tensor>();
        var shares = new List<double>();
        foreach (var layer in golden.Names("layers"))
        {
            var names = linears.Select(linear => $"{layer}.{linear}").ToArray();
            foreach (var name in names)
            {
                norms[name] = ReadNorm(golden, name);
            }

            shares.Add(Owl.OutlierShare(names.Select(name => golden.Input($"W.{name}.weight").abs() * norms[name]), golden.Parameter("owl_m")));
        }

        var sparsities = Owl.Sparsities(shares, golden.Parameter("sparsity"), golden.Parameter("owl_lmbda"));
        Assert.Equal(golden.Parameter("sparsity"), sparsities.Average(), 9);

        foreach (var role in golden.Outputs)
        {
            switch (role)
            {
                case "layer_sparsity":
                    golden.AssertClose(role, tensor(sparsities), golden.Tolerance("layer_sparsity_abs"), 0);
                    break;
                case "outlier_percent":
                    golden.AssertClose(role, tensor(shares.ToArray()), golden.Tolerance("outlier_percent_abs"), 0);
                    break;
                case not null when role.StartsWith(Norm, StringComparison.Ordinal):
                    golden.AssertClose(role, norms[role[Norm.Length..]], 0, golden.Tolerance("activation_norm_rel"));
                    break;
                default:
                    Assert.Fail($"There is no check for the output '{role}'.");
                    break;
            }
        }
    }

    private static Tensor ReadNorm(GoldenCase golden, string name)
    {
        using var norms = new ActivationNorms(golden.Input($"W.{name}.weight").shape[1], CPU);
        for (var batch = 0; golden.OptionalInput($"act.{name}.{batch}") is { } inputs; batch++)
        {
            norms.Add(inputs.flatten(0, -2), inputs.dim() > 2 ? inputs.shape[0] : 1);
        }

        return norms.SumOfRoots;
    }
}
