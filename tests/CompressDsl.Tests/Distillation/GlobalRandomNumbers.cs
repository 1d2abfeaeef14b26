namespace CompressDsl.Tests;

/// <summary>Tests that depend on torch's one random number generator: nothing else runs meanwhile.</summary>
[CollectionDefinition(nameof(GlobalRandomNumbers), DisableParallelization = true)]
public sealed class GlobalRandomNumbers;
