using System.CommandLine;
using CompressDsl;

namespace Shared;

/// <summary>The options of <c>prune</c> that say what is removed, and how it is found.</summary>
internal sealed class PruneOptionSet
{
    private readonly Option<string> criterion = new Option<string>("--criterion") { Description = "How the weights that go are chosen.", Required = true }
        .AcceptOnlyFromAmong("magnitude", "wanda", "sparsegpt", "alps", "random", "taylor", "fisher");
    private readonly Option<double?> sparsity = new("--sparsity") { Description = "The fraction of the weights that goes.", CustomParser = CommonOptions.Parse };
    private readonly Option<string?> pattern = new("--pattern") { Description = "N:M instead, such as 2:4: of every M neighbours along the input N stay." };
    private readonly Option<string?> scope = new Option<string?>("--scope") { Description = "Which weights are compared (default: row for wanda, else layer)." }
        .AcceptOnlyFromAmong("row", "layer", "global");
    private readonly Option<string> allocation =
        new Option<string>("--allocation") { Description = "How much of each layer goes.", DefaultValueFactory = _ => "uniform" }
            .AcceptOnlyFromAmong("uniform", "owl", "global");
    private readonly Option<string> cutOff = new Option<string>("--cut-off") { Description = "How many go: exactly the fraction, or as the published codes count.", DefaultValueFactory = _ => "exact" }
        .AcceptOnlyFromAmong("exact", "at-or-below", "truncated");
    private readonly Option<double> damping = CommonOptions.Number(
        "--damping",
        "sparsegpt, alps: added to the diagonal of the Hessian, as a fraction of its mean.",
        0.01,
        static value => value is > 0 and <= 1,
        "a number above 0 and up to 1 is needed");
    private readonly Option<int> blockSize = CommonOptions.Count("--block-size", "sparsegpt: columns that are compared and updated together.", 128);
    private readonly Option<int> seed = CommonOptions.Count("--seed", "random: decides what goes.", 0, atLeast: 0);

    internal IReadOnlyList<Option> All => [criterion, sparsity, pattern, scope, allocation, cutOff, damping, blockSize, seed];

    /// <summary>What the options ask for.</summary>
    /// <param name="parsed">The command line.</param>
    /// <param name="hasData">Whether there is calibration data; it is still to be added.</param>
    /// <exception cref="ArgumentException">They contradict each other, or lack something.</exception>
    internal PruneOptions Read(ParseResult parsed, bool hasData)
    {
        var chosen = Enum.Parse<Criterion>(parsed.GetRequiredValue(criterion), ignoreCase: true);
        var shares = parsed.GetRequiredValue(allocation);
        if (!hasData && (chosen is not (Criterion.Magnitude or Criterion.Random) || shares == "owl"))
        {
            var asks = chosen is Criterion.Magnitude or Criterion.Random ? "--allocation owl" : $"--criterion {parsed.GetRequiredValue(criterion)}";
            throw new ArgumentException($"{asks} looks at data: name a text with --calibration.");
        }

        return new()
        {
            Rule = Rule(chosen, parsed),
            Targets = PruneTargets.Weights,
            Allocation = shares switch { "owl" => Allocation.Owl(), "global" => Allocation.Global, _ => Allocation.Uniform },
            CutOff = parsed.GetRequiredValue(cutOff) switch { "at-or-below" => CutOff.AtOrBelow, "truncated" => CutOff.Truncated, _ => CutOff.Exact },
            Damping = parsed.GetValue(damping),
            BlockSize = parsed.GetValue(blockSize),
            Seed = parsed.GetValue(seed),
            MeasureErrors = hasData,
        };
    }

    private SparsityRule Rule(Criterion criterion, ParseResult parsed)
    {
        switch (parsed.GetValue(sparsity), parsed.GetValue(pattern))
        {
            case ({ } fraction, null):
                return fraction is > 0 and < 1
                    ? SparsityRule.Unstructured(fraction, criterion, parsed.GetValue(scope) switch
                    {
                        "row" => Scope.PerRow,
                        "layer" => Scope.PerLayer,
                        "global" => Scope.Global,
                        _ => null,
                    })
                    : throw new ArgumentException($"--sparsity is {fraction}; the fraction that goes is greater than 0 and less than 1.");
            case (null, { } text):
                if (parsed.GetValue(scope) is { } named)
                {
                    throw new ArgumentException(
                        $"--scope {named} says nothing beside --pattern {text}, which compares the weights of one group; leave one out.");
                }

                return text.Split(':') is [var n, var m] && int.TryParse(n, out var kept) && int.TryParse(m, out var length) && kept > 0 && kept < length
                    ? SparsityRule.SemiStructured(kept, length, criterion)
                    : throw new ArgumentException($"--pattern is {text}; N:M with 1 <= N < M is right, such as 2:4.");
            default:
                throw new ArgumentException("Either --sparsity or --pattern says how much goes: name one of them.");
        }
    }
}
