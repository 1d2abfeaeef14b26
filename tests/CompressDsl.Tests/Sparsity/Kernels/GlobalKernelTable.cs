namespace CompressDsl.Tests.Sparsity;

/// <summary>Tests that look at the one table of measured kernels: whoever else compacts a layer meanwhile would write into it.</summary>
[CollectionDefinition(nameof(GlobalKernelTable), DisableParallelization = true)]
public sealed class GlobalKernelTable;
