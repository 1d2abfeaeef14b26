namespace CompressDsl;

/// <summary>The weights of a module that a folder is to have in a layout of compressed-tensors.</summary>
/// <param name="Weights">By their names in the folder.</param>
internal sealed record HuggingFaceCompact(IReadOnlyDictionary<string, CompressedWeight> Weights)
{
    /// <summary>The one layout; null where no weight is compressed.</summary>
    public CompressedFormat? Format => Weights.Values.FirstOrDefault()?.Format;

    /// <summary>The names of their layers.</summary>
    public IEnumerable<string> Layers => Weights.Keys.Select(static name => name[..Math.Max(0, name.LastIndexOf('.'))]);

    /// <summary>Finds them. What is made for them is in the current dispose scope.</summary>
    /// <exception cref="InvalidOperationException">A folder cannot have them so; every reason is listed.</exception>
    public static HuggingFaceCompact Of(HuggingFacePlan plan, SavedWeights weights)
    {
        var found = new Dictionary<string, CompressedWeight>(StringComparer.Ordinal);
        var problems = new List<string>();
        foreach (var (state, places) in weights == SavedWeights.Compact ? plan.Pairs.Where(static pair => pair.State.Storage is not null) : [])
        {
            var weight = state.Storage!.ToCompressed();
            foreach (var place in places)
            {
                found.Add(place.Name, weight);
                if (place.IsTransposed || !CompressedParts.MayHave(place.Name))
                {
                    problems.Add(
                        $"'{place.Name}' {(place.IsTransposed ? "is stored [in, out]" : "does not end with 'weight'")}, which {weight.Format.Name()} does not know");
                }
            }
        }

        if (found.Values.Select(static weight => weight.Format).Distinct().Count() > 1)
        {
            var first = found.First();
            var other = found.First(other => other.Value.Format != first.Value.Format);
            problems.Add(
                $"'{first.Key}' would be in {first.Value.Format.Name()} and '{other.Key}' in {other.Value.Format.Name()}, and {HuggingFaceFolder.ConfigName} names "
                + "one layout for all; let SemiStructured be the storage of all compact layers, or of none");
        }

        return problems is [] ? new(found) : throw new InvalidOperationException(
            $"The weights in compact storage cannot be written so; nothing was written. {nameof(SavedWeights)}.{nameof(SavedWeights.Dense)} can write them."
            + string.Concat(problems.Select(static problem => $"\n  {problem}")));
    }
}
